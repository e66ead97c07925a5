import { describe, expect, it } from "vitest";
import { fromRows, matrix } from "../../src/linalg/matrix.ts";
import { covariance } from "../../src/statistics/covariance.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import type { CovarianceKind, FamilyName, Fit, Weighting } from "../../src/statistics/results.ts";
import { arrayRows } from "../../src/statistics/rows.ts";
import { relativeError } from "../support/accuracy.ts";
import fits from "./golden/fits.json" with { type: "json" };
import nist from "./golden/nist.json" with { type: "json" };

const kinds: readonly CovarianceKind[] = ["fisher", "empirical", "sandwich"];

const standardErrors = (fit: Fit, kind: CovarianceKind): number[] =>
  covariance(fit, kind).coefficients.map((row) => row.standardError);

describe("fits agree with their definition in NumPy", () => {
  it.each(fits)("$title", async (data) => {
    const { X, y, intercept, family, weighting, weights, offset, expected } = data;
    for (const blockRows of [7, 10_000]) {
      const rows = arrayRows({
        X: fromRows(X),
        y,
        intercept,
        blockRows,
        ...(weights && { weights }),
        ...(offset && { offset }),
      });
      const fit = await fitModel(rows, {
        family: family as FamilyName,
        ...(weighting && { weighting: weighting as Weighting }),
      });
      expect(fit.converged).toBe(true);
      expect(relativeError(fit.theta, expected.theta)).toBeLessThan(1e-9);
      for (const kind of kinds) {
        expect(relativeError(standardErrors(fit, kind), expected[kind]), kind).toBeLessThan(1e-9);
      }
      expect(relativeError(fit.logLikelihood, expected.loglik)).toBeLessThan(1e-12);
      expect(relativeError(fit.deviance, expected.deviance)).toBeLessThan(1e-12);
      expect(relativeError(fit.aic, expected.aic)).toBeLessThan(1e-12);
      expect(relativeError(fit.bic, expected.bic)).toBeLessThan(1e-12);
      expect(relativeError(fit.effectiveParameters, expected.effective)).toBeLessThan(1e-9);
      expect(fit.tic).toBe(-2 * fit.logLikelihood + 2 * fit.effectiveParameters);
    }
  });

  it.each(fits.filter(({ R }) => R !== undefined))("$title: as R prints it", async (data) => {
    const { X, y, intercept, family, weights, offset, R } = data;
    const rows = arrayRows({
      X: fromRows(X),
      y,
      intercept,
      ...(weights && { weights }),
      ...(offset && { offset }),
    });
    const fit = await fitModel(rows, { family: family as FamilyName });
    expect(relativeError(fit.theta, R?.theta ?? [])).toBeLessThan(1e-9);
    expect(relativeError(standardErrors(fit, "fisher"), R?.fisher ?? [])).toBeLessThan(2e-8);
    expect(relativeError(fit.logLikelihood, R?.loglik ?? 0)).toBeLessThan(1e-10);
    expect(relativeError(fit.aic, R?.aic ?? 0)).toBeLessThan(1e-10);
    expect(relativeError(fit.bic, R?.bic ?? 0)).toBeLessThan(1e-10);
    expect(relativeError(fit.deviance, R?.deviance ?? 0)).toBeLessThan(1e-10);
    expect(relativeError(fit.nullDeviance, R?.nullDeviance ?? 0)).toBeLessThan(1e-10);
  });
});

describe("NIST's linear sets", () => {
  /** log relative error: correct digits, 15 at most */
  const digits = (found: number, certified: number): number => {
    if (found === certified) return 15;
    const error = Math.abs(found - certified) / (Math.abs(certified) || 1);
    return Math.min(15, -Math.log10(error));
  };
  const least = (found: readonly number[], certified: readonly number[]): number =>
    Math.min(...certified.map((value, j) => digits(found[j], value)));

  /** Correct digits that are asked for. What rounding x, x², … to doubles costs caps Filip: the exact solution of the rounded data has 7.6 (nist.py). */
  const asked: Record<string, readonly [coefficients: number, errors: number]> = {
    Norris: [13, 13],
    Pontius: [13, 13],
    NoInt1: [14.5, 14.5],
    NoInt2: [14.5, 14.5],
    Filip: [7.5, 7.5],
    Longley: [14, 14],
    Wampler1: [15, 15],
    Wampler2: [13, 14],
    Wampler3: [15, 14],
    Wampler4: [15, 14],
    Wampler5: [15, 14],
  };

  it.each(Object.entries(nist))("%s", async (name, data) => {
    const { x, y, degree, intercept, coefficients, standardErrors: errors, lm } = data;
    const columns = x.map((row) =>
      row.flatMap((v) => Array.from({ length: degree }, (_, k) => v ** (k + 1))),
    );
    const fit = await fitModel(arrayRows({ X: fromRows(columns), y, intercept }), {
      family: "gaussian",
    });
    // NIST has the intercept first
    const turn = (values: ArrayLike<number>): number[] => {
      const all = Array.from(values);
      return intercept ? [all[all.length - 1], ...all.slice(0, -1)] : all;
    };
    const found = turn(fit.theta);
    const foundErrors = turn(standardErrors(fit, "fisher"));
    expect(least(found, coefficients)).toBeGreaterThanOrEqual(asked[name][0]);
    expect(least(foundErrors, errors)).toBeGreaterThanOrEqual(asked[name][1]);
    if (name !== "Filip") {
      const slack = 0.2; // below the 15 digits that NIST prints
      expect(least(found, coefficients)).toBeGreaterThan(
        least(lm.coefficients, coefficients) - slack,
      );
      expect(least(foundErrors, errors)).toBeGreaterThan(least(lm.standardErrors, errors) - slack);
    }
    expect(digits(fit.deviance, data.residualSumOfSquares)).toBeGreaterThan(9);
    expect(fit.perfect).toBe(name === "Wampler1" || name === "Wampler2");
  });

  it("Filip keeps its columns and says how ill-conditioned they are", async () => {
    const { x, y } = nist.Filip;
    const X = fromRows(x.map(([v]) => Array.from({ length: 10 }, (_, k) => v ** (k + 1))));
    const fit = await fitModel(arrayRows({ X, y }), { family: "gaussian" });
    expect(fit.theta.every((value) => value !== 0)).toBe(true);
    // σ_max / σ_min of the columns scaled to length 1, by numpy.linalg.cond
    expect(fit.condition.scaled / 5.21e9).toBeCloseTo(1, 2);
    expect(fit.warnings.map(({ code }) => code)).toEqual(["ill-conditioned"]);
  });
});

