/** Two half-lines that meet at 0: what relu and leakyRelu are. */
import { eachRow, inBlocks } from "../../linalg/blocks.ts";
import { type Reals, reals } from "../../linalg/matrix.ts";
import { arraywise, type Differential } from "./elementwise.ts";
import type { Layer } from "./layer.ts";

/** x for x > 0, else `slope` · x, entry by entry. */
export function rectifier(kind: string, slope: number, options: Layer["options"]): Layer {
  const activation = {
    values: <T extends Reals>(x: T) => rectified(x, slope),
    differential: <T extends Reals>(x: T) => gate(x, slope),
  };
  return arraywise(kind, activation, options);
}

function rectified<T extends Reals>(x: T, slope: number): T {
  const y = reals(x, x.length);
  inBlocks(x.length, (start, end) => rectify(x, slope, y, start, end));
  return y;
}

/** Slopes are not kept: to find them out again costs less than to read them. */
function gate<T extends Reals>(x: T, slope: number): Differential<T> {
  return (U, result = reals(U.data, U.data.length)) => {
    const { rows, cols, data } = U;
    const K = data.length / x.length;
    if (K === 1) {
      inBlocks(x.length, (start, end) => pass(data, x, slope, result, start, end));
    } else {
      eachRow(rows / K, (n) => passRows(data, n * K * cols, K, cols, x, n * cols, slope, result));
    }
    return { rows, cols, data: result };
  };
}

// In arithmetic: signs are hard to predict, and each wrong guess of a branch would cost as much as ten products.

function rectify(x: Reals, slope: number, y: Reals, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    const half = 0.5 * x[i];
    const size = Math.abs(half);
    y[i] = half + size + slope * (half - size);
  }
}

function pass(u: Reals, x: Reals, slope: number, result: Reals, start: number, end: number): void {
  const rest = 1 - slope;
  for (let i = start; i < end; i++) result[i] = u[i] * (slope + rest * +(x[i] > 0));
}

/** K rows of n entries from `at` on, by the slopes at x[from + ·], a column at a time. */
function passRows(
  u: Reals,
  at: number,
  K: number,
  n: number,
  x: Reals,
  from: number,
  slope: number,
  result: Reals,
): void {
  const rest = 1 - slope;
  for (let t = 0; t < n; t++) {
    const factor = slope + rest * +(x[from + t] > 0);
    for (let k = 0, i = at + t; k < K; k++, i += n) result[i] = u[i] * factor;
  }
}
