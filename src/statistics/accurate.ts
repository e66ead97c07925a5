/**
 * Residuals and gradients of least squares in twice the working precision: with them a few corrections make the
 * coefficients exact to nearly the last digit, however ill-conditioned X is (Björck, Numerical Methods for Least
 * Squares Problems, 1996, 2.9). Error-free transformations by Dekker (1971) and Knuth.
 */
import type { Matrix } from "../linalg/matrix.ts";

/** 2²⁷ + 1: splits a double into two halves whose products are exact */
const SPLITTER = 134217729;

/**
 * f_n = offset_n + x_nᵀ θ (− y_n where there are targets), rounded once to `high`; what is left over goes to `low`.
 * X `[n, P]`; the results are written at `index + n · stride`.
 */
export function accurateProduct(
  X: Matrix,
  theta: Float64Array,
  addend: (n: number) => number,
  high: Float64Array,
  low: Float64Array,
  index: number,
  stride: number,
): void {
  const { rows, cols, data } = X;
  const top = new Float64Array(cols);
  const rest = new Float64Array(cols);
  for (let j = 0; j < cols; j++) {
    const scaled = SPLITTER * theta[j];
    top[j] = scaled - (scaled - theta[j]);
    rest[j] = theta[j] - top[j];
  }
  for (let n = 0; n < rows; n++) {
    let sum = addend(n);
    let error = 0;
    for (let j = 0; j < cols; j++) {
      const x = data[n * cols + j];
      const scaled = SPLITTER * x;
      const xTop = scaled - (scaled - x);
      const xRest = x - xTop;
      const product = x * theta[j];
      const lost = xRest * rest[j] - (product - xTop * top[j] - xRest * top[j] - xTop * rest[j]);
      const next = sum + product;
      const part = next - sum;
      error += sum - (next - part) + (product - part) + lost;
      sum = next;
    }
    const value = sum + error;
    high[index + n * stride] = value;
    low[index + n * stride] = error - (value - sum);
  }
}

/** Sums of P products each, kept in pairs of doubles. */
export class AccurateSums {
  readonly #high: Float64Array;
  readonly #low: Float64Array;

  constructor(length: number) {
    this.#high = new Float64Array(length);
    this.#low = new Float64Array(length);
  }

  /** adds w_n x_n (r_n + rest_n) for each row */
  add(X: Matrix, weights: Float64Array | undefined, r: Float64Array, rest: Float64Array): void {
    const { rows, cols, data } = X;
    const high = this.#high;
    const low = this.#low;
    for (let n = 0; n < rows; n++) {
      const weight = weights ? weights[n] : 1;
      const value = weight * r[n];
      const tail = weight * rest[n];
      const scaledValue = SPLITTER * value;
      const top = scaledValue - (scaledValue - value);
      const bottom = value - top;
      for (let j = 0; j < cols; j++) {
        const x = data[n * cols + j];
        const scaled = SPLITTER * x;
        const xTop = scaled - (scaled - x);
        const xRest = x - xTop;
        const product = x * value;
        const lost = xRest * bottom - (product - xTop * top - xRest * top - xTop * bottom);
        const sum = high[j];
        const next = sum + product;
        const part = next - sum;
        low[j] += sum - (next - part) + (product - part) + lost + x * tail;
        high[j] = next;
      }
    }
  }

  /** the sums, rounded */
  values(): Float64Array {
    return this.#high.map((value, j) => value + this.#low[j]);
  }
}
