import { describe, expect, it } from "vitest";
import { initialWeights, tinyNetwork } from "../../src/experiments/statements/tinyNetwork.ts";
import { fromRows, matrix } from "../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { absoluteError } from "../support/accuracy.ts";

const model = tinyNetwork({ inputs: 2, hidden: 3, outputs: 2 });
const random = new LegacyRandom(1);
const theta = initialWeights(model, random);
const v = initialWeights(model, random);
const X = fromRows([
  [0.3, -1],
  [1.5, 0.2],
  [-0.7, 0.4],
]);
const U = matrix(
  3,
  2,
  Float64Array.from({ length: 6 }, () => random.normal()),
);

/** f(t) differentiated at 0 by Richardson-extrapolated central differences */
function derivative(f: (t: number) => Float64Array): Float64Array {
  const central = (h: number) => {
    const high = f(h);
    const low = f(-h);
    return high.map((value, i) => (value - low[i]) / (2 * h));
  };
  const [a, b, c] = [central(4e-3), central(2e-3), central(1e-3)];
  return c.map((ci, i) => (64 * ci - 20 * b[i] + a[i]) / 45);
}
const moved = (t: number) => theta.map((x, i) => x + t * v[i]);
const inner = (a: Float64Array, b: Float64Array) => a.reduce((s, x, i) => s + x * b[i], 0);

describe("the tiny network", () => {
  it("computes V tanh(W x + b) + c", () => {
    expect(model.parameters).toBe(6 + 3 + 6 + 2);
    const f = model.forward(theta, X);
    for (let n = 0; n < 3; n++) {
      const hidden = [0, 1, 2].map((h) =>
        Math.tanh(
          theta[2 * h] * X.data[2 * n] + theta[2 * h + 1] * X.data[2 * n + 1] + theta[6 + h],
        ),
      );
      for (let m = 0; m < 2; m++) {
        const expected = hidden.reduce((s, t, h) => s + theta[9 + 3 * m + h] * t, theta[15 + m]);
        expect(f.data[2 * n + m]).toBeCloseTo(expected, 14);
      }
    }
  });

  it("has the derivative that differences give", () => {
    const differences = derivative((t) => model.forward(moved(t), X).data);
    expect(absoluteError(model.jvp(theta, X, v).data, differences)).toBeLessThan(1e-11);
  });

  it("has the transpose of that derivative: ⟨u, J v⟩ = ⟨Jᵀu, v⟩", () => {
    expect(inner(model.vjp(theta, X, U), v)).toBeCloseTo(
      inner(U.data, model.jvp(theta, X, v).data),
      12,
    );
  });

  it("has the second derivative that differences of the first give, and it is symmetric", () => {
    const differences = derivative((t) => model.vjp(moved(t), X, U));
    const found = model.secondOrder!(theta, X, U, v);
    expect(absoluteError(found, differences)).toBeLessThan(1e-10);
    const w = initialWeights(model, random);
    expect(inner(w, found)).toBeCloseTo(inner(v, model.secondOrder!(theta, X, U, w)), 12);
  });

  it("refuses inputs of the wrong width or not finite, and θ of the wrong length", () => {
    expect(() => model.checkInputs!(fromRows([[1]]))).toThrow("X has 1 columns, expected 2");
    expect(() => model.checkInputs!(fromRows([[1, NaN]]))).toThrow("X: entry 1 is NaN");
    expect(() => model.forward(new Float64Array(3), X)).toThrow(
      "theta: found length 3, expected 17",
    );
  });
});
