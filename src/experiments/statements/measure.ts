/** How far two matrices are apart, in the norms that the statements speak of. */

import type { Matrix } from "../../linalg/matrix.ts";
import { kernels } from "../../linalg/provider.ts";

/** ‖A − B‖_F / ‖B‖_F */
export function relativeDistance(A: Matrix, B: Matrix): number {
  return frobenius(difference(A, B)) / frobenius(B);
}

/** ‖A‖_F */
export function frobenius({ data }: Matrix): number {
  return Math.sqrt(data.reduce((sum, a) => sum + a * a, 0));
}

/** ‖A‖₂, the largest size of an eigenvalue of the symmetric A */
export function spectralNorm(A: Matrix): number {
  return kernels()
    .eigh(A)
    .values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** A − B */
export function difference(A: Matrix, B: Matrix): Matrix {
  return { rows: A.rows, cols: A.cols, data: A.data.map((a, i) => a - B.data[i]) };
}

/** tr A */
export function trace(A: Matrix): number {
  let sum = 0;
  for (let i = 0; i < A.rows; i++) sum += A.data[i * (A.cols + 1)];
  return sum;
}

/** The largest of some numbers; NaN if one of them is. */
export function largest(values: Iterable<number>): number {
  return Math.max(...values);
}
