import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ConvergenceError,
  DomainError,
  NotPositiveDefiniteError,
  ShapeError,
} from "../../src/errors.ts";
import { denseOperator } from "../../src/linalg/dense.ts";
import { diagonalOperator } from "../../src/linalg/diagonalOperator.ts";
import { fromRows, identity, type Matrix, matrix, zeros } from "../../src/linalg/matrix.ts";
import { matrixFree } from "../../src/linalg/matrixFree.ts";
import type { SymmetricOperator } from "../../src/linalg/operator.ts";
import {
  distance,
  largest,
  numbers,
  positiveDefinite,
  product,
  symmetric,
  tabulate,
} from "../support/matrices.ts";

const D = 23;
const damping = 0.3;
const column = (v: Float64Array): Matrix => matrix(v.length, 1, v);
const damped = (A: Matrix, lambda: number): Matrix =>
  tabulate(A.rows, (i, j) => A.data[i * A.rows + j] + (i === j ? lambda : 0));

/** Each kind of operator with the matrix that it stands for. */
const full = positiveDefinite(D);
const entries = numbers(D).map((x) => 1.5 + x);
const operators: readonly (readonly [string, SymmetricOperator, Matrix, number])[] = [
  ["dense", denseOperator(full), full, 1e-13],
  ["diagonal", diagonalOperator(entries), tabulate(D, (i, j) => (i === j ? entries[i] : 0)), 1e-14],
  ["matrix-free", matrixFree(D, (v) => product(full, column(v)).data), full, 1e-9],
  [
    "matrix-free with Jacobi",
    matrixFree(D, (v) => product(full, column(v)).data, { jacobi: true, tolerance: 1e-13 }),
    full,
    1e-12,
  ],
];

describe.each(operators)("%s operator", (_, operator, A, tolerance) => {
  it("multiplies as its matrix does", () => {
    const v = numbers(D, 5);
    expect(operator.dimension).toBe(D);
    expect(distance(operator.multiply(v), product(A, column(v)).data)).toBeLessThan(1e-14);
    expect(() => operator.multiply(numbers(D + 1))).toThrow(ShapeError);
  });

  it("solves the damped system", () => {
    const x = numbers(D, 6);
    for (const lambda of [0, damping, 100]) {
      const b = product(damped(A, lambda), column(x)).data;
      const options = lambda === 0 ? undefined : { damping: lambda };
      expect(distance(operator.solve(b, options), x)).toBeLessThan(tolerance);
    }
    expect(operator.solve(new Float64Array(D))).toEqual(new Float64Array(D));
  });

  it("keeps its argument and refuses bad ones", () => {
    const b = numbers(D);
    operator.solve(b);
    operator.multiply(b);
    expect(b).toEqual(numbers(D));
    expect(() => operator.solve(numbers(D - 1))).toThrow(ShapeError);
    for (const bad of [-1e-9, Number.NaN, Infinity]) {
      expect(() => operator.solve(b, { damping: bad })).toThrow(DomainError);
    }
  });

  it("gives diagonal, trace and all entries", () => {
    const diagonal = Float64Array.from({ length: D }, (_, i) => A.data[i * (D + 1)]);
    expect(distance(operator.diagonal(), diagonal)).toBeLessThan(1e-15);
    expect(operator.trace()).toBeCloseTo(
      diagonal.reduce((s, x) => s + x, 0),
      12,
    );
    expect(distance(operator.dense().data, A.data)).toBeLessThan(1e-15);
  });
});

describe("denseOperator", () => {
  const operator = denseOperator(full);

  it("gives the log determinant and the eigenvalues", () => {
    const small = denseOperator(
      fromRows([
        [4, 2],
        [2, 10],
      ]),
    );
    expect(small.logDeterminant()).toBeCloseTo(Math.log(36), 14);
    expect(small.logDeterminant({ damping: 1 })).toBeCloseTo(Math.log(51), 14);
    const { values } = small.eigen();
    expect(distance(values, [7 - Math.sqrt(13), 7 + Math.sqrt(13)])).toBeLessThan(1e-14);
    const sum = operator.eigen().values.reduce((s, v) => s + Math.log(v + damping), 0);
    expect(operator.logDeterminant({ damping })).toBeCloseTo(sum, 11);
  });

  it("applies the inverse square root: twice is the inverse", () => {
    const v = numbers(D, 7);
    const once = operator.inverseSquareRootMultiply(v, { damping });
    const twice = operator.inverseSquareRootMultiply(once, { damping });
    expect(distance(twice, operator.solve(v, { damping }))).toBeLessThan(1e-13);
    expect(() => operator.inverseSquareRootMultiply(v, { damping: -1 })).toThrow(DomainError);
  });

  it("solves many right-hand sides as one after another", () => {
    const B = matrix(D, 3, numbers(3 * D));
    const X = operator.solveMany(B, { damping });
    for (const j of [0, 1, 2]) {
      const b = Float64Array.from({ length: D }, (_, i) => B.data[3 * i + j]);
      const x = Float64Array.from({ length: D }, (_, i) => X.data[3 * i + j]);
      expect(distance(x, operator.solve(b, { damping }))).toBeLessThan(1e-14);
    }
  });

  it("refuses matrices that are not positive definite, and says what to do", () => {
    const ones = denseOperator(tabulate(4, () => 1));
    expect(() => ones.solve(numbers(4))).toThrow(NotPositiveDefiniteError);
    expect(() => ones.solve(numbers(4))).toThrow(
      "the 4 × 4 matrix is not positive definite with damping 0: pivot 1 (counted from 0)",
    );
    expect(() => ones.solve(numbers(4))).toThrow("use a damping above 9e-16");
    expect(() => ones.inverseSquareRootMultiply(numbers(4))).toThrow(NotPositiveDefiniteError);
    const x = ones.solve(numbers(4), { damping: 1e-6 });
    expect(x.every(Number.isFinite)).toBe(true);
    const hessian = denseOperator(identity(3, -2));
    expect(() => hessian.solve(numbers(3), { damping: 1 })).toThrow("with damping 1: pivot 0");
    expect(distance(hessian.solve(Float64Array.of(1, 2, 3), { damping: 3 }), [1, 2, 3])).toBe(0);
  });

  it("refuses what is not square, symmetric and finite", () => {
    expect(() => denseOperator(zeros(2, 3))).toThrow(ShapeError);
    const A = symmetric(5);
    A.data[1] += 1e-6;
    expect(() => denseOperator(A)).toThrow("expected a symmetric matrix, found");
    A.data[1] = Number.NaN;
    expect(() => denseOperator(A)).toThrow(DomainError);
  });
});

