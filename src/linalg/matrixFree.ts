/** A symmetric matrix known by its products alone, as an operator. */
import { stream } from "../random/streams.ts";
import { mapColumns, requireRows } from "./columns.ts";
import { type ConjugateGradientOptions, conjugateGradients } from "./conjugateGradients.ts";
import { extremeEigenvalues } from "./estimators/extremeEigenvalues.ts";
import { inverseSquareRootProduct } from "./estimators/functionProduct.ts";
import { factorize } from "./factorization.ts";
import { type Matrix, requireLength, zeros } from "./matrix.ts";
import type { Eigenpairs, SolveOptions, SymmetricOperator } from "./operator.ts";
import { kernels } from "./provider.ts";
import { requireDamping, requireMemory } from "./shapes.ts";
import { requireFactor, requirePairs } from "./spectrum.ts";

export interface MatrixFreeOptions
  extends Pick<ConjugateGradientOptions, "tolerance" | "iterations"> {
  /** precondition solves with the diagonal, default false: without `diagonal` it costs D products once */
  readonly jacobi?: boolean;
  /** the diagonal `[D]`, where there is a cheaper way than D products */
  readonly diagonal?: () => Float64Array;
  /** all entries `[D, D]`, where there is a cheaper way than D products */
  readonly dense?: () => Matrix;
  /** bytes that `dense()` may take, and what goes through it, default 2 GiB */
  readonly memoryLimit?: number;
  /** bytes that the products hold, default 0 */
  readonly bytes?: number;
}

export class MatrixFreeOperator implements SymmetricOperator {
  readonly dimension: number;
  readonly bytes: number;
  private readonly product: (v: Float64Array) => Float64Array;
  private readonly options: MatrixFreeOptions;
  private entries: Float64Array | undefined;

  constructor(
    dimension: number,
    multiply: (v: Float64Array) => Float64Array,
    options: MatrixFreeOptions = {},
  ) {
    this.dimension = dimension;
    this.product = multiply;
    this.options = options;
    this.bytes = options.bytes ?? 0;
  }

  multiply(v: Float64Array): Float64Array {
    requireLength(v.length, this.dimension, "vector of a product");
    const product = this.product(v);
    requireLength(product.length, this.dimension, "product of a matrix-free operator");
    return product;
  }

  /** One product a column. */
  multiplyMany(V: Matrix): Matrix {
    requireRows(V, this.dimension, "a product");
    return mapColumns(V, (v) => this.multiply(v));
  }

  /**
   * By conjugate gradients, to the operator's tolerance. Throws `ConvergenceError` where its iterations do not
   * suffice, and else as every operator does.
   */
  solve(b: Float64Array, { damping = 0 }: SolveOptions = {}): Float64Array {
    requireLength(b.length, this.dimension, "right-hand side");
    requireDamping(damping);
    if (!b.every(Number.isFinite)) return b.map(() => Number.NaN);
    const { tolerance, iterations, jacobi } = this.options;
    return conjugateGradients((v) => this.multiply(v), b, {
      damping,
      ...(tolerance !== undefined && { tolerance }),
      ...(iterations !== undefined && { iterations }),
      ...(jacobi && { diagonal: this.diagonal() }),
    }).solution;
  }

  /** Column by column; throws as {@link solve}. */
  solveMany(B: Matrix, options: SolveOptions = {}): Matrix {
    requireRows(B, this.dimension, "right-hand sides");
    return mapColumns(B, (b) => this.solve(b, options));
  }

  /**
   * By Lanczos, to a relative change of 1e-8. Throws `ConvergenceError` where min(D, 500) products do not suffice, and
   * else as every operator does.
   */
  inverseSquareRootMultiply(v: Float64Array, { damping = 0 }: SolveOptions = {}): Float64Array {
    requireLength(v.length, this.dimension, "vector of a product");
    requireDamping(damping);
    if (!v.every(Number.isFinite)) return v.map(() => Number.NaN);
    return inverseSquareRootProduct(this, v, { damping }).value;
  }

  /**
   * By all entries, see {@link dense}. Throws `ShapeError`, with the estimator to use instead, where they would not fit, and else
   * as every operator does.
   */
  logDeterminant(options: SolveOptions = {}): number {
    const n = this.dimension;
    requireMemory(
      n,
      n,
      "log-determinant of a matrix-free operator",
      this.options.memoryLimit,
      "estimate it, with an error, by spectralQuadrature(A, random, { probes, steps }).logDeterminant({ damping })",
    );
    return factorize(this.dense(), options).logDeterminant();
  }

  /** By D products, unless a diagonal was handed in; kept. */
  diagonal(): Float64Array {
    this.entries ??= this.options.diagonal?.() ?? this.diagonalByColumns();
    return this.entries.slice();
  }

  trace(): number {
    return this.diagonal().reduce((sum, value) => sum + value, 0);
  }

  /** By all entries, see {@link dense}. */
  eigenvalues(): Float64Array {
    return kernels().eigh(this.dense()).values;
  }

  /**
   * By Lanczos, always from the same random vectors, to the operator's tolerance (default 1e-10 of the largest
   * eigenvalue in size). Throws `ConvergenceError` where 300 products a run do not suffice or are less exact than
   * that; then `extremeEigenvalues` takes other options.
   */
  eigenpairs(count: number = this.dimension): Eigenpairs {
    requirePairs(count, this.dimension);
    const { tolerance } = this.options;
    const random = stream(0, "eigenpairs of a matrix-free operator");
    const { values, vectors } = extremeEigenvalues(this, random, {
      count,
      ...(tolerance !== undefined && { tolerance }),
    });
    return { values, vectors };
  }

  /** By D products, unless all entries were handed in; those that differ from their mirror image by rounding are averaged. */
  dense(): Matrix {
    const n = this.dimension;
    requireMemory(n, n, "matrix-free operator", this.options.memoryLimit);
    if (this.options.dense) return this.options.dense();
    const A = zeros(n, n);
    for (let j = 0; j < n; j++) A.data.set(this.column(j), j * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const mean = (A.data[i * n + j] + A.data[j * n + i]) / 2;
        A.data[i * n + j] = mean;
        A.data[j * n + i] = mean;
      }
    }
    return A;
  }

  scaled(c: number): MatrixFreeOperator {
    requireFactor(c);
    const { diagonal, dense, ...options } = this.options;
    const times = (values: Float64Array): Float64Array => values.map((value) => c * value);
    return new MatrixFreeOperator(this.dimension, (v) => times(this.multiply(v)), {
      ...options,
      ...(diagonal && { diagonal: () => times(this.diagonal()) }),
      dense: () => {
        const A = this.dense();
        return { ...A, data: times(A.data) };
      },
    });
  }

  private diagonalByColumns(): Float64Array {
    return Float64Array.from({ length: this.dimension }, (_, j) => this.column(j)[j]);
  }

  private column(j: number): Float64Array {
    const unit = new Float64Array(this.dimension);
    unit[j] = 1;
    return this.multiply(unit);
  }
}

/**
 * The operator of the symmetric map v ↦ A v on R^D. That it is symmetric and linear is the caller's word.
 *
 * @example
 * const twice = matrixFree(3, (v) => v.map((x) => 2 * x));
 * twice.solve(Float64Array.of(2, 4, 6)); // [1, 2, 3]
 */
export function matrixFree(
  dimension: number,
  multiply: (v: Float64Array) => Float64Array,
  options: MatrixFreeOptions = {},
): MatrixFreeOperator {
  return new MatrixFreeOperator(dimension, multiply, options);
}
