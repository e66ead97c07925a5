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
