/** Comparisons with more parameters than entries are looked at for. */
import { beforeAll, describe, expect, it } from "vitest";
import { runComparison } from "../../../src/experiments/compare/index.ts";
import type { MeasuredMatrix } from "../../../src/experiments/compare/results.ts";
import { spectrumOf } from "../../../src/experiments/compare/spectrum.ts";
import { matrixFreeOperator, stream } from "../../../src/index.ts";
import { threeClasses, tiny } from "../../support/comparisons.ts";

describe("of 1533 parameters and 12 samples, the Fisher", () => {
  const measured: Record<string, MeasuredMatrix> = {};
  beforeAll(async () => {
    const configuration = tiny({
      model: [{ dense: [2, 255] }, "tanh", { dense: [255, 3] }],
      parameters: { from: "initial" },
      kinds: ["fisher"],
      structures: ["matrixFree", "lowRank"],
    });
    const { matrices } = await runComparison(configuration, { table: async () => threeClasses() });
    for (const matrix of matrices) {
      if (matrix.status === "refused") throw new Error(matrix.reason);
      measured[matrix.structure] = matrix;
    }
  });

  it("is itself in both structures that keep all of it", () => {
    expect(measured.lowRank.spectral).toEqual({ value: 0 });
    // estimated by the same vectors for both
    expect(measured.lowRank.frobenius.value).toBeLessThan(1e-12);
  });

  it("has the trace of its diagonal, without an error", () => {
    const { trace } = measured.matrixFree;
    expect(trace.standardError).toBeUndefined();
    // the other one is the trace of its Gram matrix
    expect(trace.value! / measured.lowRank.trace.value!).toBeCloseTo(1, 12);
  });

  it("has eigenvalues that are zero, and Lanczos does not say otherwise", () => {
    const { spectrum } = measured.matrixFree;
    expect(spectrum).toMatchObject({ by: "Lanczos", smallest: 0 });
    const exact = measured.lowRank.spectrum!;
    expect(Math.abs(spectrum!.largest - exact.largest)).toBeLessThan(spectrum!.error!);
    // 36 rows, which sum to zero over each sample's classes
    const positive = exact.points.filter(([, value]) => value > 1e-12 * exact.largest);
    expect(positive.length).toBeLessThanOrEqual(24);
    const drawn = spectrum!.points.filter(([, value]) => value > 0);
    expect(drawn.at(-1)![0]).toBeLessThan(2 * 24);
    const least = Math.min(...drawn.map(([, value]) => value));
    expect(least).toBeGreaterThan(positive.at(-1)![1] / 10);
  });
});

describe("the ends of a spectrum by Lanczos", () => {
  const D = 1600;
  /** eigenvalues 1, 1/2, …, 1/r and then `rest`, rotated by a reflection */
  const operator = (r: number, rest: number) => {
    const random = stream(9);
    const u = Float64Array.from({ length: D }, () => random.normal());
    const scale = 2 / u.reduce((sum, x) => sum + x * x, 0);
    const reflected = (v: Float64Array): Float64Array => {
      const along = scale * v.reduce((sum, x, i) => sum + x * u[i], 0);
      return v.map((x, i) => x - along * u[i]);
    };
    return matrixFreeOperator(D, (v) =>
      reflected(reflected(v).map((x, i) => x * (i < r ? 1 / (i + 1) : rest))),
    );
  };

  it("are zero where rows are fewer than parameters", () => {
    expect(spectrumOf(operator(60, 0), stream(1), 60).smallest).toBe(0);
  });

  it("are known to within their error, whatever is known of rows", () => {
    for (const rest of [0, 0.004, -0.3]) {
      const { smallest, largest, error } = spectrumOf(operator(60, rest), stream(1));
      expect(error).toBeCloseTo(1e-4, 6);
      expect(Math.abs(smallest - rest)).toBeLessThan(error!);
      expect(Math.abs(largest - 1)).toBeLessThan(error!);
    }
  });

  it("count the rest where it is not zero", () => {
    const { points } = spectrumOf(operator(60, -0.3), stream(1));
    const negative = points.filter(([, value]) => Math.abs(value + 0.3) < 1e-3);
    // six probes of 1540 of 1600 coordinates: the root of 2 · 60 / 6 / 1600² of the weight is left to chance
    expect(D - negative[0][0]).toBeGreaterThan(1480);
  });
});
