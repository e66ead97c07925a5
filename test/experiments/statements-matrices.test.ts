import { describe, expect, it } from "vitest";
import { familyProblems } from "../../src/experiments/statements/families.ts";
import {
  expectedOuterProduct,
  jacobian,
  outputRow,
} from "../../src/experiments/statements/matrices.ts";
import {
  difference,
  frobenius,
  relativeDistance,
  spectralNorm,
  trace,
} from "../../src/experiments/statements/measure.ts";
import { readoutNetwork, smoothness } from "../../src/experiments/statements/readoutNetwork.ts";
import { initialWeights } from "../../src/experiments/statements/tinyNetwork.ts";
import { fromRows, matrix, zeros } from "../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { absoluteError } from "../support/accuracy.ts";

describe("distances", () => {
  const A = fromRows([
    [3, 0],
    [0, -4],
  ]);
  it("are those of their definitions", () => {
    expect(frobenius(A)).toBe(5);
    expect(spectralNorm(A)).toBeCloseTo(4, 14);
    expect(trace(A)).toBe(-1);
    const B = fromRows([
      [3, 3],
      [3, -4],
    ]);
    expect([...difference(B, A).data]).toEqual([0, 3, 3, 0]);
    expect(relativeDistance(B, A)).toBeCloseTo(Math.sqrt(18) / 5, 15);
  });
});

describe("matrices by their definitions", () => {
  const problems = familyProblems({ samples: 3 });

  it("the Jacobian's products are those of jvp", () => {
    for (const { objective, theta } of problems) {
      const v = theta.map((_, i) => Math.sin(i));
      const { cols, data } = objective.model.jvp(theta, objective.X, v);
      for (let n = 0; n < 3; n++) {
        const J = jacobian(objective, theta, n);
        const found = Array.from({ length: cols }, (_, m) =>
          v.reduce((sum, vi, i) => sum + J.data[m * v.length + i] * vi, 0),
        );
        expect(absoluteError(found, data.subarray(n * cols, (n + 1) * cols))).toBeLessThan(1e-13);
      }
    }
  });

  it("the expected outer product of a Bernoulli problem weighs x xᵀ by p (1 − p)", () => {
    const { objective, theta } = problems[1];
    const expected = zeros(theta.length, theta.length);
    for (let n = 0; n < 3; n++) {
      const p = 1 / (1 + Math.exp(-outputRow(objective, theta, n)[0]));
      const { data } = jacobian(objective, theta, n);
      for (let i = 0; i < theta.length; i++) {
        for (let j = 0; j < theta.length; j++) {
          expected.data[i * theta.length + j] += (p * (1 - p) * data[i] * data[j]) / 3;
        }
      }
    }
    expect(relativeDistance(expectedOuterProduct(objective, theta), expected)).toBeLessThan(1e-14);
  });
});

describe("the network with a fixed readout", () => {
  const random = new LegacyRandom(2);
  const readout = fromRows([
    [1, -2, 0.5],
    [0.3, 1, -1],
  ]);
  const model = readoutNetwork({ inputs: 2, readout });
  const X = fromRows([
    [0.4, -1],
    [1.2, 0.7],
  ]);
  const theta = initialWeights(model, random);
  const v = initialWeights(model, random);
  const U = matrix(2, 2, Float64Array.of(0.3, -1, 0.8, 0.2));
  const central = (f: (t: number) => Float64Array) => {
    const h = 1e-3;
    const [a, b, c, d] = [-2 * h, -h, h, 2 * h].map(f);
    return a.map((_, i) => (a[i] - 8 * b[i] + 8 * c[i] - d[i]) / (12 * h));
  };
  const moved = (t: number) => theta.map((x, i) => x + t * v[i]);

  it("has the derivatives that differences give", () => {
    const first = central((t) => model.forward(moved(t), X).data);
    expect(absoluteError(model.jvp(theta, X, v).data, first)).toBeLessThan(1e-10);
    const second = central((t) => model.vjp(moved(t), X, U));
    expect(absoluteError(model.secondOrder!(theta, X, U, v), second)).toBeLessThan(1e-10);
    const inner = (a: Float64Array, b: Float64Array) => a.reduce((s, x, i) => s + x * b[i], 0);
    const left = inner(model.vjp(theta, X, U), v);
    expect(left).toBeCloseTo(inner(U.data, model.jvp(theta, X, v).data), 13);
  });

  it("is β-smooth, and not for a smaller β", () => {
    // one unit, one input along the largest: the Hessian's norm is |A| |tanh″(w·x)| ‖x‖²
    const single = matrix(1, 1, Float64Array.of(-2));
    const one = readoutNetwork({ inputs: 1, readout: single });
    const x = matrix(1, 1, Float64Array.of(1.5));
    const beta = smoothness(single, x);
    const bend = (w: number) =>
      Math.abs(
        one.secondOrder!(
          Float64Array.of(w),
          x,
          matrix(1, 1, Float64Array.of(1)),
          Float64Array.of(1),
        )[0],
      );
    const bends = Array.from({ length: 2001 }, (_, i) => bend((i - 1000) / 500));
    expect(Math.max(...bends)).toBeLessThanOrEqual(beta);
    expect(Math.max(...bends)).toBeGreaterThan(beta * (1 - 1e-5));
    expect(smoothness(readout, X)).toBeCloseTo(
      (2 * 4 * (1.2 ** 2 + 0.7 ** 2)) / (3 * Math.sqrt(3)),
      13,
    );
  });

  it("refuses inputs of the wrong width or not finite", () => {
    expect(() => model.checkInputs!(fromRows([[1]]))).toThrow("X has 1 columns, expected 2");
    expect(() => model.checkInputs!(fromRows([[1, Infinity]]))).toThrow("X: entry 1 is Infinity");
  });
});
