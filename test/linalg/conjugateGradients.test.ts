import { describe, expect, it } from "vitest";
import {
  ConvergenceError,
  DomainError,
  NotPositiveDefiniteError,
  ShapeError,
} from "../../src/errors.ts";
import { conjugateGradients } from "../../src/linalg/conjugateGradients.ts";
import { matrix } from "../../src/linalg/matrix.ts";
import { distance, numbers, positiveDefinite, product } from "../support/matrices.ts";

const diagonalMap =
  (entries: readonly number[]) =>
  (v: Float64Array): Float64Array =>
    v.map((x, i) => x * entries[i]);

describe("conjugateGradients", () => {
  const n = 30;
  const A = positiveDefinite(n);
  const multiply = (v: Float64Array): Float64Array => product(A, matrix(n, 1, v)).data;
  const x = numbers(n, 3);

  it("solves, and reports the true residual", () => {
    const b = multiply(x);
    for (const tolerance of [1e-4, 1e-12]) {
      const result = conjugateGradients(multiply, b, { tolerance });
      const r = multiply(result.solution).map((y, i) => b[i] - y);
      const length = (v: Float64Array): number => Math.sqrt(v.reduce((s, y) => s + y * y, 0));
      expect(Math.abs(result.residual - length(r) / length(b))).toBeLessThan(1e-15);
      expect(result.residual).toBeLessThan(tolerance);
    }
  });

  it("needs one product for each different eigenvalue, and one to check", () => {
    const two = conjugateGradients(diagonalMap([1, 1, 5, 5, 5, 1]), numbers(6));
    expect(two.iterations).toBe(3);
    const damped = conjugateGradients(diagonalMap([0, 0, 0]), Float64Array.of(2, 4, 6), {
      damping: 2,
    });
    expect([...damped.solution]).toEqual([1, 2, 3]);
    expect(damped.iterations).toBe(2);
  });

  it("starts where it is told to", () => {
    const b = multiply(x);
    expect(conjugateGradients(multiply, b, { start: x })).toEqual({
      solution: x,
      iterations: 1,
      residual: 0,
    });
    const start = x.map((y) => y + 1e-3);
    const result = conjugateGradients(multiply, b, { start });
    expect(distance(result.solution, x)).toBeLessThan(1e-9);
    expect(start).toEqual(x.map((y) => y + 1e-3));
  });

  it("gains from Jacobi's preconditioner where the diagonal varies", () => {
    const scales = Array.from({ length: n }, (_, i) => 10 ** (i / 10));
    const scaled = (v: Float64Array): Float64Array =>
      multiply(v.map((y, i) => y * scales[i])).map((y, i) => y * scales[i]);
    const b = scaled(x);
    const diagonal = Float64Array.from(scales, (s, i) => s * s * A.data[i * (n + 1)]);
    const plain = conjugateGradients(scaled, b);
    const jacobi = conjugateGradients(scaled, b, { diagonal });
    expect(distance(jacobi.solution, x)).toBeLessThan(1e-6);
    expect(jacobi.iterations).toBeLessThan(plain.iterations / 2);
  });

  it("goes on where rounding made the residual look smaller than it was", () => {
    // products in single precision: the updated residual leaves the true one behind
    const rough = (v: Float64Array): Float64Array => v.map((y, i) => Math.fround(y) * (1 + i));
    const b = numbers(40, 2);
    const result = conjugateGradients(rough, b, { tolerance: 1e-6 });
    const r = rough(result.solution).map((y, i) => b[i] - y);
    expect(Math.hypot(...r) / Math.hypot(...b)).toBeLessThan(1e-6);
  });

  it("says how far it came when the products do not suffice", () => {
    const hard = diagonalMap(Array.from({ length: 50 }, (_, i) => 1.5 ** i));
    const solve = () => conjugateGradients(hard, numbers(50), { iterations: 7 });
    expect(solve).toThrow(ConvergenceError);
    expect(solve).toThrow(/relative residual \d.*after 7 products, expected 1e-10/);
  });

  it("refuses directions without positive curvature", () => {
    const solve =
      (entries: number[], damping = 0) =>
      () =>
        conjugateGradients(diagonalMap(entries), Float64Array.of(1, 1), { damping });
    expect(solve([1, -1])).toThrow(NotPositiveDefiniteError);
    expect(solve([0, 0])).toThrow("use a larger damping");
    expect(distance(solve([1, -1], 2)().solution, [1 / 3, 1])).toBeLessThan(1e-9);
    const diagonal = Float64Array.of(1, -1);
    expect(() => conjugateGradients(diagonalMap([1, 1]), numbers(2), { diagonal })).toThrow(
      "diagonal entry 1 is -1",
    );
  });

  it("refuses NaN, bad options and lengths", () => {
    const nan = (v: Float64Array): Float64Array => v.map(() => Number.NaN);
    expect(() => conjugateGradients(nan, numbers(3))).toThrow(ConvergenceError);
    expect(() => conjugateGradients(multiply, Float64Array.of(Number.NaN))).toThrow(DomainError);
    expect(() => conjugateGradients(multiply, x, { tolerance: 0 })).toThrow(DomainError);
    expect(() => conjugateGradients(multiply, x, { damping: -1 })).toThrow(DomainError);
    expect(() => conjugateGradients(multiply, x, { start: numbers(2) })).toThrow(ShapeError);
    expect(() => conjugateGradients(multiply, x, { diagonal: numbers(2) })).toThrow(ShapeError);
    expect(() => conjugateGradients(() => numbers(2), x)).toThrow(ShapeError);
  });
});
