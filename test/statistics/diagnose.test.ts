import { describe, expect, it } from "vitest";
import { generalizedEigenvalues } from "../../src/linalg/eigen.ts";
import { fromRows } from "../../src/linalg/matrix.ts";
import { diagnose } from "../../src/statistics/diagnose.ts";
import type { DiagnoseOptions, Diagnosis, FamilyName } from "../../src/statistics/results.ts";
import { arrayRows } from "../../src/statistics/rows.ts";
import { relativeError } from "../support/accuracy.ts";
import { curvatureByRows, type Regression, regression, solve } from "../support/regressions.ts";

const families: readonly FamilyName[] = ["gaussian", "bernoulli", "categorical", "poisson"];

const diagnosed = (
  data: Regression,
  options: DiagnoseOptions,
  blockRows = 50,
): Promise<Diagnosis> =>
  diagnose(arrayRows({ ...data, blockRows }), { replications: 0, ...options });

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, t) => sum + value * b[t], 0);
const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));

describe.each(families)("a diagnosis of the %s family", (family) => {
  const data = regression(family, 150, 3, 5);

  it("compares matrices and steps as their definitions do", async () => {
    const variance = family === "gaussian" ? 2 : 1;
    const { points, fit, eigenvalues } = await diagnosed(data, {
      family,
      ...(family === "gaussian" && { variance }),
    });
    expect(points[0].label).toBe("start");
    expect(points.at(-1)?.label).toBe("optimum");
    for (const point of points) {
      const { gradient, empirical, fisher, loss } = curvatureByRows(
        family,
        data,
        point.theta,
        variance,
      );
      expect(point.loss).toBeCloseTo(loss, 9);
      const size = Math.hypot(...fisher.data);
      const difference = Math.hypot(...fisher.data.map((v, t) => empirical.data[t] - v));
      const compared = point.matrices.find(({ kind }) => kind === "empirical");
      expect(compared?.frobenius).toBeCloseTo(difference / size, 9);
      const values = generalizedEigenvalues(empirical, fisher);
      expect(compared?.smallest).toBeCloseTo(values[0], 8);
      expect(compared?.largest).toBeCloseTo(values[values.length - 1], 8);
      if (point.label === "optimum") {
        expect(relativeError(eigenvalues, values)).toBeLessThan(1e-8);
        expect(point.steps).toEqual([]);
        continue;
      }
      expect(relativeError(point.gradientNorm, norm(gradient))).toBeLessThan(1e-6);
      const natural = solve(fisher, gradient);
      const other = solve(empirical, gradient);
      const step = point.steps.find(({ kind }) => kind === "empirical");
      if (point.decrement < 1e-6) continue; // only rounding is left of the gradient
      expect(step?.cosine).toBeCloseTo(dot(natural, other) / (norm(natural) * norm(other)), 6);
      expect(relativeError(step?.lengthRatio ?? 0, norm(other) / norm(natural))).toBeLessThan(1e-5);
      const product = (v: number[]): number[] =>
        v.map((_, s) => dot(v, Array.from(fisher.data.subarray(s * v.length, (s + 1) * v.length))));
      const gamma = Math.sqrt(dot(other, product(other))) / Math.abs(dot(other, gradient));
      const best = 1 / Math.sqrt(dot(gradient, natural));
      expect(relativeError(step?.gamma ?? 0, gamma)).toBeLessThan(1e-6);
      expect(step?.relative).toBeCloseTo(best / gamma, 7);
    }
    expect(fit.converged).toBe(true);
  });

  it("measures the spread of the gradients row by row", async () => {
    const { gradients, fit } = await diagnosed(data, {
      family,
      ...(family === "gaussian" && { variance: 1 }),
    });
    const rows = curvatureByRows(family, data, fit.theta);
    const squares = rows.gradients.map(
      (g) => (dot(g, solve(rows.fisher, g)) * 150) / fit.theta.length,
    );
    expect(gradients.mean).toBeCloseTo(squares.reduce((sum, v) => sum + v, 0) / 150, 8);
    expect(gradients.maximum).toBeCloseTo(Math.max(...squares), 8);
    expect(gradients.maximumRow).toBe(squares.indexOf(Math.max(...squares)));
    const sorted = [...squares].sort((a, b) => a - b);
    const median = gradients.quantiles.find(({ probability }) => probability === 0.5)?.value ?? 0;
    expect(relativeError(median, sorted[74])).toBeLessThan(0.006);
    const top = (sorted[149] + 0.5 * sorted[148]) / sorted.reduce((sum, v) => sum + v, 0);
    expect(relativeError(gradients.topShare, top)).toBeLessThan(0.01);
  });

  it("has a Monte-Carlo Fisher that tends to the Fisher, and is the same for the same seed", async () => {
    const small = { ...data, X: data.X };
    const [one, many, again] = await Promise.all(
      [1, 300, 1].map((draws) => diagnosed(small, { family, draws, seed: 9 })),
    );
    const distance = ({ points }: Diagnosis): number =>
      points.at(-1)?.matrices.find(({ kind }) => kind === "sampled")?.frobenius ?? 0;
    expect(again.points).toEqual(one.points);
    // standard error of the matrix about 1/√(150 · 300): a few percent
    expect(distance(many)).toBeLessThan(0.03);
    expect(distance(one)).toBeGreaterThan(3 * distance(many));
  });

  it("descends with both matrices, and faster with the Fisher", async () => {
    const { paths = [] } = await diagnosed(data, { family });
    const [natural, empirical] = paths;
    expect([natural.method, empirical.method]).toEqual(["NGD", "EFGD"]);
    for (const { excess, cosine } of paths) {
      expect(excess.every((value, k) => k === 0 || value <= excess[k - 1])).toBe(true);
      expect(cosine.length).toBe(excess.length);
    }
    expect(natural.excess.length).toBeLessThanOrEqual(empirical.excess.length);
    expect(natural.excess.at(-1)).toBeLessThan(1e-6);
  });

  it("does not depend on how the rows come in blocks", async () => {
    const options = { family, replications: 3, seed: 4 };
    const [a, b] = await Promise.all([7, 1000].map((rows) => diagnosed(data, options, rows)));
    expect(relativeError(b.eigenvalues, a.eigenvalues)).toBeLessThan(1e-9);
    expect(b.test?.statistic).toBeCloseTo(a.test?.statistic ?? 0, 7);
    expect(relativeError(b.bootstrap?.largest ?? [], a.bootstrap?.largest ?? [])).toBeLessThan(
      1e-7,
    );
  });
});

