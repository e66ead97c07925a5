/**
 * The rows (J_nᵀ S_n)ᵀ, restricted to the parameters of one layer, in the form in which backpropagation gives them:
 * a sum over positions r of outer products of a gradient at the layer's outputs and its inputs,
 *
 *     row n·K + k  =  vec( Σ_r  g_{nkr} a_{nr}ᵀ )            (vec row by row, W is [out, in])
 *
 * with R = 1 position in a dense layer and one for each pixel of the outputs in a convolution. Nothing is multiplied
 * by w, nothing is divided by a number of samples or positions.
 */
import type { Matrix, Reals } from "../linalg/matrix.ts";

/** Rows of one layer's parameters, `[B · K, size]`; they lie at `offset` … `offset + size` of θ. */
export interface WeightRows<T extends Reals = Float64Array> {
  /** the layer's name in its network, e.g. "0" or "3.1" */
  readonly layer: string;
  readonly offset: number;
  readonly size: number;
  /** B */
  readonly samples: number;
  /** K, of the factor S `[B, M, K]` */
  readonly columns: number;
  /** the rows written out, `[B · K, size]` */
  rows(): Matrix<T>;
  /**
   * writes the rows of the samples `start` up to `end` into `target` `[(end − start) · K, at least column + size]`,
   * from `column` on: many layers share one target, and a few samples at a time need little memory
   */
  write(start: number, end: number, target: Matrix<T>, column: number): void;
  /** adds the sums of squares of the columns of {@link rows} to `sum` `[size]`, without writing them out */
  addSquares(sum: Float64Array): void;
  /** the inner products of {@link rows} with those of another batch of the same layer, `[B · K, B' · K']` */
  inner(other: WeightRows<T>): Matrix;
  /** how often the layer is used, where its weights are tied: the rows are sums over its uses; absent for once */
  readonly uses?: number;
  /** the outer products, one for each group of a grouped convolution; absent where there are none (batch
   * normalization, a layer used twice) */
  readonly kronecker?: readonly OuterProducts<T>[];
}

/** Σ_r g_{nkr} a_{nr}ᵀ of one weight matrix W `[out, in]` (rows of W for a grouped convolution) and its bias. */
export interface OuterProducts<T extends Reals = Float64Array> {
  /** R */
  readonly positions: number;
  /** a, `[B · R, in]` with row n·R + r, without a constant for the bias */
  readonly inputs: Matrix<T>;
  /** g, `[B · K · R, out]` with row (n·K + k)·R + r */
  readonly gradients: Matrix<T>;
  /** index in θ of W's first entry; W is row-major, so entry (i, j) is at weight + i · in + j */
  readonly weight: number;
  /** index in θ of the first of `out` biases; absent without a bias */
  readonly bias?: number;
}
