/** Gradients of single samples, without holding them: their sizes, how they agree, how they vary. */
import { type Blocks, type Matrix, type Reals, zeros } from "../linalg/matrix.ts";
import { requireMemory } from "../linalg/shapes.ts";
import { allRows } from "../models/allRows.ts";
import type { Inputs } from "../models/model.ts";
import { rowSquares } from "../models/rowSquares.ts";
import type { WeightRows } from "../models/weightRows.ts";
import type { Objective } from "../objective.ts";
import { batchesOf, type CurvatureOptions, requirePoint } from "./batches.ts";
import { curvature } from "./curvature.ts";
import { diagonal } from "./diagonal.ts";
import type { Batch } from "./kind.ts";
import { gradientCovariance } from "./kinds.ts";

/**
 * ‖g_n‖₂ of the gradients g_n = J_nᵀ r_n of the likelihood terms ℓ_n alone, `[N]`: not multiplied by w, without prior,
 * whatever the objective's scale. In a network a dense layer adds ‖g‖²(‖a‖² + 1) to ‖g_n‖² without writing the outer
 * product g aᵀ (Goodfellow 2015, Efficient per-example gradient computations), a convolution the cheaper of its Gram
 * matrix over positions and its rows.
 *
 * Throws as {@link curvature} does.
 *
 * @example
 * const norms = gradientNorms(digits, theta);
 * Math.max(...norms) / Math.min(...norms); // how unevenly the empirical Fisher weighs its samples
 */
export function gradientNorms<X extends Inputs, T extends Reals>(
  objective: Objective<X, T>,
  theta: T,
  options: CurvatureOptions = {},
): Float64Array {
  const norms = new Float64Array(objective.samples);
  requirePoint(objective, theta);
  for (const batch of batchesOf(objective, theta, options)) {
    const part = norms.subarray(batch.start, batch.start + batch.X.rows);
    for (const rows of gradientRows(objective, theta, batch)) {
      const squares = rowSquares(rows, theta);
      for (let n = 0; n < part.length; n++) part[n] += squares[n];
    }
    for (let n = 0; n < part.length; n++) part[n] = Math.sqrt(part[n]);
  }
  return norms;
}

/**
 * The inner products g_nᵀ g_m of the gradients of the likelihood terms, `[N, N]`: the Gram matrix of the empirical
 * Fisher, whose nonzero eigenvalues are those of Σ_n g_n g_nᵀ. Not multiplied by w, without prior, whatever the
 * objective's scale. With B batches it takes B(B + 1)/2 passes over one of them.
 *
 * Throws as {@link curvature} does, and `ShapeError` where N² numbers would not fit.
 *
 * @example
 * const K = gradientProducts(digits, theta);
 * K.data[1] / Math.sqrt(K.data[0] * K.data[K.cols + 1]); // cosine of the gradients of samples 0 and 1
 */
export function gradientProducts<X extends Inputs, T extends Reals>(
  objective: Objective<X, T>,
  theta: T,
  options: CurvatureOptions = {},
): Matrix {
  const { samples: N } = objective;
  requireMemory(N, N, "inner products of gradients");
  requirePoint(objective, theta);
  const K = zeros(N, N);
  const { onProgress: _, ...quietly } = options;
  for (const batch of batchesOf(objective, theta, options)) {
    for (const rows of gradientRows(objective, theta, batch)) {
      add(K, batch.start, batch.start, rows.inner(rows));
    }
    for (const other of batchesOf(objective, theta, quietly)) {
      if (other.start === batch.start) break;
      const others = gradientRows(objective, theta, other)[Symbol.iterator]();
      for (const rows of gradientRows(objective, theta, batch)) {
        add(K, batch.start, other.start, rows.inner(others.next().value as WeightRows<T>));
      }
    }
  }
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < i; j++) K.data[j * N + i] = K.data[i * N + j];
  }
  return K;
}

/**
 * The variance of the gradient of one sample drawn at random, parameter by parameter, `[D]`:
 * (1/N) Σ_n (g_n − ḡ)², with N and not N − 1. The g_n are those of the likelihood terms, not multiplied by w, whatever
 * the objective's scale; a mean over B samples drawn with replacement has 1/B of it. It is the diagonal of
 * {@link gradientCovariance} of a `mean` objective.
 *
 * Throws as {@link curvature} does.
 *
 * @example
 * gradientVariance(digits, theta).reduce((sum, v) => sum + v) / 32; // E‖ĝ − ∇ℓ‖² of mini-batches of 32
 */
export function gradientVariance<X extends Inputs, T extends Reals>(
  objective: Objective<X, T>,
  theta: T,
  options: CurvatureOptions = {},
): Float64Array {
  const covariance = curvature<X, T, ReturnType<typeof diagonal>>(
    objective,
    theta,
    gradientCovariance(),
    diagonal(),
    options,
  );
  const scale = objective.weight * objective.samples;
  return covariance.diagonal().map((value) => value / scale);
}

/** The rows g_nᵀ of a batch, layer by layer where the model has layers. */
function gradientRows<X extends Inputs, T extends Reals>(
  { model, likelihood }: Objective<X, T>,
  theta: T,
  { X, targets, linearization }: Batch<X, T>,
): Iterable<WeightRows<T>> {
  const at = linearization();
  const { rows, cols, data } = likelihood.residual(at.outputs, targets);
  const factor: Blocks<T> = { count: rows, rows: cols, cols: 1, data };
  return at.layers?.(factor) ?? [allRows(model, theta, X, factor)];
}

/** Adds `block` to K, its first entry at (row, column). */
function add(K: Matrix, row: number, column: number, block: Matrix): void {
  for (let i = 0; i < block.rows; i++) {
    const to = (row + i) * K.cols + column;
    for (let j = 0; j < block.cols; j++) K.data[to + j] += block.data[i * block.cols + j];
  }
}
