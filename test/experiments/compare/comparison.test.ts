import { describe, expect, it } from "vitest";
import { estimatedDistances } from "../../../src/experiments/compare/estimatedDistances.ts";
import { runComparison } from "../../../src/experiments/compare/index.ts";
import { mapOf } from "../../../src/experiments/compare/map.ts";
import {
  type ComparedMatrix,
  compareResult,
  type MeasuredMatrix,
} from "../../../src/experiments/compare/results.ts";
import { spectrumOf } from "../../../src/experiments/compare/spectrum.ts";
import {
  categorical,
  curvature,
  denseOperator,
  diagonalOperator,
  empirical,
  fisher,
  kernels,
  type Matrix,
  matrixFreeOperator,
  type Objective,
  objective,
  saveNetwork,
  sequential,
  stream,
} from "../../../src/index.ts";
import { dense } from "../../../src/models/network/dense.ts";
import { tanh } from "../../../src/models/network/tanh.ts";
import { threeClasses, tiny } from "../../support/comparisons.ts";

const table = async () => threeClasses();

function named(matrices: readonly ComparedMatrix[], name: string): MeasuredMatrix {
  const found = matrices.find((matrix) => matrix.name === name);
  if (found?.status !== "measured") throw new Error(`${name} was not measured`);
  return found;
}

/** The network of the configuration, built by hand. */
const network = sequential([dense(2, 3), tanh(), dense(3, 3)], { precision: "float64" });

/** The objective of the configuration, with columns that are standardized by hand. */
function problem(): Objective<Matrix, Float64Array> {
  const { X, y } = threeClasses();
  const data = X.data.slice();
  for (const j of [0, 1]) {
    const column = Array.from({ length: 12 }, (_, n) => data[2 * n + j]);
    const mean = column.reduce((sum, x) => sum + x) / 12;
    const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 12);
    for (let n = 0; n < 12; n++) data[2 * n + j] = (column[n] - mean) / deviation;
  }
  return objective<Matrix, Float64Array>({
    model: network,
    likelihood: categorical(3),
    X: { ...X, data },
    y,
  });
}

const frobenius = (A: Float64Array): number => Math.sqrt(A.reduce((sum, x) => sum + x * x, 0));
const inner = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, x, i) => sum + x * b[i], 0);