describe("weights", () => {
  it.each(families)("of frequency %s are rows that occur so often", async (family) => {
    const { X, y } = regression(family, 60, 2, 4);
    const weights = Float64Array.from({ length: 60 }, (_, n) => n % 4);
    const often = Array.from(weights).flatMap((w, n) => new Array<number>(w).fill(n));
    const options = { family, replications: 5, draws: 400 } as const;
    const counted = await diagnose(arrayRows({ X, y, weights }), {
      ...options,
      weighting: "frequency",
    });
    const repeated = await diagnose(
      arrayRows({
        X: fromRows(often.map((n) => [X.data[2 * n], X.data[2 * n + 1]])),
        y: often.map((n) => y[n]),
      }),
      options,
    );
    expect(relativeError(counted.eigenvalues, repeated.eigenvalues)).toBeLessThan(1e-9);
    expect((counted.test?.statistic ?? 0) / (repeated.test?.statistic ?? 1)).toBeCloseTo(1, 6);
    expect(counted.gradients.topShare).toBeCloseTo(repeated.gradients.topShare, 7);
    for (const [i, { matrices, steps }] of counted.points.entries()) {
      const other = repeated.points[i];
      for (const [k, matrix] of matrices.entries()) {
        // drawn for each row once, and not for each repetition: standard errors of a few percent
        const tolerance = matrix.kind === "sampled" ? 0.15 : 1e-9;
        expect(Math.abs(matrix.mean - other.matrices[k].mean), matrix.kind).toBeLessThan(tolerance);
      }
      for (const [k, step] of steps.entries()) {
        if (step.kind === "sampled") continue;
        expect(step.efficiency).toBeCloseTo(other.steps[k].efficiency, 7);
      }
    }
    // the same stream of responses: refits stop at 1e-7 standard errors
    const [own, others] = [counted, repeated].map(({ bootstrap }) => bootstrap?.largest ?? []);
    expect(relativeError(own, others)).toBeLessThan(1e-5);
  });

  it("of precision do not make a right logistic model's errors agree, and its sampled Fisher is the Fisher", async () => {
    const { X, y } = regression("bernoulli", 1500, 2, 4);
    const options = { family: "bernoulli", replications: 39, draws: 3 } as const;
    const plain = await diagnose(arrayRows({ X, y }), options);
    const weights = Float64Array.from({ length: 1500 }, () => 4);
    const weighted = await diagnose(arrayRows({ X, y, weights }), options);
    // w r rᵀ of the same draws, times 4 as the Fisher is
    for (const [i, { matrices }] of weighted.points.entries()) {
      const other = plain.points[i].matrices;
      expect(matrices[0].kind).toBe("sampled");
      expect(relativeError(matrices[0].largest, other[0].largest)).toBeLessThan(1e-8);
      expect(relativeError(matrices[1].largest, 4 * other[1].largest)).toBeLessThan(1e-8);
    }
    // F̃ has w² = 16 and F 4 times what it has without weights: OPG over sandwich is 1/4, Fisher over sandwich 1/2
    const [bands, others] = [weighted, plain].map(({ bootstrap }) => bootstrap?.ratios);
    for (const end of ["lower", "median", "upper"] as const) {
      const quarter = others!.empirical![end].map((value) => value / 4);
      const half = others!.fisher![end].map((value) => value / 2);
      expect(relativeError(bands!.empirical![end], quarter)).toBeLessThan(1e-5);
      expect(relativeError(bands!.fisher![end], half)).toBeLessThan(1e-5);
    }
    expect(plain.verdict.standardErrors.answer).toBe("agree");
    expect(weighted.verdict.standardErrors.answer).toBe("misleading");
    expect(weighted.verdict.standardErrors.text).toContain("The weights do that even to a right");
    expect(weighted.verdict.curvature.answer).toBe("do-not-use");
  });

  it.each(families)("of zero leave %s rows out", async (family) => {
    const { X, y } = regression(family, 60, 2, 4);
    const weights = Float64Array.from({ length: 60 }, (_, n) => (n % 4 === 0 ? 0 : 1));
    const kept = Array.from({ length: 60 }, (_, n) => n).filter((n) => n % 4 !== 0);
    const options = { family, replications: 5 } as const;
    const weighted = await diagnose(arrayRows({ X, y, weights }), options);
    const fewer = await diagnose(
      arrayRows({
        X: fromRows(kept.map((n) => [X.data[2 * n], X.data[2 * n + 1]])),
        y: kept.map((n) => y[n]),
      }),
      options,
    );
    expect(relativeError(weighted.eigenvalues, fewer.eigenvalues)).toBeLessThan(1e-9);
    expect(weighted.points.at(-1)?.matrices[0].mean).toBeGreaterThan(0.5);
  });
});

