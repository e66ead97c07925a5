import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConvergenceError, DomainError, ShapeError } from "../../src/errors.ts";
import { fromRows } from "../../src/linalg/matrix.ts";
import { covariance } from "../../src/statistics/covariance.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import { informationMatrixTest } from "../../src/statistics/informationMatrixTest.ts";
import type { FamilyName, FitProgress } from "../../src/statistics/results.ts";
import { arrayRows, type RowSource } from "../../src/statistics/rows.ts";
import { regression } from "../support/regressions.ts";

const families: readonly FamilyName[] = ["gaussian", "bernoulli", "categorical", "poisson"];

/** Values that tables have, and some that they should not. */
const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 4, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1e-200, 1e15, -1e120, 1e308, Number.NaN, Infinity) },
);

describe("any table", () => {
  it("is fitted with finite numbers, or refused with a reason", async () => {
    const table = fc.record({
      family: fc.constantFrom(...families),
      rows: fc.integer({ min: 1, max: 14 }),
      columns: fc.integer({ min: 0, max: 4 }),
      ridge: fc.constantFrom(0, 0, 1),
      values: fc.array(value, { minLength: 70, maxLength: 70 }),
      intercept: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(table, async ({ family, rows, columns, ridge, values, intercept }) => {
        const X = fromRows(
          Array.from({ length: rows }, (_, n) => values.slice(n * columns, (n + 1) * columns)),
        );
        const y = values.slice(56, 56 + rows).map((v) => {
          if (family === "gaussian") return v;
          const count = Math.abs(Math.trunc(v)) % 5;
          return family === "bernoulli" ? count % 2 : count % 3;
        });
        try {
          const source = arrayRows({ X: { ...X, cols: columns }, y, intercept });
          const fit = await fitModel(source, { family, ridge });
          expect(fit.theta.every(Number.isFinite)).toBe(true);
          expect(fit.perfect || Number.isFinite(fit.logLikelihood)).toBe(true);
          for (const row of covariance(fit, "fisher").coefficients) {
            expect(row.standardError).toBeGreaterThanOrEqual(0);
          }
          await informationMatrixTest(source, fit);
        } catch (error) {
          const expected =
            error instanceof DomainError ||
            error instanceof ShapeError ||
            error instanceof ConvergenceError;
          if (!expected) throw error;
          expect((error as Error).message.length).toBeGreaterThan(15);
        }
      }),
      { numRuns: 400, seed: 1 },
    );
  });
});

describe("a source", () => {
  const data = regression("poisson", 100, 2, 1);

  it("with fewer rows than it says is refused", async () => {
    const rows: RowSource = { ...arrayRows(data), rows: 101 };
    await expect(fitModel(rows, { family: "poisson" })).rejects.toThrow(
      "the source says it has 101 rows, found 100",
    );
  });

  it("may use the same memory for every block", async () => {
    const rows = arrayRows({ ...data, blockRows: 10 });
    const X = new Float64Array(30);
    const y = new Float64Array(10);
    const reused: RowSource = {
      ...rows,
      async *blocks(signal) {
        for await (const block of rows.blocks(signal)) {
          X.set(block.X.data);
          y.set(block.y.data);
          yield { X: { ...block.X, data: X }, y: { ...block.y, data: y } };
        }
      },
    };
    const [a, b] = await Promise.all(
      [rows, reused].map((source) => fitModel(source, { family: "poisson" })),
    );
    expect(b.theta).toEqual(a.theta);
  });

  it("is followed by progress, pass by pass", async () => {
    const seen: FitProgress[] = [];
    const rows = arrayRows({ ...data, blockRows: 25 });
    const fit = await fitModel(rows, { family: "poisson", onProgress: (step) => seen.push(step) });
    expect(new Set(seen.map(({ phase }) => phase))).toEqual(
      new Set(["summary", "scoring", "information"]),
    );
    expect(seen.every(({ done, total }) => done % 25 === 0 && done <= total)).toBe(true);
    const passes = seen.filter(({ phase, done }) => phase === "scoring" && done === 100);
    expect(passes.length).toBe(fit.scoring.length);
  });

  it("can be given up in the middle of a pass", async () => {
    const controller = new AbortController();
    const rows = arrayRows({ ...data, blockRows: 25 });
    const run = fitModel(rows, {
      family: "poisson",
      signal: controller.signal,
      onProgress: ({ phase, done }) => {
        if (phase === "scoring" && done === 50) controller.abort(new Error("given up"));
      },
    });
    await expect(run).rejects.toThrow("given up");
  });
});
