/** Sums and multiples of operators, in the structure that holds them. */
import { ShapeError } from "../errors.ts";
import { type MatrixFreeOperator, matrixFree } from "./matrixFree.ts";
import type { SymmetricOperator } from "./operator.ts";
import { axpy } from "./vector.ts";

/**
 * A + B. It stays in a structure that holds it: diagonal and diagonal; block diagonal with the same blocks, block by block;
 * a matrix held entry by entry and any that need not be known by products alone; two of low rank whose rows are held; two
 * Kronecker products that share a factor, as multiples of one do. Any other pair, two other Kronecker products among them, is
 * added product by product: the sum is then matrix-free, solves by conjugate gradients and becomes dense on request, as for
 * its log-determinant. Throws {@link ShapeError} where dimensions differ.
 *
 * @example
 * add(F, diagonalOperator(precisions)).solve(g); // a prior with a precision for each parameter
 */
export function add(A: SymmetricOperator, B: SymmetricOperator): SymmetricOperator {
  requireSameDimension(A, B);
  return A.plus?.(B) ?? B.plus?.(A) ?? productSum(A, B);
}

/** c A, in A's structure. Throws `DomainError` unless c is finite. */
export function scale(A: SymmetricOperator, c: number): SymmetricOperator {
  return A.scaled(c);
}

/** Throws {@link ShapeError} unless both have the same dimension. */
export function requireSameDimension(A: SymmetricOperator, B: SymmetricOperator): void {
  if (A.dimension !== B.dimension) {
    throw new ShapeError(
      `matrices of dimension ${A.dimension} and ${B.dimension} do not go together`,
    );
  }
}

function productSum(A: SymmetricOperator, B: SymmetricOperator): MatrixFreeOperator {
  const plus = (a: Float64Array, b: Float64Array): Float64Array => {
    const sum = a.slice();
    axpy(1, b, sum);
    return sum;
  };
  return matrixFree(A.dimension, (v) => plus(A.multiply(v), B.multiply(v)), {
    diagonal: () => plus(A.diagonal(), B.diagonal()),
    dense: () => {
      const a = A.dense();
      return { ...a, data: plus(a.data, B.dense().data) };
    },
    bytes: A.bytes + B.bytes,
  });
}
