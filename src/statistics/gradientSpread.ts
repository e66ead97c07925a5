/** How unequal the gradients of the rows are: a few rows can make the empirical Fisher. */
import { transpose } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { linearPredictors, type Problem, scoredBlock, Workspace } from "./problem.ts";
import { problemOf } from "./refit.ts";
import type { Fit, GradientSpread } from "./results.ts";
import { pieces, type RowBlock, type RowSource } from "./rows.ts";

const PROBABILITIES = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1] as const;
const TOP = 0.01;

/** Reads the rows once at the optimum. Quantiles are exact to half a percent of their value. */
export async function gradientSpread(
  rows: RowSource,
  fit: Fit,
  signal?: AbortSignal,
): Promise<GradientSpread> {
  const problem = problemOf(fit, rows, signal ? { signal } : {});
  const sizes = new LogHistogram();
  const space = new Workspace(512, fit.outputs);
  const scale = fit.observations / fit.theta.length;
  let row = 0;
  let [maximum, maximumRow] = [-1, 0];
  for await (const block of rows.blocks(signal)) {
    for (const piece of pieces(block, 512)) {
      const { weights } = piece;
      const squares = whitenedSquares(problem, fit, piece, space);
      for (let i = 0; i < squares.length; i++, row++) {
        const w = weights ? weights[i] : 1;
        if (w === 0) continue;
        const frequency = fit.weighting === "frequency" ? w : 1;
        const value = (scale * squares[i]) / (frequency * frequency);
        sizes.add(value, frequency);
        if (value > maximum) [maximum, maximumRow] = [value, row];
      }
    }
  }
  return {
    mean: sizes.mean(),
    quantiles: PROBABILITIES.map((probability) => ({
      probability,
      value: probability === 1 ? maximum : sizes.quantile(probability),
    })),
    maximum,
    maximumRow,
    topShare: sizes.topShare(TOP),
  };
}

/** ‖R⁻ᵀ g_n‖² for each row, weights in g. */
function whitenedSquares(
  problem: Problem,
  fit: Fit,
  piece: RowBlock,
  space: Workspace,
): Float64Array {
  const { X } = piece;
  const M = fit.outputs;
  const P = X.cols;
  const n = X.rows;
  linearPredictors(problem, piece, fit.theta, space);
  problem.scorer.score(scoredBlock(piece, space));
  const variance = fit.variance?.value || 1;
  // gradients as columns, [D, n]
  const G = { rows: M * P, cols: n, data: new Float64Array(M * P * n) };
  for (let i = 0; i < n; i++) {
    for (let m = 0; m < M; m++) {
      const r = space.residual[i * M + m] / variance;
      for (let j = 0; j < P; j++) G.data[(m * P + j) * n + i] = r * X.data[i * P + j];
    }
  }
  kernels().solveTriangular(transpose(fit.information.factor), G);
  const squares = new Float64Array(n);
  for (let d = 0, t = 0; d < G.rows; d++) {
    for (let i = 0; i < n; i++, t++) squares[i] += G.data[t] * G.data[t];
  }
  return squares;
}

/** Bins a power of two: each is 0.5 % wide. */
const FINE = 128;
/** the logarithm to base two of the smallest value that has a bin of its own */
const LEAST = -128;
const BINS = 256 * FINE;

/** Counts and sums of positive values in bins of equal ratio: quantiles in constant memory. */
class LogHistogram {
  readonly #counts = new Float64Array(BINS);
  readonly #sums = new Float64Array(BINS);
  #count = 0;
  #sum = 0;

  add(value: number, times: number): void {
    const place = Math.floor((Math.log2(value) - LEAST) * FINE);
    const bin = Math.max(0, Math.min(BINS - 1, place));
    this.#counts[bin] += times;
    this.#sums[bin] += times * value;
    this.#count += times;
    this.#sum += times * value;
  }

  mean(): number {
    return this.#sum / this.#count;
  }

  /** the mean of the bin in which the quantile lies */
  quantile(probability: number): number {
    let left = Math.max(1, Math.ceil(probability * this.#count));
    for (let bin = 0; bin < this.#counts.length; bin++) {
      left -= this.#counts[bin];
      if (left <= 0) return this.#sums[bin] / this.#counts[bin];
    }
    return Number.NaN;
  }

  /** the part of the sum that the largest values hold, a fraction `share` of them */
  topShare(share: number): number {
    let left = share * this.#count;
    let held = 0;
    for (let bin = this.#counts.length - 1; bin >= 0 && left > 0; bin--) {
      const count = this.#counts[bin];
      if (count === 0) continue;
      held += this.#sums[bin] * Math.min(1, left / count);
      left -= count;
    }
    return held / this.#sum;
  }
}
