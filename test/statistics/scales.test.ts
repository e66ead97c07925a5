import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.ts";
import { fromRows } from "../../src/linalg/matrix.ts";
import { covariance } from "../../src/statistics/covariance.ts";
import { diagnoseFit } from "../../src/statistics/diagnose.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import { informationMatrixTest } from "../../src/statistics/informationMatrixTest.ts";
import type { FitOptions } from "../../src/statistics/results.ts";
import { type ArrayRows, arrayRows } from "../../src/statistics/rows.ts";
import { numbers } from "../support/matrices.ts";

const N = 60;
const noise = numbers(3 * N, 7);
const row = (n: number): [number, number] => [noise[3 * n], noise[3 * n + 1]];
const gaussian = { family: "gaussian" } as const;

/** y = 1 + a + share · noise in units of 1 / s, a in units of 1 / t. */
function data(s: number, t: number, share: number): ArrayRows {
  return {
    X: fromRows(Array.from({ length: N }, (_, n) => [row(n)[0] * t, row(n)[1]])),
    y: Array.from({ length: N }, (_, n) => (1 + row(n)[0] + share * noise[3 * n + 2]) * s),
  };
}

/** What no unit changes: t statistics under the three covariances, trace(H⁻¹F̃), White's test. */
async function invariants(rows: ArrayRows, options: FitOptions): Promise<number[]> {
  const fit = await fitModel(arrayRows(rows), options);
  const { statistic } = await informationMatrixTest(arrayRows(rows), fit);
  const tables = (["fisher", "empirical", "sandwich"] as const).map((kind) =>
    covariance(fit, kind),
  );
  const diagnosis = await diagnoseFit(arrayRows(rows), fit, { replications: 3 });
  return [
    ...tables.flatMap(({ coefficients }) => coefficients.map((c) => c.statistic)),
    fit.effectiveParameters,
    fit.tic - fit.aic,
    statistic,
    ...diagnosis.eigenvalues,
    ...diagnosis.points.flatMap(({ matrices }) => matrices.map(({ mean }) => mean)),
  ];
}

describe("the units of a linear regression", () => {
  // powers of two change no digit but where a square leaves the doubles
  const scales: [number, number, number][] = [
    [190, 0, 1],
    [-190, 0, 1],
    [190, -250, 1],
    [-190, 250, 1],
    [-190, 0, 1e-12],
    [190, 0, 1e-12],
    [0, 440, 1],
    [0, -440, 1],
  ];
  it.each(scales)("2^%i for the target and 2^%i for a column", async (s, t, share) => {
    const expected = await invariants(data(1, 1, share), gaussian);
    const found = await invariants(data(2 ** s, 2 ** t, share), gaussian);
    expect(found.every(Number.isFinite)).toBe(true);
    found.forEach((value, k) => {
      expect(Math.abs(value - expected[k])).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(expected[k])));
    });
  });

  it("a known variance", async () => {
    const expected = await invariants(data(1, 1, 1), { ...gaussian, variance: 1 });
    for (const s of [2 ** 190, 2 ** -190]) {
      const found = await invariants(data(s, 1, 1), { ...gaussian, variance: s * s });
      found.forEach((value, k) => {
        expect(Math.abs(value - expected[k])).toBeLessThanOrEqual(
          1e-9 * (1 + Math.abs(expected[k])),
        );
      });
    }
  });

  const refused: [string, ArrayRows, FitOptions, string][] = [
    ["a target near 1e-80", data(1e-80, 1, 1), gaussian, 'target "y" has values of size'],
    ["a target near 1e80", data(1e80, 1, 1), gaussian, "fourth powers leave the range"],
    ["a target near 1e-120", data(1e-120, 1, 1), gaussian, "fourth powers leave the range"],
    ["a target near 1e120", data(1e120, 1, 1), gaussian, "fourth powers leave the range"],
    ["a target whose squares are 0", data(1e-200, 1, 1), gaussian, "fourth powers leave"],
    ["a target beside a column", data(1e50, 1e-100, 1), gaussian, 'column "x1" of size'],
    ["a tiny variance", data(1, 1, 1), { ...gaussian, variance: 1e-200 }, "variance: found 1e-200"],
    [
      "a variance beside its target",
      data(1e40, 1, 1),
      { ...gaussian, variance: 1e-60 },
      "standard deviations",
    ],
  ];
  it.each(refused)("%s is refused", async (_, rows, options, message) => {
    const failure = await fitModel(arrayRows(rows), options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DomainError);
    expect((failure as Error).message).toContain(message);
  });

  it("a target that its offset explains to the last digit is a perfect fit, whatever its unit", async () => {
    const rows = { ...data(1, 1, 1), offset: data(1, 1, 1).y as number[] };
    expect((await fitModel(arrayRows(rows), gaussian)).perfect).toBe(true);
    for (const s of [1, 1e-59, 1e59]) {
      const line = { X: data(1, 1, 0).X, y: data(s, 1, 0).y };
      const fit = await fitModel(arrayRows(line), gaussian);
      expect(fit.perfect).toBe(true);
      const { verdict } = await diagnoseFit(arrayRows(line), fit, {});
      expect(verdict.curvature.text).not.toBe("");
    }
  });
});
