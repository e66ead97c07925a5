/** A symmetric matrix known by its products alone, as an operator. */
import { type ConjugateGradientOptions, conjugateGradients } from "./conjugateGradients.ts";
import { type Matrix, requireLength, zeros } from "./matrix.ts";
import type { SolveOptions, SymmetricOperator } from "./operator.ts";
import { MEMORY_LIMIT, requireMemory } from "./shapes.ts";

export interface MatrixFreeOptions
  extends Pick<ConjugateGradientOptions, "tolerance" | "iterations"> {
  /** precondition solves with the diagonal, default false: without `diagonal` it costs D products once */
  readonly jacobi?: boolean;
  /** the diagonal `[D]`, where there is a cheaper way than D products */
  readonly diagonal?: () => Float64Array;
  /** bytes that `dense()` may take, default 2 GiB */
  readonly memoryLimit?: number;
}

export class MatrixFreeOperator implements SymmetricOperator {
  readonly dimension: number;
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
  }

  multiply(v: Float64Array): Float64Array {
    requireLength(v.length, this.dimension, "vector of a product");
    const product = this.product(v);
    requireLength(product.length, this.dimension, "product of a matrix-free operator");
    return product;
  }

  /**
   * By conjugate gradients, to the operator's tolerance. Throws `ConvergenceError` where its iterations do not
   * suffice, and else as every operator does.
   */
  solve(b: Float64Array, { damping = 0 }: SolveOptions = {}): Float64Array {
    requireLength(b.length, this.dimension, "right-hand side");
    const { tolerance, iterations, jacobi } = this.options;
    return conjugateGradients((v) => this.multiply(v), b, {
      damping,
      ...(tolerance !== undefined && { tolerance }),
      ...(iterations !== undefined && { iterations }),
      ...(jacobi && { diagonal: this.diagonal() }),
    }).solution;
  }

  /** By D products, unless a diagonal was handed in; kept. */
  diagonal(): Float64Array {
    this.entries ??= this.options.diagonal?.() ?? this.diagonalByColumns();
    return this.entries.slice();
  }

  trace(): number {
    return this.diagonal().reduce((sum, value) => sum + value, 0);
  }

  /** By D products; entries that differ from their mirror image by rounding are averaged. */
  dense(): Matrix {
    const n = this.dimension;
    requireMemory(n, n, "matrix-free operator", this.options.memoryLimit ?? MEMORY_LIMIT);
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