describe("a comparison", () => {
  const theta = network.initial(stream(5));
  const values = { from: "values", values: Array.from(theta) };

  it("has the numbers of their definitions", async () => {
    const damping = 0.02;
    const { matrices, problem: described } = await runComparison(
      tiny({ parameters: values, damping }),
      { table },
    );
    const own = problem();
    expect(described.loss).toBeCloseTo(own.loss(theta), 12);
    const g = own.gradient(theta);
    const R = curvature(own, theta, fisher());
    const A = curvature(own, theta, empirical());
    const found = named(matrices, "empirical Fisher, full");
    const apart = A.dense().data.map((x, i) => x - R.dense().data[i]);
    const sizes = [frobenius(A.dense().data), frobenius(R.dense().data)];
    expect(found.frobenius.value).toBeCloseTo(frobenius(apart) / sizes[1], 10);
    const top = (data: Float64Array): number =>
      Math.max(...kernels().eigh({ rows: g.length, cols: g.length, data }).values.map(Math.abs));
    expect(found.spectral.value).toBeCloseTo(top(apart) / top(R.dense().data), 10);
    const cosine = inner(A.dense().data, R.dense().data) / sizes[0] / sizes[1];
    expect(found.cosine.value).toBeCloseTo(cosine, 10);
    expect(found.trace.value).toBeCloseTo(A.trace(), 12);
    const spectrum = Array.from(A.eigenvalues()).reverse();
    expect(found.spectrum?.points.map(([rank]) => rank)).toEqual(spectrum.map((_, i) => i + 1));
    found.spectrum?.points.forEach(([, value], i) => {
      expect(value).toBeCloseTo(spectrum[i], 12);
    });
    const [step, best] = [A, R].map((C) => C.solve(g, { damping }));
    if ("reason" in found.step) throw new Error(found.step.reason);
    expect(found.step.norm).toBeCloseTo(frobenius(step), 10);
    expect(found.step.cosine).toBeCloseTo(
      inner(step, best) / frobenius(step) / frobenius(best),
      10,
    );
    const gamma = (v: Float64Array): number =>
      Math.sqrt(inner(v, R.multiply(v))) / Math.abs(inner(v, g));
    expect(found.step.gamma).toBeCloseTo(gamma(step) / gamma(g), 10);
    const decrease = (v: Float64Array): number =>
      inner(v, g) ** 2 / (inner(v, R.multiply(v)) + damping * inner(v, v));
    expect(found.step.share).toBeCloseTo(decrease(step) / decrease(best), 10);
    expect(found.bytes).toBe(8 * g.length ** 2);
  });

  it("has nothing between the reference and itself, and no better step than its own", async () => {
    const { matrices, damping } = await runComparison(tiny({ parameters: values }), { table });
    const [reference] = matrices;
    expect(reference).toMatchObject({
      name: "Fisher, full",
      frobenius: { value: 0 },
      spectral: { value: 0 },
    });
    expect(damping).toBeCloseTo(curvature(problem(), theta, fisher()).trace() / 2100, 12);
    for (const matrix of matrices) {
      if (matrix.status === "refused" || "reason" in matrix.step) continue;
      expect(matrix.step.share).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it("is plain JSON of its schema, and the same each time but for times", async () => {
    const run = async () => JSON.stringify(await runComparison(tiny(), { table }));
    const timeless = (text: string) => text.replaceAll(/"seconds":[^,}]*/g, "");
    const [first, second] = [await run(), await run()];
    expect(timeless(second)).toBe(timeless(first));
    expect(compareResult.parse(JSON.parse(first)).matrices).toHaveLength(16 + 1);
  });

  it("lists what makes no sense with the reason", async () => {
    const { matrices } = await runComparison(
      tiny({
        parameters: values,
        kinds: ["hessian", "gradientCovariance", "fisher", "adam"],
        structures: ["kfac", "lowRank"],
      }),
      { table },
    );
    const reasons = matrices.flatMap((matrix) =>
      matrix.status === "refused" ? [`${matrix.name}: ${matrix.reason}`] : [],
    );
    expect(reasons).toEqual([
      expect.stringMatching(/^Hessian, KFAC: .*second-order terms/),
      expect.stringMatching(/^Hessian, low rank: .*no sum of squares/),
      expect.stringMatching(/^gradient covariance, KFAC: .*mean gradient/),
      expect.stringMatching(/^Fisher, low rank: .*expected fewer than the 21 parameters/),
      expect.stringMatching(/^Adam’s second moment, diagonal: .*not trained here/),
    ]);
  });

  it("says where a step is missing: a Hessian that is not positive definite", async () => {
    const undamped = runComparison(tiny({ parameters: values, damping: 0 }), { table });
    // the Fisher of twelve samples and three classes is singular
    await expect(undamped).rejects.toThrow(/not positive definite/);
    const damped = await runComparison(tiny({ parameters: values, kinds: ["hessian"] }), { table });
    expect(named(damped.matrices, "Hessian, full").step).toEqual({
      reason: expect.stringMatching(/not positive definite/),
    });
    expect(named(damped.matrices, "Hessian, full").spectrum?.negative).toBeGreaterThan(0);
  });

  it("takes θ and layers from safetensors files", async () => {
    const bytes = saveNetwork(network, theta);
    const file = async (path: string) => {
      expect(path).toBe("net.safetensors");
      return bytes;
    };
    const kinds = ["fisher"];
    const given = await runComparison(tiny({ parameters: values, kinds }), { table });
    const trace = named(given.matrices, "Fisher, full").trace.value;
    const checkpoint = { from: "checkpoint", file: "net.safetensors" };
    for (const changes of [
      { model: "net.safetensors", parameters: undefined },
      { parameters: checkpoint },
    ]) {
      const { matrices } = await runComparison(tiny({ kinds, ...changes }), { table, file });
      expect(named(matrices, "Fisher, full").trace.value).toBe(trace);
    }
    await expect(runComparison(tiny({ parameters: checkpoint }), { table })).rejects.toThrow(
      /net\.safetensors: files are read by/,
    );
  });

  it("trains, and averages along that path for Adam’s second moment", async () => {
    const start = await runComparison(tiny({ parameters: { from: "initial" } }), { table });
    const end = await runComparison(tiny(), { table });
    expect(end.problem.loss).toBeLessThan(start.problem.loss);
    const one = await runComparison(
      tiny({ parameters: { from: "training", steps: 1, rule: "sgd", batch: 12 }, kinds: ["adam"] }),
      { table },
    );
    // after one step on all samples it is the square of the first gradient
    const g = problem().gradient(network.initial(stream(0, "initial parameters")));
    const trace = named(one.matrices, "Adam’s second moment, diagonal").trace.value;
    expect(trace).toBeCloseTo(inner(g, g), 12);
  });

  it("refuses what does not go together", async () => {
    const refused = (changes: Record<string, unknown>, message: RegExp) =>
      expect(runComparison(tiny(changes), { table })).rejects.toThrow(message);
    await refused({ model: [{ dense: [3, 3] }] }, /found inputs|takes 3 inputs/);
    await refused(
      { model: [{ dense: [2, 4] }] },
      /4 outputs, the likelihood of these data takes 3/,
    );
    await refused({ parameters: { from: "values", values: [1] } }, /found 1 values.*has 21/);
    await refused({ data: { csv: "x", target: "y", rows: 13 } }, /has 12 rows, expected 13/);
    await refused({ likelihood: "bernoulli" }, /outputs|label/);
    await expect(runComparison(tiny())).rejects.toThrow(/three\.csv: tables are read by/);
  });

  it.each([
    [{ kind: "hessian", structure: "kfac" }, /^the reference, Hessian, KFAC: KFAC of the Hessian/],
    [{ kind: "gradientCovariance", structure: "ekfac" }, /^the reference, .*mean gradient/],
    [
      { kind: "fisher", structure: "lowRank" },
      /^the reference, Fisher, low rank: .* rows, expected fewer than the 21/,
    ],
    [{ kind: "adam", structure: "full" }, /^the reference, .*a diagonal and nothing else/],
  ])("refuses %j as a reference before it trains", async (reference, message) => {
    const notes: string[] = [];
    const running = runComparison(
      tiny({ reference, parameters: { from: "training", steps: 200 } }),
      { table, onProgress: (_, note) => notes.push(note) },
    );
    await expect(running).rejects.toThrow(message);
    expect(notes).toEqual([]);
  });

  it("takes Adam’s second moment as a reference", async () => {
    const reference = { kind: "adam", structure: "diagonal" };
    const { matrices } = await runComparison(
      tiny({ reference, kinds: ["fisher"], structures: ["diagonal"] }),
      { table },
    );
    expect(named(matrices, "Adam’s second moment, diagonal").frobenius.value).toBe(0);
  });

  it("has blocks by array of parameters: the Fisher’s entries within them", async () => {
    const { matrices } = await runComparison(
      tiny({ parameters: values, kinds: ["fisher"], structures: ["parameterBlocks"] }),
      { table },
    );
    const F = curvature(problem(), theta, fisher()).dense();
    const outside = F.data.slice();
    for (const { offset, size } of network.views) {
      for (let i = offset; i < offset + size; i++) {
        outside.fill(0, i * F.cols + offset, i * F.cols + offset + size);
      }
    }
    const found = named(matrices, "Fisher, parameter blocks");
    expect(found.frobenius.value).toBeCloseTo(frobenius(outside) / frobenius(F.data), 12);
    expect(network.views).toHaveLength(4);
  });

  it("hears while it trains that it is to stop", async () => {
    const controller = new AbortController();
    const parameters = { from: "training", steps: 1_000_000 };
    // a timer, as a signal of the system is
    setTimeout(() => controller.abort(new Error("enough")), 10);
    const running = runComparison(tiny({ parameters }), { table, signal: controller.signal });
    await expect(running).rejects.toThrow("enough");
  });

  it("stops when it is told to", async () => {
    const controller = new AbortController();
    const heard: string[] = [];
    const running = runComparison(tiny(), {
      table,
      signal: controller.signal,
      onMatrix: ({ name }) => {
        heard.push(name);
        if (heard.length === 2) controller.abort(new Error("enough"));
      },
    });
    await expect(running).rejects.toThrow("enough");
    expect(heard).toEqual(["Fisher, full", "Fisher, block diagonal"]);
  });
});

describe("what is estimated of large matrices", () => {
  const D = 400;
  const random = stream(1, "entries");
  const diagonals = [0, 1].map(() =>
    Float64Array.from({ length: D }, () => random.uniform() ** 3 + 0.01),
  );
  const [A, R] = diagonals.map(diagonalOperator);

  it("is 0 and 1 of a matrix and itself", () => {
    const { frobenius, cosine } = estimatedDistances(R, R, stream(2));
    expect(frobenius).toEqual({ value: 0 });
    expect(cosine.value).toBeCloseTo(1, 14);
  });

  it("has error bars that hold: rotated diagonals over 60 draws", () => {
    // reflections of a diagonal matrix have entries everywhere, and distances that are known
    const u = Float64Array.from({ length: D }, () => random.normal());
    const reflected = (B: typeof A) => ({
      dimension: D,
      multiply: (v: Float64Array) => reflect(u, B.multiply(reflect(u, v))),
    });
    const apart = diagonals[0].map((x, i) => x - diagonals[1][i]);
    const truth = {
      frobenius: frobenius(apart) / frobenius(diagonals[1]),
      cosine: inner(diagonals[0], diagonals[1]) / frobenius(diagonals[0]) / frobenius(diagonals[1]),
    };
    for (const what of ["frobenius", "cosine"] as const) {
      const scores = Array.from({ length: 60 }, (_, seed) => {
        const found = estimatedDistances(reflected(A), reflected(R), stream(seed))[what];
        return ((found.value ?? 0) - truth[what]) / (found.standardError ?? 0);
      });
      const spread = Math.sqrt(scores.reduce((sum, z) => sum + z * z, 0) / scores.length);
      // of 60 scores the root mean square is within 0.28 of 1, three standard errors; jackknife of 40 adds a little
      expect(spread).toBeGreaterThan(0.7);
      expect(spread).toBeLessThan(1.35);
    }
  });

  it("counts eigenvalues by Lanczos where they are too many to compute", () => {
    const many = Float64Array.from({ length: 2000 }, (_, i) => (i < 500 ? 10 : 0.1));
    const B = matrixFreeOperator(2000, (v) => v.map((x, i) => many[i] * x));
    const { points, by, largest, smallest } = spectrumOf(B, stream(4))!;
    expect(by).toBe("Lanczos");
    expect(largest).toBeCloseTo(10, 8);
    expect(smallest).toBeCloseTo(0.1, 8);
    const high = points.filter(([, value]) => value > 1).at(-1)![0];
    // signs: each probe has a quarter of its weight there, exactly
    expect(high).toBeCloseTo(500, 6);
    expect(points.at(-1)![0]).toBeCloseTo(2000, 6);
  });
});

describe("a picture’s entries", () => {
  it("are the entries where they are few", () => {
    const A = denseOperator({ rows: 2, cols: 2, data: Float64Array.of(1, -2, -2, 2.34567) });
    expect(mapOf(A.dense())).toEqual({ size: 2, averaged: false, values: [1, -2, 2.35] });
  });

  it("are root mean squares of blocks with the sign of their sum where they are many", () => {
    const D = 256;
    const data = Float64Array.from({ length: D * D }, (_, t) => {
      const [i, j] = [Math.floor(t / D), t % D];
      if (i >> 1 === j >> 1) return i === j ? 3 : -1;
      return (i + j) % 2 === 0 ? -1 : 0.5;
    });
    const { size, averaged, values } = mapOf({ rows: D, cols: D, data });
    expect({ size, averaged, count: values.length }).toEqual({
      size: 128,
      averaged: true,
      count: (128 * 129) / 2,
    });
    expect(values.slice(0, 3)).toEqual([2.24, -0.791, 2.24]);
  });

  it("are all of it when blocks are uneven", () => {
    const D = 300;
    const data = new Float64Array(D * D).fill(2);
    expect(new Set(mapOf({ rows: D, cols: D, data }).values)).toEqual(new Set([2]));
  });
});

function reflect(u: Float64Array, v: Float64Array): Float64Array {
  const scale = (2 * inner(u, v)) / inner(u, u);
  return v.map((x, i) => x - scale * u[i]);
}
