/** Pictures of matrices as numbers. */
import type { Matrix } from "../../linalg/matrix.ts";
import type { MatrixMap } from "./results.ts";

/** Up to so many rows every entry is a cell. */
const CELLS = 128;

/**
 * The entries of a symmetric matrix. Of a large one the root mean squares of about equal blocks, with the sign of their sum: a mean
 * would show signs that cancel as zero.
 */
export function mapOf({ rows: D, data }: Matrix): MatrixMap {
  const size = Math.min(D, CELLS);
  const first = Int32Array.from({ length: size + 1 }, (_, cell) => Math.ceil((cell * D) / size));
  const values: number[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      let squares = 0;
      for (let k = first[i]; k < first[i + 1]; k++) {
        for (let l = first[j]; l < first[j + 1]; l++) {
          sum += data[k * D + l];
          squares += data[k * D + l] ** 2;
        }
      }
      const count = (first[i + 1] - first[i]) * (first[j + 1] - first[j]);
      values.push(short(Math.sign(sum) * Math.sqrt(squares / count)));
    }
  }
  return { size, averaged: D > CELLS, values };
}

/** To three digits: more are not seen, and files are large enough. */
function short(value: number): number {
  return Number(value.toPrecision(3));
}
