/** A symmetric matrix held entry by entry, as an operator. */

import { requireRows } from "./columns.ts";
import { requirePositive, spectralProduct } from "./eigen.ts";
import { type Cholesky, factorize } from "./factorization.ts";
import type { Eigen } from "./kernels.ts";
import { type Matrix, requireLength, zeros } from "./matrix.ts";
import { MatrixFreeOperator } from "./matrixFree.ts";
import type { Eigenpairs, SolveOptions, SymmetricOperator } from "./operator.ts";
import { kernels } from "./provider.ts";
import { requireDamping, requireSymmetric } from "./shapes.ts";
import { requireFactor, requirePairs, selectedPairs } from "./spectrum.ts";
import { dot } from "./vector.ts";

/** The operator of a dense matrix. The last factorization and the eigendecomposition are kept. */
export class DenseOperator implements SymmetricOperator {
  readonly dimension: number;
  /** the matrix itself, not a copy */
  readonly matrix: Matrix;
  private factored: { damping: number; factor: Cholesky } | undefined;
  private decomposed: Eigen | undefined;

  constructor(A: Matrix) {
    this.dimension = requireSymmetric(A, "dense operator");
    this.matrix = A;
  }

  get bytes(): number {
    return this.matrix.data.byteLength;
  }

  multiply(v: Float64Array): Float64Array {
    requireLength(v.length, this.dimension, "vector of a product");
    const product = new Float64Array(this.dimension);
    kernels().gemv(this.matrix, v, product);
    return product;
  }

  multiplyMany(V: Matrix): Matrix {
    requireRows(V, this.dimension, "a product");
    const product = zeros(V.rows, V.cols);
    kernels().gemm(this.matrix, V, product);
    return product;
  }

  solve(b: Float64Array, options: SolveOptions = {}): Float64Array {
    return this.factor(options).solve(b);
  }

  solveMany(B: Matrix, options: SolveOptions = {}): Matrix {
    return this.factor(options).solveMany(B);
  }

  /** The Cholesky factorization of A + damping · I; throws as {@link solve}. */
  factor({ damping = 0 }: SolveOptions = {}): Cholesky {
    if (this.factored?.damping !== damping) {
      this.factored = { damping, factor: factorize(this.matrix, { damping }) };
    }
    return this.factored.factor;
  }

  logDeterminant(options: SolveOptions = {}): number {
    return this.factor(options).logDeterminant();
  }

  /** A = V diag(values) Vᵀ, values ascending */
  eigen(): Eigen {
    this.decomposed ??= kernels().eigh(this.matrix);
    return this.decomposed;
  }

  eigenvalues(): Float64Array {
    return this.eigen().values.slice();
  }

  eigenpairs(count: number = this.dimension): Eigenpairs {
    const n = this.dimension;
    requirePairs(count, n);
    const { values, vectors } = this.eigen();
    return selectedPairs(values, count, (index, selected, column) => {
      for (let i = 0; i < n; i++) {
        selected.data[i * count + column] = vectors.data[i * n + index];
      }
    });
  }

  /** By the eigendecomposition; throws where the damped matrix is not positive definite beyond rounding. */
  inverseSquareRootMultiply(v: Float64Array, { damping = 0 }: SolveOptions = {}): Float64Array {
    requireDamping(damping);
    requirePositive(this.eigen(), damping);
    return spectralProduct(this.eigen(), (value) => 1 / Math.sqrt(value + damping), v);
  }

  diagonal(): Float64Array {
    const n = this.dimension;
    return Float64Array.from({ length: n }, (_, i) => this.matrix.data[i * (n + 1)]);
  }

  trace(): number {
    return this.diagonal().reduce((sum, value) => sum + value, 0);
  }

  /** The matrix itself, not a copy. */
  dense(): Matrix {
    return this.matrix;
  }

  scaled(c: number): DenseOperator {
    requireFactor(c);
    return new DenseOperator({ ...this.matrix, data: this.matrix.data.map((x) => c * x) });
  }

  /** Dense, but for a B known by its products alone. */
  plus(B: SymmetricOperator): DenseOperator | undefined {
    if (B instanceof MatrixFreeOperator) return undefined;
    const other = B.dense().data;
    return new DenseOperator({
      ...this.matrix,
      data: this.matrix.data.map((x, i) => x + other[i]),
    });
  }

  innerProduct(B: SymmetricOperator): number | undefined {
    return B instanceof MatrixFreeOperator ? undefined : dot(this.matrix.data, B.dense().data);
  }
}

/**
 * The operator of a symmetric matrix `[D, D]`. Throws `ShapeError` if it is not square, `DomainError` if an entry is
 * not finite or the matrix not symmetric.
 *
 * @example
 * denseOperator(fromRows([[4, 2], [2, 10]])).logDeterminant(); // log 36
 */
export function denseOperator(A: Matrix): DenseOperator {
  return new DenseOperator(A);
}
