import { describe, expect, it } from "vitest";
import { fromRows } from "../../src/linalg/matrix.ts";
import type { CovarianceOptions } from "../../src/statistics/covariance.ts";
import { covariance } from "../../src/statistics/covariance.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import type { CovarianceKind, FamilyName, Fit } from "../../src/statistics/results.ts";
import { arrayRows } from "../../src/statistics/rows.ts";
import { relativeError } from "../support/accuracy.ts";
import fits from "./golden/statsmodelsFits.json" with { type: "json" };

const errorsOf = (fit: Fit, kind: CovarianceKind, options: CovarianceOptions = {}): number[] =>
  covariance(fit, kind, options).coefficients.map(({ standardError }) => standardError);

describe("fits agree with statsmodels", () => {
  it.each(fits)("$title", async ({ X, y, intercept, family, weights, offset, expected }) => {
    const rows = arrayRows({
      X: fromRows(X),
      y,
      intercept,
      ...(weights && { weights }),
      ...(offset && { offset }),
    });
    const fit = await fitModel(rows, { family: family as FamilyName });
    const found = {
      theta: fit.theta,
      fisher: errorsOf(fit, "fisher"),
      empirical: errorsOf(fit, "empirical"),
      HC0: errorsOf(fit, "sandwich", { correction: "HC0" }),
      ...(expected.HC1 && { HC1: errorsOf(fit, "sandwich", { correction: "HC1" }) }),
      logLikelihood: fit.logLikelihood,
      deviance: fit.deviance,
    };
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, values] of Object.entries(found)) {
      const golden = expected[name as keyof typeof expected] ?? [];
      expect(relativeError(values, golden), name).toBeLessThan(1e-11);
    }
  });
});
