import { describe, expect, it } from "vitest";
import { orthogonalReduction, sparseReduction } from "../../../src/experiments/race/reduction.ts";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import { singular } from "../../../src/linalg/singular.ts";
import { toDense } from "../../../src/linalg/sparse.ts";
import { distance, flipped, graded, identity, product } from "../../support/plainAlgebra.ts";
import { indicatorProblem } from "./problems.ts";

describe("orthogonalReduction", () => {
  it("drops the null direction, BᵀB = N·I, and K holds the eigenvalues of XᵀX/N", () => {
    const X = graded(50);
    const { basis, gram, metric } = orthogonalReduction(X);
    expect(basis.cols).toBe(3);
    const cross = product(flipped(basis), basis);
    expect(
      distance(cross, { ...identity(3), data: identity(3).data.map((v) => 50 * v) }),
    ).toBeLessThan(1e-12);
    expect(distance(product(gram, metric), identity(3))).toBeLessThan(1e-15);
    const trace = gram.data[0] + gram.data[4] + gram.data[8];
    expect(trace / (X.data.reduce((sum, x) => sum + x * x, 0) / 50)).toBeCloseTo(1, 14);
  });
});

describe("sparseReduction", () => {
  const { race } = indicatorProblem(200);
  if (!("kind" in race.X)) throw new TypeError("expected a sparse problem");
  const X = toDense(race.X);
  const { basis, gram, metric } = sparseReduction(race.X);
  const B = toDense(basis);

  it("keeps independent columns of X, and all of its column space", () => {
    // 9 columns: the empty one and the doubled one add nothing, both groups sum to the same vector.
    expect(B.cols).toBe(6);
    expect(singular(B).values.at(-1)).toBeGreaterThan(0.1);
    // X = B Tᵀ: least squares of X on B leaves nothing.
    const { left } = singular(B);
    const projected = product(left, product(flipped(left), X));
    expect(distance(projected, X)).toBeLessThan(1e-13);
  });

  it("leaves out the fullest column of a dependent group", () => {
    const nonzeros = (A: Matrix): number => A.data.filter((v) => v !== 0).length;
    expect(nonzeros(B)).toBeLessThan(0.8 * nonzeros(X));
  });

  it("K⁻¹ K = I, and steps keep their length: zᵀK⁻¹z = ‖T K⁻¹ z‖²", () => {
    expect(distance(product(gram, metric), identity(6))).toBeLessThan(1e-14);
    // T from B⁺X: rows of Tᵀ are the coefficients of X's columns.
    const { values, left, right } = singular(B);
    const pseudo = product(
      { ...right, data: right.data.map((v, i) => v / values[i % 6]) },
      flipped(left),
    );
    const transposedT = product(pseudo, X);
    expect(distance(product(transposedT, flipped(transposedT)), gram)).toBeLessThan(1e-13);
  });
});
