import { describe, expect, it } from "vitest";
import { DomainError, NotPositiveDefiniteError, ShapeError } from "../../src/errors.ts";
import { factorize } from "../../src/linalg/factorization.ts";
import { copy, fromRows, identity, matrix, zeros } from "../../src/linalg/matrix.ts";
import {
  binomials,
  distance,
  lowerOnly,
  numbers,
  pascal,
  positiveDefinite,
  product,
  random,
  tabulate,
} from "../support/matrices.ts";

describe("factorize", () => {
  const n = 31;
  const A = positiveDefinite(n);

  it("solves for one and many right-hand sides, and inverts", () => {
    const before = copy(A);
    const factor = factorize(A);
    expect(A).toEqual(before);
    const X = random(n, 4);
    expect(distance(factor.solveMany(product(A, X)).data, X.data)).toBeLessThan(1e-13);
    const x = numbers(n);
    expect(distance(factor.solve(product(A, matrix(n, 1, x)).data), x)).toBeLessThan(1e-13);
    const inverse = factor.inverse();
    expect(distance(product(A, inverse).data, identity(n).data)).toBeLessThan(1e-13);
    expect(inverse.data).toEqual(tabulate(n, (i, j) => inverse.data[j * n + i]).data);
    const w = factor.whiten(x);
    const quadratic = factor.solve(x).reduce((s, y, i) => s + y * x[i], 0);
    expect(w.reduce((s, y) => s + y * y, 0)).toBeCloseTo(quadratic, 12);
  });

  it("solves Pascal's system, of condition 1e16, exactly", () => {
    const P = pascal(16);
    const x = numbers(16).map((y) => Math.round(8 * y));
    const factor = factorize(P);
    expect(factor.lower.data).toEqual(binomials(16).data);
    const solution = factor.solve(product(P, matrix(16, 1, x)).data);
    expect(solution.map((y) => y + 0)).toEqual(x.map((y) => y + 0));
    expect(factor.logDeterminant()).toBe(0);
  });

  it("gives log determinants beyond the range of doubles", () => {
    const scaled = factorize(identity(500, 1e-3));
    expect(scaled.logDeterminant()).toBeCloseTo(500 * Math.log(1e-3), 8);
  });

  it("adds the damping to the whole matrix", () => {
    const damped = factorize(A, { damping: 0.7 });
    const explicit = copy(A);
    for (let i = 0; i < n; i++) explicit.data[i * (n + 1)] += 0.7;
    expect(damped.lower).toEqual(factorize(explicit).lower);
  });

  it("reads the lower triangle only", () => {
    expect(factorize(lowerOnly(A)).lower).toEqual(factorize(A).lower);
  });

  it("says pivot, damping and what to do", () => {
    const rankOne = tabulate(3, () => 4);
    const attempt = () => factorize(rankOne, { damping: 0 });
    expect(attempt).toThrow(NotPositiveDefiniteError);
    expect(attempt).toThrow(/with damping 0: pivot 1 .*use a damping above 3e-15, add a prior/);
    try {
      attempt();
    } catch (error) {
      expect((error as NotPositiveDefiniteError).pivot).toBe(1);
    }
  });

  it("refuses bad input", () => {
    const bad = copy(A);
    bad.data[n] = Number.NaN;
    expect(() => factorize(bad)).toThrow("entry (1, 0) is NaN");
    expect(() => factorize(A, { damping: -1 })).toThrow(DomainError);
    expect(() => factorize(zeros(2, 3))).toThrow(ShapeError);
    expect(() => factorize(A).solve(numbers(n - 1))).toThrow(ShapeError);
    expect(() => factorize(A).solveMany(zeros(n - 1, 2))).toThrow(ShapeError);
    expect(() => factorize(A).whiten(numbers(n - 1))).toThrow(ShapeError);
  });
});

describe("a matrix that is singular to working precision", () => {
  it("is refused, not solved into garbage", () => {
    // two equal columns whose Gram matrix leaves a pivot of rounding
    const x = Array.from({ length: 40 }, (_, n) => Math.sin(n + 1));
    const z = Array.from({ length: 40 }, (_, n) => Math.cos(3 * n));
    const columns = [x, z, x.map((v, n) => v / 3 + z[n] / 7)];
    const gram = fromRows(
      columns.map((a) => columns.map((b) => a.reduce((sum, v, n) => sum + (v * b[n]) / 40, 0))),
    );
    expect(() => factorize(gram)).toThrow(/pivot 2 .* damping above/);
    expect(factorize(gram, { damping: 1e-9 }).dimension).toBe(3);
  });

  it("a badly scaled but regular matrix is not refused", () => {
    const A = fromRows([
      [1e16, 1e3],
      [1e3, 1e-8],
    ]);
    const [x0, x1] = factorize(A).solve(Float64Array.of(1e3, 1e-8));
    expect(Math.abs(x0)).toBeLessThan(1e-25);
    expect(x1).toBeCloseTo(1, 12);
  });
});
