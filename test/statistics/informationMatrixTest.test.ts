import { describe, expect, it } from "vitest";
import { fromRows } from "../../src/linalg/matrix.ts";
import { stream } from "../../src/random/streams.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import { informationMatrixTest } from "../../src/statistics/informationMatrixTest.ts";
import type { FamilyName, FitOptions, InformationForm } from "../../src/statistics/results.ts";
import { arrayRows, type RowSource } from "../../src/statistics/rows.ts";
import { relativeError } from "../support/accuracy.ts";
import { numbers } from "../support/matrices.ts";
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

describe("redundant indicators", () => {
  const N = 90;
  const random = numbers(3 * N, 8);
  const column = (j: number): number[] => Array.from({ length: N }, (_, n) => random[3 * n + j]);
  const level = (n: number, k: number): number => (n % 3 === k ? 1 : 0);
  const y = column(0).map((v, n) => v + column(1)[n] + (n % 3));

  it("of indicator columns do not count as degrees of freedom", async () => {
    // two levels of three, a number: x_a² = x_a, x_b² = x_b, x_a x_b = 0, and 1 is the score of σ²
    const X = fromRows(column(1).map((v, n) => [level(n, 1), level(n, 2), v]));
    const rows = arrayRows({ X, y, columns: ["a", "b", "dose"] });
    const fit = await fitModel(rows, { family: "gaussian" });
    const test = await informationMatrixTest(rows, fit);
    expect(test.count).toBe(10 + 4 + 1);
    expect(test.redundant).toBe(4);
    expect(test.degreesOfFreedom).toBe(11);
    const names = test.moments.map(({ name }) => name);
    expect(names).not.toContain("a × b");
    expect(names).not.toContain("overall");
    expect(names).not.toContain("a²");
    expect(test.moments.find(({ name }) => name === "a")?.excess).toBeDefined();
    expect(names).toEqual(
      expect.arrayContaining(["kurtosis", "skewness", "skewness × dose", "dose²", "a"]),
    );
    const known = await informationMatrixTest(
      rows,
      await fitModel(rows, { family: "gaussian", variance: 1 }),
    );
    expect(known.degreesOfFreedom).toBe(7);
  });

  it("of predictors that are nearly constant are as many in one data set as in the next", async () => {
    // 1 − 2p is −f/2 up to f³/24: the intercept's own indicator is a combination of scores
    const degrees: number[] = [];
    for (let k = 0; k < 12; k++) {
      const random = stream(k, "null model");
      const values = Float64Array.from({ length: 600 }, () => random.normal());
      const labels = Array.from({ length: 300 }, () => (random.uniform() < 0.5 ? 1 : 0));
      const rows = arrayRows({ X: { rows: 300, cols: 2, data: values }, y: labels });
      const fit = await fitModel(rows, { family: "bernoulli" });
      degrees.push((await informationMatrixTest(rows, fit)).degreesOfFreedom);
    }
    expect(degrees).toEqual(degrees.map(() => 5));
  });

  it("do not depend on the units or the origin of the columns", async () => {
    const test = async (scale: number, shift: number): Promise<number[]> => {
      const X = fromRows(column(1).map((v, n) => [v * scale + shift, column(2)[n]]));
      const rows = arrayRows({ X, y });
      const found = await informationMatrixTest(rows, await fitModel(rows, { family: "gaussian" }));
      return [found.degreesOfFreedom, found.statistic];
    };
    const [degrees, statistic] = await test(1, 0);
    for (const [scale, shift] of [
      [1e-6, 0],
      [1e7, 0],
      [1, 1000],
    ]) {
      const found = await test(scale, shift);
      expect(found[0]).toBe(degrees);
      expect(relativeError(found[1], statistic)).toBeLessThan(1e-7);
    }
  });

  it("leave the rest of the moments with their excess of variance", async () => {
    const X = fromRows(column(1).map((v) => [v]));
    const noisy = column(1).map((v, n) => v + 3 * v * column(2)[n]);
    const rows = arrayRows({ X, y: noisy, columns: ["dose"] });
    const fit = await fitModel(rows, { family: "gaussian" });
    const { moments } = await informationMatrixTest(rows, fit, { indicators: "diagonal" });
    const squared = moments.find(({ name }) => name === "dose²");
    const { empirical, fisher } = fit.information;
    expect(squared?.excess).toBeCloseTo(empirical.data[0] / fisher.data[0] - 1, 12);
    expect(squared?.z).toBeGreaterThan(2);
  });
});