describe("paths", () => {
  it("have no cosine at the optimum, where both steps are rounding", async () => {
    const { paths = [] } = await diagnosed(regression("gaussian", 60, 2, 4), {
      family: "gaussian",
    });
    expect(paths[0].excess).toHaveLength(2);
    expect(paths[0].cosine[0]).toBeGreaterThan(0);
    expect(paths[0].cosine[1]).toBeNaN();
  });
});

describe("damping", () => {
  it("turns both steps into the gradient, in columns of comparable size", async () => {
    const data = regression("poisson", 200, 2, 3);
    const { points } = await diagnosed(data, { family: "poisson", damping: [0, 1e6] });
    const [none, all] = points[0].damping;
    expect(none.fisher).toBeCloseTo(1, 12);
    const step = points[0].steps.find(({ kind }) => kind === "empirical");
    expect(none.empirical).toBeCloseTo(step?.efficiency ?? 0, 9);
    // both tables are of the same steps, in the same units
    expect(none.cosine).toBeCloseTo(step?.cosine ?? 0, 9);
    expect(none.lengthRatio).toBeCloseTo(step?.lengthRatio ?? 0, 9);
    expect(all.cosine).toBeCloseTo(1, 9);
    expect(all.empirical).toBeCloseTo(all.fisher, 5);
  });
});

describe("what there is no test for", () => {
  const data = regression("bernoulli", 120, 2, 8);

  it("is said: a ridge", async () => {
    const { test, testRefused, bootstrap, verdict, covariances } = await diagnosed(data, {
      family: "bernoulli",
      ridge: 2,
      replications: 20,
    });
    expect(test).toBeUndefined();
    expect(bootstrap).toBeUndefined();
    expect(testRefused).toContain("void with a ridge");
    expect(verdict.model.answer).toBe("cannot-say");
    expect(verdict.model.text).toContain("void with a ridge");
    expect(covariances[1].label).toBe("inverse of empirical Fisher + ridge (OPG)");
  });

  it("is said: a perfect fit", async () => {
    const y = Array.from(
      { length: 120 },
      (_, n) => 1 + data.X.data[2 * n] - data.X.data[2 * n + 1],
    );
    const { verdict, testRefused } = await diagnosed({ X: data.X, y }, { family: "gaussian" });
    expect(verdict.curvature.answer).toBe("cannot-say");
    expect(verdict.standardErrors.answer).toBe("cannot-say");
    expect(testRefused).toContain("perfect fit");
  });

  it("is said: precision weights of labels", async () => {
    const rows = arrayRows({ ...data, weights: data.y.map((_, n) => 1 + (n % 3)) });
    const weighted = await diagnose(rows, { family: "bernoulli", replications: 0 });
    expect(weighted.testRefused).toContain("void with precision weights");
    const counted = await diagnose(rows, {
      family: "bernoulli",
      weighting: "frequency",
      replications: 5,
    });
    expect(counted.test?.bootstrap?.pValue).toBeGreaterThan(0);
  });

  it("is said: too few rows", async () => {
    const few = regression("poisson", 11, 3, 2);
    const { testRefused, test, notes } = await diagnosed(few, { family: "poisson" });
    expect(test?.indicators).toBe("diagonal");
    expect(testRefused).toBeUndefined();
    expect(notes.join()).toContain("11 rows for 4 coefficients");
    const fewer = await diagnosed(regression("poisson", 8, 3, 4), { family: "poisson" });
    expect(fewer.testRefused).toContain("too many for 8 observations");
  });

  it("refuses options that make no sense", async () => {
    await expect(diagnosed(data, { family: "bernoulli", draws: 0 })).rejects.toThrow(
      "draws: found 0",
    );
    await expect(diagnosed(data, { family: "bernoulli", replications: -1 })).rejects.toThrow(
      "replications",
    );
    await expect(diagnosed(data, { family: "bernoulli", level: 1 })).rejects.toThrow(
      "level: found 1",
    );
  });
});
