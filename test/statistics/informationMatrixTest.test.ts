import { describe, expect, it } from "vitest";
import { fromRows } from "../../src/linalg/matrix.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import { informationMatrixTest } from "../../src/statistics/informationMatrixTest.ts";
import type { FamilyName, FitOptions, InformationForm } from "../../src/statistics/results.ts";
import { arrayRows, type RowSource } from "../../src/statistics/rows.ts";
import { relativeError } from "../support/accuracy.ts";
import fits from "./golden/fits.json" with { type: "json" };
import golden from "./golden/informationMatrix.json" with { type: "json" };

type Case = (typeof fits)[number];

function source(data: Case, blockRows = 1000): RowSource {
  const { X, y, intercept, weights, offset } = data;
  return arrayRows({
    X: fromRows(X),
    y,
    intercept,
    blockRows,
    ...(weights && { weights }),
    ...(offset && { offset }),
  });
}

function options({ family, weighting }: Case, known: boolean): FitOptions {
  return {
    family: family as FamilyName,
    ...(known && { variance: 1 }),
    ...(weighting && { weighting: weighting as "precision" }),
  };
}

describe("the information matrix test is its definition in NumPy", () => {
  it.each(golden.map((expected) => ({ ...expected, title: fits[expected.fit].title })))(
    "$title: $form, diagonal $diagonal, known variance $known",
    async (expected) => {
      const data = fits[expected.fit];
      const rows = source(data, 17);
      const fit = await fitModel(rows, options(data, expected.known));
      const test = await informationMatrixTest(rows, fit, {
        form: expected.form as InformationForm,
        indicators: expected.diagonal ? "diagonal" : "full",
      });
      expect(test.degreesOfFreedom).toBe(expected.rank);
      // White's derivatives are differences in NumPy
      const tolerance = expected.form === "white-1982" ? 1e-5 : 1e-8;
      expect(relativeError(test.statistic, expected.statistic)).toBeLessThan(tolerance);
      if (expected.p > 1e-100) {
        expect(relativeError(test.pValue, expected.p)).toBeLessThan(100 * tolerance);
      }
      expect(test.logPValue).toBeLessThanOrEqual(0);
    },
  );
});
