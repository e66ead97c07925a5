import { describe, expect, it } from "vitest";
import { singular } from "../../src/linalg/singular.ts";
import { distance, flipped, graded, identity, product } from "../support/plainAlgebra.ts";

describe("singular", () => {
  it("A = U diag Vᵀ with orthonormal U and V, values descending", () => {
    const A = graded(30);
    const full = { ...A, cols: 3, data: A.data.filter((_, i) => i % 4 < 3) };
    const { values, left, right } = singular(full);
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
    expect(distance(product(flipped(left), left), identity(3))).toBeLessThan(1e-14);
    expect(distance(product(flipped(right), right), identity(3))).toBeLessThan(1e-14);
    const scaled = { ...left, data: left.data.map((v, i) => v * values[i % 3]) };
    expect(distance(product(scaled, flipped(right)), full)).toBeLessThan(1e-11);
  });

  it("keeps the digits of a small singular value beside a large one", () => {
    // A = Q diag(1e8, 1e-8): its singular values are known, AᵀA would round the second away.
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    const A = { rows: 2, cols: 2, data: Float64Array.of(c * 1e8, -s * 1e-8, s * 1e8, c * 1e-8) };
    const { values } = singular(A);
    expect(values[0] / 1e8).toBeCloseTo(1, 14);
    expect(values[1] / 1e-8).toBeCloseTo(1, 14);
  });

  it("refuses what is not finite", () => {
    const A = { rows: 2, cols: 2, data: Float64Array.of(1, 2, Number.POSITIVE_INFINITY, 4) };
    expect(() => singular(A)).toThrow(/entry 2 is Infinity/);
  });
});
