import { describe, expect, it } from "vitest";
import { fromRows, matrix } from "../../src/linalg/matrix.ts";
import { CollinearityError, SeparationError } from "../../src/statistics/errors.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import type { FitOptions } from "../../src/statistics/results.ts";
import { type ArrayRows, arrayRows } from "../../src/statistics/rows.ts";
import { numbers } from "../support/matrices.ts";
import separation from "./golden/separation.json" with { type: "json" };

const fit = (data: ArrayRows, options: FitOptions): ReturnType<typeof fitModel> =>
  fitModel(arrayRows(data), options);

async function failure(data: ArrayRows, options: FitOptions): Promise<Error> {
  try {
    await fit(data, options);
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected a failure");
}

const bernoulli = { family: "bernoulli" } as const;
const gaussian = { family: "gaussian" } as const;
const poisson = { family: "poisson" } as const;
const categorical = { family: "categorical" } as const;

/** 40 rows of noise in two columns, and a third that is up to the test */
const noise = numbers(80, 5);
const withThird = (third: (n: number) => number): ArrayRows["X"] =>
  fromRows(Array.from({ length: 40 }, (_, n) => [noise[2 * n], noise[2 * n + 1], third(n)]));
const labels = Array.from({ length: 40 }, (_, n) => (Math.sin(7 * n) > 0 ? 1 : 0));
const columns = ["age", "dose", "marker"];

describe("separation", () => {
  it("names the column that alone tells the classes apart", async () => {
    const X = withThird((n) => labels[n] * 2 + noise[n]);
    const error = await failure({ X, y: labels, columns, target: "ill" }, bernoulli);
    expect(error).toBeInstanceOf(SeparationError);
    expect(error).toMatchObject({ kind: "complete", columns: ["marker"] });
    const [, bound] =
      /^complete separation: "marker" > ([\d.-]+) exactly where "ill" is 1/.exec(error.message) ??
      [];
    labels.forEach((label, n) => {
      expect(X.data[3 * n + 2] > Number(bound)).toBe(label === 1);
    });
    // few digits: between the classes there is room
    expect(bound.length).toBeLessThan(6);
    expect(error.message).toContain("--ridge");
  });

  it("names a level whose rows all have one outcome", async () => {
    // marker = 1 in six rows, all of them ill
    const chosen = labels.flatMap((label, n) => (label === 1 ? [n] : [])).slice(0, 6);
    const X = withThird((n) => (chosen.includes(n) ? 1 : 0));
    const error = await failure({ X, y: labels, columns, target: "ill" }, bernoulli);
    expect(error).toMatchObject({ kind: "quasi-complete", columns: ["marker"] });
    expect(error.message).toContain(`"ill" is 1 in every row with "marker" > 0`);
    const well = await failure(
      { X, y: labels.map((y) => 1 - y), columns, target: "ill" },
      bernoulli,
    );
    expect(well.message).toContain(`"ill" is 0 in every row with "marker" > 0`);
  });

  it("names the class that a level has, or one that it lacks, of several", async () => {
    const classes = ["well", "ill", "dead"];
    const y = labels.map((label, n) => (n % 5 === 0 ? 2 : label));
    const level = (has: (c: number) => boolean): ArrayRows["X"] =>
      withThird((n) => (has(y[n]) && n % 2 === 0 ? 1 : 0));
    const said = async (X: ArrayRows["X"]): Promise<string> =>
      (await failure({ X, y, columns, classes, target: "state" }, categorical)).message;
    expect(await said(level((c) => c === 0))).toContain(
      `"state" is well in every row with "marker" > 0`,
    );
    expect(await said(level((c) => c !== 1))).toContain(
      `"state" is never ill in a row with "marker" > 0`,
    );
  });

  it("names the columns of a combination that separates", async () => {
    const X = withThird((n) => (labels[n] ? 1 : -1) * (0.05 + Math.abs(noise[n])) - noise[2 * n]);
    const error = await failure({ X, y: labels, columns, target: "ill" }, bernoulli);
    expect(error).toMatchObject({ kind: "complete" });
    expect((error as SeparationError).columns).toEqual(expect.arrayContaining(["age", "marker"]));
    expect(error.message).toContain("a combination of the columns");
  });

  it("finds a quasi-complete combination: equality in some rows", async () => {
    // marker − age is 0 for most rows and has the sign of the label in the others
    const X = withThird((n) => noise[2 * n] + (n % 4 === 0 ? (labels[n] ? 1 : -1) : 0));
    const error = await failure({ X, y: labels, columns, target: "ill" }, bernoulli);
    expect(error).toMatchObject({ kind: "quasi-complete", columns: ["age", "marker"] });
  });

  it("is found for one class of several", async () => {
    const y = labels.map((label, n) => (n % 5 === 0 ? 2 : label));
    const X = withThird((n) => (y[n] === 2 ? 1 + noise[n] ** 2 : noise[n] - 1));
    const classes = ["well", "ill", "dead"];
    const error = await failure({ X, y, columns, classes, target: "state" }, categorical);
    expect(error).toMatchObject({ kind: "quasi-complete", columns: ["marker"] });
    expect(error.message).toContain(`"marker" > `);
    expect(error.message).toContain(`exactly where "state" is dead`);
  });

  it("of counts: a level without any", async () => {
    const X = withThird((n) => (n % 4 === 0 ? 1 : 0));
    const y = labels.map((label, n) => (n % 4 === 0 ? 0 : label + (n % 3)));
    const error = await failure({ X, y, columns, target: "falls" }, poisson);
    expect(error).toMatchObject({ kind: "quasi-complete", columns: ["marker"] });
    expect(error.message).toContain(`"falls" is 0 in every row with "marker" > 0`);
  });

  it("is found exactly where linear programming finds it", async () => {
    for (const { X, y, kind } of separation) {
      const outcome = await fit({ X: fromRows(X), y }, bernoulli).then(
        () => "none",
        (error) => (error as SeparationError).kind,
      );
      expect(outcome, JSON.stringify({ X, y })).toBe(kind);
    }
  });

  it("is no obstacle with a ridge", async () => {
    const X = withThird((n) => labels[n] * 2 + noise[n]);
    const result = await fit({ X, y: labels, columns }, { ...bernoulli, ridge: 0.1 });
    expect(result.converged).toBe(true);
    expect(result.theta.every(Number.isFinite)).toBe(true);
  });

  it("is not claimed for a coefficient that is large but finite", async () => {
    // one row in 2000 contradicts the separation: log odds of 1999
    const x = Float64Array.from({ length: 4000 }, (_, n) => n % 2);
    const y = x.map((value, n) => (n === 1 ? 0 : value === 1 ? 1 : n % 4 === 0 ? 1 : 0));
    const result = await fit({ X: matrix(4000, 1, x), y }, bernoulli);
    expect(result.theta[0] + result.theta[1]).toBeCloseTo(Math.log(1999), 9);
  });

  it("is not claimed for values far apart in size", async () => {
    const x = Float64Array.from({ length: 40 }, (_, n) => noise[n] * (n === 7 ? 1e9 : 1));
    const y = labels.map((label, n) => (n === 7 ? (x[7] > 0 ? 1 : 0) : label));
    const result = await fit({ X: matrix(40, 1, x), y }, bernoulli);
    expect(result.converged).toBe(true);
  });
});

describe("collinear columns", () => {
  it("are named with the combination", async () => {
    const X = withThird((n) => noise[2 * n] + 2 * noise[2 * n + 1]);
    for (const options of [gaussian, bernoulli]) {
      const error = await failure({ X, y: labels, columns }, options);
      expect(error).toBeInstanceOf(CollinearityError);
      expect(error).toMatchObject({ columns: ["marker"] });
      expect(error.message).toContain(`"marker" = "age" + 2 "dose". Leave out "marker"`);
    }
  });

  it("include a constant column and one of zeros", async () => {
    const constant = await failure({ X: withThird(() => 7), y: labels, columns }, bernoulli);
    expect(constant).toMatchObject({ columns: ["marker"] });
    expect(constant.message).toContain(
      `"marker" is 7 in every row, or differs by less than 1e-12 of it, so the intercept stands for it. ` +
        `Leave out "marker" (--exclude)`,
    );
    const ids = await failure(
      { X: withThird((n) => 9007199254740992 + 2 * n), y: labels, columns },
      bernoulli,
    );
    expect(ids.message).toContain(`"marker" is 9007200000000000 in every row, or differs by less`);
    const zero = await failure({ X: withThird(() => 0), y: labels, columns }, bernoulli);
    expect(zero.message).toContain(`"marker" is zero in every row`);
  });

  it("blame columns that add up to a constant, not the intercept", async () => {
    const X = withThird((n) => 1 + 2 * noise[2 * n] - noise[2 * n + 1]);
    const error = await failure({ X, y: labels, columns }, gaussian);
    expect(error).toMatchObject({ columns: ["marker"] });
    expect(error.message).toContain(
      `the intercept's 1 = -2 "age" + "dose" + "marker". Leave out one of "age", "dose", "marker" (--exclude)`,
    );
  });

  it("are found whatever the units, and in many rows", async () => {
    const rows = 3000;
    const a = numbers(rows, 2);
    const b = numbers(rows, 3);
    const X = fromRows(
      Array.from({ length: rows }, (_, n) => [a[n] * 1e8, b[n] * 1e-8, (a[n] - b[n]) * 1e-3]),
    );
    const y = a.map((value) => (value > 0 ? 1 : 0));
    const error = await failure({ X, y, columns, blockRows: 100 }, bernoulli);
    expect(error).toMatchObject({ columns: ["marker"] });
  });

  it("are allowed with a ridge, which shares the coefficient", async () => {
    const X = withThird((n) => noise[2 * n]);
    const result = await fit({ X, y: labels, columns }, { ...bernoulli, ridge: 1 });
    expect(result.theta[0]).toBeCloseTo(result.theta[2], 10);
  });
});

describe("data that cannot be fitted", () => {
  const X = withThird((n) => noise[n] ** 3);
  const cases: [string, ArrayRows, FitOptions, string][] = [
    [
      "a constant target",
      { X, y: labels.map(() => 3) },
      gaussian,
      `constant: it is 3 in all 40 rows`,
    ],
    [
      "one class",
      { X, y: labels.map(() => 1), classes: ["a", "b"] },
      bernoulli,
      `it is "b" in all`,
    ],
    ["no rows", { X: matrix(0, 2, new Float64Array(0)), y: [] }, gaussian, "no rows to fit"],
    ["one row", { X: fromRows([[1]]), y: [2] }, gaussian, "in the only row"],
    [
      "no columns",
      { X: matrix(2, 0, new Float64Array(0)), y: [1, 2], intercept: false },
      gaussian,
      "no columns",
    ],
    [
      "more columns than rows",
      {
        X: fromRows([
          [1, 2, 3],
          [4, 5, 7],
        ]),
        y: [0, 1],
      },
      bernoulli,
      "more columns (4) than rows (2)",
    ],
    [
      "no degrees of freedom",
      { X: fromRows([[1], [2]]), y: [0, 1] },
      gaussian,
      "leave no degrees of freedom",
    ],
    [
      "negative counts",
      { X, y: labels.map((v, n) => (n === 4 ? -1 : v)) },
      poisson,
      `row 5 is -1, the poisson family expects counts`,
    ],
    [
      "fractional counts",
      { X, y: labels.map((v, n) => (n === 4 ? 0.5 : v)) },
      poisson,
      "row 5 is 0.5",
    ],
    [
      "labels out of range",
      { X, y: labels.map((v, n) => (n === 4 ? 3 : v)), classes: ["a", "b"] },
      categorical,
      "expects a class index from 0 to 1",
    ],
    [
      "a label that is no 0 or 1",
      { X, y: labels.map((v, n) => (n === 4 ? 2 : v)) },
      bernoulli,
      "expects 0 or 1",
    ],
    [
      "a class without rows",
      { X, y: labels, classes: ["a", "b", "c"] },
      categorical,
      `1 classes of "y" have no rows: "c"`,
    ],
    [
      "NaN",
      { X: withThird((n) => (n === 2 ? Number.NaN : 1)), y: labels, columns },
      gaussian,
      `column "marker": row 3 is NaN`,
    ],
    [
      "huge numbers",
      { X: withThird((n) => 1e308 * noise[n]), y: labels, columns },
      gaussian,
      "squares leave the range of doubles",
    ],
    ["a huge target", { X, y: labels.map((v) => v * 1e308) }, gaussian, "change the unit"],
    [
      "negative weights",
      { X, y: labels, weights: labels.map((_, n) => 3 - n) },
      gaussian,
      "weights: row 5 is -1",
    ],
    [
      "fractional frequencies",
      { X, y: labels, weights: labels.map(() => 0.5) },
      { ...gaussian, weighting: "frequency" },
      "expected a whole number",
    ],
    [
      "an offset for classes",
      { X, y: labels, offset: labels },
      categorical,
      "offsets: the categorical family",
    ],
    [
      "an unknown family",
      { X, y: labels },
      { family: "gamma" as "poisson" },
      `found "gamma", expected gaussian`,
    ],
    ["a negative ridge", { X, y: labels }, { ...gaussian, ridge: -1 }, "ridge: found -1"],
    [
      "a variance of 0",
      { X, y: labels },
      { ...gaussian, variance: 0 },
      'expected "estimated" or a positive',
    ],
    [
      "a variance of counts",
      { X, y: labels },
      { ...poisson, variance: 1 },
      "it is for the Gaussian",
    ],
    [
      "an unknown baseline",
      { X, y: labels, classes: ["a", "b"] },
      { ...categorical, baseline: "z" },
      `no class "z", found a, b`,
    ],
  ];

  it.each(cases)("%s", async (_, data, options, message) => {
    expect((await failure(data, options)).message).toContain(message);
  });

  it("10,000 classes: refused before memory is taken", async () => {
    const y = Float64Array.from({ length: 30_000 }, (_, n) => n % 10_000);
    const error = await failure({ X: matrix(30_000, 1, numbers(30_000)), y }, categorical);
    expect(error.message).toContain("19998 coefficients (9999 × 2)");
    expect(error.message).toContain("GiB");
  });

  it("equal names, and an intercept that is not 1", async () => {
    expect(() => arrayRows({ X, y: labels, columns: ["a", "b", "a"] })).toThrow(`named "a"`);
    expect(() => arrayRows({ X, y: labels.slice(1) })).toThrow("found length 39, expected 40");
    const rows = arrayRows({ X, y: labels, columns: ["a", "b", "(intercept)"], intercept: false });
    await expect(fitModel(rows, gaussian)).rejects.toThrow(
      /the intercept of row 1 is .*, expected 1: its name is reserved for a column of ones/,
    );
    for (const intercept of [true, false]) {
      const names = ["a", "(intercept)", "b"];
      await expect(
        (async () => fitModel(arrayRows({ X, y: labels, columns: names, intercept }), gaussian))(),
      ).rejects.toThrow('column 2 is named "(intercept)": the name is reserved');
    }
  });

  it("an aborted signal", async () => {
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    await expect(
      fit({ X, y: labels }, { ...bernoulli, signal: controller.signal }),
    ).rejects.toThrow("enough");
  });
});

describe("hard but sound data", () => {
  it("counts near 10⁶ without intercept, from 0", async () => {
    const x = Float64Array.from({ length: 30 }, (_, n) => 13 + 0.05 * n);
    const y = x.map((v) => Math.round(Math.exp(v)));
    const result = await fit({ X: matrix(30, 1, x), y, intercept: false }, poisson);
    expect(result.theta[0]).toBeCloseTo(1, 6);
    expect(result.scoring.some(({ stepSize }) => stepSize > 0 && stepSize < 1)).toBe(true);
  });

  it("an outlier that makes the first step overshoot", async () => {
    const x = numbers(200, 9).map((v, n) => (n === 0 ? 30 : v));
    const y = x.map((v, n) => (n === 0 ? 0 : Math.sin(9 * n) + v > 0 ? 1 : 0));
    const result = await fit({ X: matrix(200, 1, x), y }, bernoulli);
    expect(result.converged).toBe(true);
    const losses = result.scoring.map(({ loss }) => loss);
    expect(losses.every((loss, k) => k === 0 || loss <= losses[k - 1] + 1e-9)).toBe(true);
  });

  it("a saturated logistic table", async () => {
    // two cells, frequencies 3:1 and 1:4
    const rows = { X: fromRows([[0], [0], [1], [1]]), y: [0, 1, 0, 1], weights: [3, 1, 1, 4] };
    const result = await fit(rows, { ...bernoulli, weighting: "frequency" });
    expect(result.theta[1]).toBeCloseTo(Math.log(1 / 3), 12);
    expect(result.theta[0]).toBeCloseTo(Math.log(12), 12);
    expect(result.observations).toBe(9);
  });
});
