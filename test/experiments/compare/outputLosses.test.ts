import { describe, expect, it } from "vitest";
import type { OutputLossConfiguration } from "../../../src/experiments/compare/configuration.ts";
import { runComparison } from "../../../src/experiments/compare/index.ts";
import { outputLossOf } from "../../../src/experiments/compare/outputLosses.ts";
import { threeClasses, tiny } from "../../support/comparisons.ts";

const f = Float64Array.of(0.3, -1.2, 0.8);
const label = 2;
const y = [0, 0, 1];

/** The losses by their definitions. */
const losses: readonly (readonly [OutputLossConfiguration, (f: Float64Array) => number])[] = [
  ["squaredError", (f) => f.reduce((sum, v, m) => sum + (v - y[m]) ** 2 / 2, 0)],
  ["crossEntropy", (f) => Math.log(f.reduce((sum, v) => sum + Math.exp(v), 0)) - f[label]],
  ["logistic", (f) => f.reduce((sum, v, m) => sum + Math.log(1 + Math.exp(v)) - y[m] * v, 0)],
  ["poisson", (f) => f.reduce((sum, v, m) => sum + Math.exp(v) - y[m] * v, 0)],
  [
    { pseudoHuber: 0.7 },
    (f) => f.reduce((sum, v, m) => sum + 0.49 * (Math.sqrt(1 + ((v - y[m]) / 0.7) ** 2) - 1), 0),
  ],
];

describe("losses of the outputs", () => {
  it.each(losses)("%j has the second derivatives of its definition", (name, loss) => {
    const sample = { index: 0, target: Float64Array.of(label) };
    const H = outputLossOf(name).hessian(f, sample);
    // second differences: an error of h² and of 1e-16 / h²
    const h = 1e-4;
    const at = (i: number, di: number, j: number, dj: number): number => {
      const moved = f.slice();
      moved[i] += di;
      moved[j] += dj;
      return loss(moved);
    };
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const difference =
          (at(i, h, j, h) - at(i, h, j, -h) - at(i, -h, j, h) + at(i, -h, j, -h)) / (4 * h * h);
        expect(H.data[3 * i + j]).toBeCloseTo(difference, 6);
      }
    }
  });

  it("do not overflow", () => {
    const far = Float64Array.of(800, -800, 0);
    const sample = { index: 0, target: Float64Array.of(0) };
    for (const name of ["crossEntropy", "logistic"] as const) {
      const { data } = outputLossOf(name).hessian(far, sample);
      expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  it("take a target of one output as it is", () => {
    const { data } = outputLossOf({ pseudoHuber: 1 }).hessian(Float64Array.of(5), {
      index: 0,
      target: Float64Array.of(3),
    });
    expect(data[0]).toBeCloseTo(5 ** -1.5, 14);
  });

  it("make matrices: cross-entropy of a softmax model is its Fisher, others are not", async () => {
    const { matrices } = await runComparison(
      tiny({
        parameters: { from: "initial" },
        kinds: [{ ggn: "crossEntropy" }, { ggn: "squaredError" }],
        structures: ["full", "kfac"],
      }),
      { table: async () => threeClasses() },
    );
    const distances = matrices.map((matrix) =>
      matrix.status === "measured" ? [matrix.name, matrix.frobenius.value] : [],
    );
    expect(distances.map(([name]) => name)).toEqual([
      "Fisher, full",
      "GGN of cross-entropy, full",
      "GGN of cross-entropy, KFAC",
      "GGN of squared error, full",
      "GGN of squared error, KFAC",
    ]);
    expect(distances[1][1]).toBeLessThan(1e-14);
    expect(distances[3][1]).toBeGreaterThan(0.5);
  });
});