describe("fits are invariant", () => {
  const rows = 60;
  const X = matrix(
    rows,
    2,
    Float64Array.from({ length: rows * 2 }, (_, t) => Math.sin(3.7 * t) + 0.1 * (t % 5)),
  );
  const y = Array.from({ length: rows }, (_, n) =>
    Math.sin(5.1 * n) + X.data[2 * n] > 0.2 ? 1 : 0,
  );

  it("to the units of the columns, over 200 powers of ten", async () => {
    const scaled = { ...X, data: X.data.map((v, t) => v * (t % 2 === 0 ? 1e100 : 1e-100)) };
    const a = await fitModel(arrayRows({ X, y }), { family: "bernoulli" });
    const b = await fitModel(arrayRows({ X: scaled, y }), { family: "bernoulli" });
    const back = b.theta.map((v, t) => v * [1e100, 1e-100, 1][t]);
    expect(relativeError(back, a.theta)).toBeLessThan(1e-11);
    expect(relativeError(b.logLikelihood, a.logLikelihood)).toBeLessThan(1e-13);
  });

  it("to a shift of a column that makes it nearly collinear with the intercept", async () => {
    const shifted = { ...X, data: X.data.map((v, t) => (t % 2 === 0 ? v + 2 ** 20 : v)) };
    const a = await fitModel(arrayRows({ X, y }), { family: "bernoulli" });
    const b = await fitModel(arrayRows({ X: shifted, y }), { family: "bernoulli" });
    expect(b.condition.scaled).toBeGreaterThan(1e6);
    expect(b.condition.method).toBe("orthogonal");
    // the shift rounds the column to 2⁻³³
    expect(relativeError(b.theta.subarray(0, 2), a.theta.subarray(0, 2))).toBeLessThan(1e-8);
    expect(
      relativeError(
        standardErrors(b, "sandwich").slice(0, 2),
        standardErrors(a, "sandwich").slice(0, 2),
      ),
    ).toBeLessThan(1e-8);
  });

  it("of the categorical family with two classes: it is the Bernoulli one", async () => {
    const a = await fitModel(arrayRows({ X, y }), { family: "bernoulli" });
    const b = await fitModel(arrayRows({ X, y }), { family: "categorical" });
    expect(relativeError(b.theta, a.theta)).toBeLessThan(1e-12);
    expect(b.names).toEqual(["1: x1", "1: x2", "1: (intercept)"]);
    expect(b.logLikelihood).toBeCloseTo(a.logLikelihood, 11);
  });

  it("to the baseline class, whose predictor is the difference", async () => {
    const labels = y.map((label, n) => (n % 3 === 0 ? 2 : label));
    const classes = ["no", "yes", "maybe"];
    const a = await fitModel(arrayRows({ X, y: labels, classes }), { family: "categorical" });
    const b = await fitModel(arrayRows({ X, y: labels, classes }), {
      family: "categorical",
      baseline: "maybe",
    });
    expect(b.baseline).toBe(2);
    expect(b.names[0]).toBe("no: x1");
    const expected = [0, 1, 2].map((j) => -a.theta[3 + j]);
    expect(relativeError(b.theta.subarray(0, 3), expected)).toBeLessThan(1e-10);
    expect(b.logLikelihood).toBeCloseTo(a.logLikelihood, 10);
    expect(relativeError(b.effectiveParameters, a.effectiveParameters)).toBeLessThan(1e-10);
  });
});
