import { describe, expect, it } from "vitest";
import { fromRows } from "../../src/linalg/matrix.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import type { FitOptions } from "../../src/statistics/results.ts";
import { type ArrayRows, arrayRows, type RowSource } from "../../src/statistics/rows.ts";

const N = 40;
const range = (value: (n: number) => number): number[] =>
  Array.from({ length: N }, (_, n) => value(n));
const dose = range((n) => Math.sin(3 * n));

async function warned(data: ArrayRows, options: FitOptions, more: Partial<RowSource> = {}) {
  const { warnings } = await fitModel({ ...arrayRows(data), ...more }, options);
  return warnings.filter(({ code }) => code === "rare").map(({ message }) => message);
}

describe("a warning of few rows", () => {
  it("names an indicator with fewer than five, and none with five", async () => {
    const y = range((n) => Math.cos(5 * n));
    const table = (rows: number): ArrayRows => ({
      X: fromRows(range((n) => n).map((n) => [dose[n], n < rows ? 1 : 0])),
      y,
      columns: ["dose", "g=b"],
    });
    expect(await warned(table(4), { family: "gaussian" })).toEqual([
      '"g=b" has 4 rows: standard errors and intervals that rest on fewer than 5 rows are unreliable',
    ]);
    expect(await warned(table(5), { family: "gaussian" })).toEqual([]);
    expect(await warned(table(36), { family: "gaussian" })).toEqual([
      expect.stringMatching(/^"g=b" = 0 has 4 rows: /),
    ]);
    expect(await warned(table(35), { family: "gaussian" })).toEqual([]);
  });

  it("names a class, and an indicator within a class", async () => {
    // 3 of class 1; then 20 of it, 2 of which are marked
    const few = range((n) => (n % 14 === 5 ? 1 : 0));
    const data = { X: fromRows(dose.map((v) => [v])), y: few, classes: ["no", "yes"] };
    expect(await warned(data, { family: "bernoulli" })).toEqual([
      expect.stringMatching(/^class "yes" of "y" has 3 rows: /),
    ]);
    const half = range((n) => n % 2);
    const mark = range((n) => (n === 1 || n === 3 || n % 6 === 0 ? 1 : 0));
    const marked = { X: fromRows(range((n) => n).map((n) => [mark[n]])), columns: ["m"] };
    expect(await warned({ ...marked, y: half }, { family: "bernoulli" })).toEqual([
      expect.stringMatching(/^"m" with class "1" has 2 rows: /),
    ]);
    // the same cells of counts are no classes
    expect(await warned({ ...marked, y: half }, { family: "poisson" })).toEqual([]);
  });

  it("counts frequencies, but not other weights, and no row of weight 0", async () => {
    const data = {
      X: fromRows(range((n) => n).map((n) => [n < 4 ? 1 : 0])),
      y: range((n) => Math.cos(5 * n)),
      columns: ["m"],
    };
    const weights = range((n) => (n < 4 ? 2 : 1));
    expect(
      await warned({ ...data, weights }, { family: "gaussian", weighting: "frequency" }),
    ).toEqual([]);
    expect(await warned({ ...data, weights }, { family: "gaussian" })).toHaveLength(1);
    const without = range((n) => (n < 2 ? 0 : 1));
    expect(await warned({ ...data, weights: without }, { family: "gaussian" })).toEqual([
      expect.stringMatching(/^"m" has 2 rows: /),
    ]);
  });

  it("names a base level, which has no column, and no more than five cells", async () => {
    const code = range((n) => (n < 4 ? 0 : 1 + (n % 2)));
    const X = fromRows(code.map((c) => [c === 1 ? 1 : 0, c === 2 ? 1 : 0]));
    const data = { X, y: range((n) => Math.cos(5 * n)), columns: ["g=b", "g=c"] };
    const levels = ["a", "b", "c"].map((name, k) => ({
      name,
      rows: code.filter((c) => c === k).length,
    }));
    const factors = [{ column: "g", base: "a", levels }];
    expect(await warned(data, { family: "gaussian" }, { factors })).toEqual([
      expect.stringMatching(/^"g=a" has 4 rows: /),
    ]);
    const many = fromRows(
      range((n) => n).map((n) => Array.from({ length: 8 }, (_, j) => (n >> 1 === j ? 1 : 0))),
    );
    expect(await warned({ X: many, y: data.y }, { family: "gaussian" })).toEqual([
      expect.stringMatching(/^"x1" has 2 rows, "x2" has 2, .*"x5" has 2 and 3 more cells: /),
    ]);
  });
});

describe("a warning of a ridge", () => {
  it("is there whenever there is one", async () => {
    const data = { X: fromRows(dose.map((v) => [v])), y: range((n) => n % 3) };
    const codes = async (ridge: number): Promise<string[]> =>
      (await fitModel(arrayRows(data), { family: "poisson", ridge })).warnings.map(
        ({ code }) => code,
      );
    expect(await codes(0)).toEqual([]);
    expect(await codes(1e-9)).toEqual(["ridge"]);
  });
});
