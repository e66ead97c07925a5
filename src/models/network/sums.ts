/** Sums that more than one layer needs. */
import { inBlocks } from "../../linalg/blocks.ts";
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import { addScaled } from "../../linalg/plain.ts";

/** Row n is the sum of rows n·K … n·K + K − 1 of U `[B · K, n]`; U itself for K = 1. */
export function sumColumns<T extends Reals>(U: Matrix<T>, samples: number): Matrix<T> {
  const { rows, cols, data } = U;
  const K = rows / samples;
  if (K === 1) return U;
  const sum = reals(data, samples * cols);
  for (let r = 0; r < rows; r++) {
    addScaled(1, data, r * cols, sum, Math.floor(r / K) * cols, cols);
  }
  return { rows: samples, cols, data: sum };
}

/** A + B, as a new matrix. */
export function plus<T extends Reals>(A: Matrix<T>, B: Matrix<T>): Matrix<T> {
  const data = A.data.slice() as T;
  inBlocks(data.length, (start, end) => addScaled(1, B.data, start, data, start, end - start));
  return { ...A, data };
}

/** The sum of `count` entries from `start` on, in four partial sums that do not wait for each other. */
export function sumOf(values: Reals, start: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const end = start + count;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    s0 += values[i];
    s1 += values[i + 1];
    s2 += values[i + 2];
    s3 += values[i + 3];
  }
  for (; i < end; i++) s0 += values[i];
  return s0 + s1 + (s2 + s3);
}