describe("diagonalOperator", () => {
  it("agrees with the dense operator of the same matrix", () => {
    const operator = diagonalOperator(entries);
    const same = denseOperator(operator.dense());
    const v = numbers(D, 8);
    expect(operator.logDeterminant({ damping })).toBeCloseTo(same.logDeterminant({ damping }), 12);
    expect(
      distance(
        operator.inverseSquareRootMultiply(v, { damping }),
        same.inverseSquareRootMultiply(v, { damping }),
      ),
    ).toBeLessThan(1e-14);
  });

  it("refuses entries that are not positive after damping, and NaN", () => {
    const operator = diagonalOperator(Float64Array.of(1, 0, -2));
    expect(() => operator.solve(numbers(3))).toThrow("entry 1 is 0");
    expect(() => operator.solve(numbers(3), { damping: 1 })).toThrow("entry 2 is -2");
    expect(distance(operator.solve(Float64Array.of(4, 3, 1), { damping: 3 }), [1, 1, 1])).toBe(0);
    expect(() => operator.logDeterminant()).toThrow(NotPositiveDefiniteError);
    expect(() => diagonalOperator(Float64Array.of(1, Number.NaN))).toThrow("entry 1 is NaN");
  });

  it("refuses to become dense where that does not fit", () => {
    const large = diagonalOperator(new Float64Array(100_000));
    expect(() => large.dense()).toThrow(
      "100000 × 100000 matrix takes 74.5 GiB, the limit is 2.00 GiB",
    );
  });
});

describe("matrixFree", () => {
  it("refuses to become dense where that does not fit", () => {
    const identityMap = matrixFree(1000, (v) => v, { memoryLimit: 1e6 });
    expect(() => identityMap.dense()).toThrow(ShapeError);
    expect(matrixFree(3, (v) => v, { memoryLimit: 72 }).dense()).toEqual(identity(3));
  });

  it("uses a diagonal that is handed in, and otherwise asks for each column once", () => {
    let products = 0;
    const multiply = (v: Float64Array): Float64Array => {
      products++;
      return v.map((x, i) => x * entries[i]);
    };
    const counted = matrixFree(D, multiply);
    counted.trace();
    counted.diagonal();
    expect(products).toBe(D);
    const told = matrixFree(D, multiply, { diagonal: () => entries, jacobi: true });
    expect(told.trace()).toBeCloseTo(D * 1.5 + numbers(D).reduce((s, x) => s + x, 0), 12);
    // With the exact diagonal of a diagonal matrix one product solves, one checks.
    told.solve(numbers(D));
    expect(products).toBe(D + 2);
  });

  it("reports a product of the wrong length and a solve that does not converge", () => {
    const wrong = matrixFree(3, () => new Float64Array(2));
    expect(() => wrong.multiply(numbers(3))).toThrow(ShapeError);
    const hard = matrixFree(40, (v) => v.map((x, i) => x * 10 ** (i / 4)), { iterations: 5 });
    expect(() => hard.solve(numbers(40))).toThrow(ConvergenceError);
  });

  it("solves every well-conditioned system", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(1000), (n, seed) => {
        const A = positiveDefinite(n, seed);
        const x = numbers(n, seed + 1);
        const b = product(A, column(x)).data;
        const operator = matrixFree(n, (v) => product(A, column(v)).data, { tolerance: 1e-12 });
        expect(distance(operator.solve(b), x)).toBeLessThan(1e-10 * (1 + largest(x)));
      }),
    );
  });
});
