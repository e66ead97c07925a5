import { describe, expect, it } from "vitest";
import { DomainError, NotPositiveDefiniteError, ShapeError } from "../../src/errors.ts";
import {
  generalizedEigen,
  generalizedEigenvalues,
  inverseSquareRoot,
  spectralMatrix,
  spectralProduct,
  squareRoot,
} from "../../src/linalg/eigen.ts";
import { fromRows, identity, matrix, zeros } from "../../src/linalg/matrix.ts";
import { kernels } from "../../src/linalg/provider.ts";
import {
  distance,
  numbers,
  positiveDefinite,
  product,
  symmetric,
  tabulate,
} from "../support/matrices.ts";

const n = 17;
const A = symmetric(n, 2);
const B = positiveDefinite(n, 3);

describe("functions of a matrix", () => {
  it("are products of it", () => {
    const eigen = kernels().eigh(A);
    const square = product(A, A);
    expect(distance(spectralMatrix(eigen, (v) => v * v).data, square.data)).toBeLessThan(1e-13);
    const v = numbers(n);
    const expected = product(square, product(A, matrix(n, 1, v))).data;
    expect(
      distance(
        spectralProduct(eigen, (x) => x ** 3, v),
        expected,
      ),
    ).toBeLessThan(1e-12);
    expect(() => spectralProduct(eigen, (x) => x, numbers(2))).toThrow(ShapeError);
  });

  it("square root: its square is the matrix, also where that is singular", () => {
    const R = squareRoot(B);
    expect(distance(product(R, R).data, B.data)).toBeLessThan(1e-13);
    // of the rank-one matrix of ones: 1 / √n
    expect(
      distance(squareRoot(tabulate(9, () => 1)).data, tabulate(9, () => 1 / 3).data),
    ).toBeLessThan(1e-7);
    expect(squareRoot(zeros(3, 3))).toEqual(zeros(3, 3));
    expect(() => squareRoot(fromRows([[-1]]))).toThrow("smallest eigenvalue is -1");
  });

  it("inverse square root: W B W is the identity", () => {
    const W = inverseSquareRoot(B);
    expect(distance(product(W, product(B, W)).data, identity(n).data)).toBeLessThan(1e-12);
    expect(
      distance(inverseSquareRoot(zeros(3, 3), { damping: 4 }).data, identity(3, 0.5).data),
    ).toBeLessThan(1e-15);
    const ones = tabulate(6, () => 1);
    expect(() => inverseSquareRoot(ones)).toThrow(NotPositiveDefiniteError);
    expect(() => inverseSquareRoot(A)).toThrow("not positive definite with damping 0");
    expect(() => inverseSquareRoot(zeros(2, 3))).toThrow(ShapeError);
  });
});

describe("generalizedEigen", () => {
  it("diagonalizes both matrices", () => {
    const { values, vectors: V } = generalizedEigen(A, B);
    const inB = product(V, product(B, V), { transA: true });
    const inA = product(V, product(A, V), { transA: true });
    expect(distance(inB.data, identity(n).data)).toBeLessThan(1e-12);
    expect(distance(inA.data, tabulate(n, (i, j) => (i === j ? values[i] : 0)).data)).toBeLessThan(
      1e-12,
    );
    expect(generalizedEigenvalues(A, B)).toEqual(values);
    expect(values).toEqual(values.slice().sort());
  });

  it("gives known eigenvalues", () => {
    const P = fromRows([
      [2, 1],
      [1, 3],
    ]);
    expect(
      distance(generalizedEigenvalues({ ...P, data: P.data.map((x) => 5 * x) }, P), [5, 5]),
    ).toBeLessThan(1e-14);
    expect(distance(generalizedEigenvalues(A, identity(n)), kernels().eigh(A).values)).toBeLessThan(
      1e-13,
    );
  });

  it("refuses a B that is not positive definite, and shapes that do not agree", () => {
    expect(() => generalizedEigen(A, A)).toThrow(NotPositiveDefiniteError);
    expect(() => generalizedEigen(A, A)).toThrow("A v = λ B v needs a positive definite B");
    expect(() => generalizedEigen(A, identity(3))).toThrow(ShapeError);
    const skew = fromRows([
      [1, 2],
      [0, 1],
    ]);
    expect(() => generalizedEigen(skew, identity(2))).toThrow(DomainError);
    expect(() => generalizedEigen(identity(2), skew)).toThrow(
      "eigenproblem, B: expected a symmetric",
    );
  });
});
