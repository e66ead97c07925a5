import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.ts";
import { fromRows } from "../../src/linalg/matrix.ts";
import { momentumVariance } from "../../src/optimizers/momentumVariance.ts";
import { preconditioned } from "../../src/optimizers/preconditioned.ts";
import type { Preconditioner } from "../../src/optimizers/preconditioner.ts";
import { quadratic } from "../support/quadratic.ts";

const objective = quadratic(fromRows([[1]]), [0]);
const feed = (method: Preconditioner, gradients: readonly number[]): number[] =>
  gradients.map((g) => method.direction(objective, Float64Array.of(0), Float64Array.of(g))[0]);

describe("M-SVAG", () => {
  it("follows the published algorithm, written out with its double sums", () => {
    const gradients = [2, -1, 0.5, 3, 3, -0.25, 1e-3];
    const beta = 0.8;
    const found = feed(momentumVariance({ beta }), gradients);
    gradients.forEach((_, t) => {
      // weights of the bias-corrected average: (1 − β) β^(t−k) / (1 − β^(t+1))
      const weights = Array.from(
        { length: t + 1 },
        (_, k) => ((1 - beta) * beta ** (t - k)) / (1 - beta ** (t + 1)),
      );
      const m = weights.reduce((sum, w, k) => sum + w * gradients[k], 0);
      const v = weights.reduce((sum, w, k) => sum + w * gradients[k] ** 2, 0);
      const rho = Math.min(
        weights.reduce((sum, w) => sum + w * w, 0),
        0.9999,
      );
      const s = (v - m * m) / (1 - rho);
      expect(found[t] / ((m * m * m) / (m * m + rho * s))).toBeCloseTo(1, 9);
    });
  });

  it("is the plain gradient while gradients do not change", () => {
    for (const d of feed(momentumVariance(), [3, 3, 3, 3, 3])) expect(d).toBeCloseTo(3, 12);
    expect(feed(momentumVariance(), [0, 0, 0])).toEqual([0, 0, 0]);
    // squares would underflow, or overflow
    expect(feed(momentumVariance(), [1e-200])[0] / 1e-200).toBeCloseTo(1, 12);
  });

  it("estimates the variance of one gradient without bias", () => {
    // E over two equally likely gradients ±1 of all sequences of three: s must average to 1
    const beta = 0.5;
    let variance = 0;
    for (const a of [-1, 1]) {
      for (const b of [-1, 1]) {
        for (const c of [-1, 1]) {
          const weights = [1 / 7, 2 / 7, 4 / 7];
          const m = weights[0] * a + weights[1] * b + weights[2] * c;
          const rho = weights.reduce((sum, w) => sum + w * w, 0);
          variance += (1 - m * m) / (1 - rho) / 8;
          const direction = feed(momentumVariance({ beta }), [a, b, c])[2];
          expect(direction).toBeCloseTo(m / (1 + (rho * (1 - m * m)) / (1 - rho) / (m * m)), 12);
        }
      }
    }
    expect(variance).toBeCloseTo(1, 14);
  });

  it("never points away from the momentum nor beyond it", () => {
    const gradient = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.array(gradient, { minLength: 1, maxLength: 20 }), (gradients) => {
        const direction = feed(momentumVariance(), gradients).at(-1)!;
        const total = gradients.reduce((sum, _, k) => sum + 0.9 ** k, 0);
        const n = gradients.length;
        const m = gradients.reduce((sum, g, k) => sum + (0.9 ** (n - 1 - k) * g) / total, 0);
        expect(direction * m).toBeGreaterThanOrEqual(0);
        expect(Math.abs(direction)).toBeLessThanOrEqual(Math.abs(m) * (1 + 1e-9) + 1e-12);
      }),
    );
  });

  it("forgets between runs and refuses a wrong β", () => {
    const method = momentumVariance();
    const run = () =>
      Array.from(
        preconditioned(objective, method, {
          stepSize: 0.5,
          start: Float64Array.of(1),
          iterations: 5,
        }),
        (s) => s.loss,
      );
    expect(run()).toEqual(run());
    expect(() => momentumVariance({ beta: 1 })).toThrow(DomainError);
    expect(() => momentumVariance({ beta: 1 })).toThrow("M-SVAG: beta is 1, expected");
  });
});
