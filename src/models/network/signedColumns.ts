/** Diagonal matrices as sums of ± s sᵀ. */
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import type { Sign } from "./step.ts";

/** Columns of one sign, K for each example: row n·K + k of S `[B · K, n]` is column k of example n, or zero. */
export interface SignedColumns<T extends Reals> {
  readonly sign: Sign;
  readonly S: Matrix<T>;
}

/** What is no number belongs to the first, and comes out again. */
const SIGNS: readonly { readonly sign: Sign; has(value: number): boolean }[] = [
  { sign: 1, has: (value) => !(value <= 0) },
  { sign: -1, has: (value) => value < 0 },
];

/**
 * The columns √|d_i| e_i of the diagonals d `[B, n]` of B examples, at most `most` for each example at a time. An example's
 * columns of a sign come one after another, so that few rows are zero: the sign of an entry differs from example to example.
 */
export function* signedColumns<T extends Reals>(
  diagonals: Float64Array,
  { rows: B, data: like }: Matrix<T>,
  most: number,
): Generator<SignedColumns<T>, void> {
  const n = diagonals.length / B;
  for (const { sign, has } of SIGNS) {
    const left = counts(diagonals, B, has);
    const next = new Int32Array(B);
    for (let columns = left; columns > 0; columns -= most) {
      const K = Math.min(columns, most);
      const S = { rows: B * K, cols: n, data: reals(like, B * K * n) };
      for (let example = 0; example < B; example++) {
        const first = example * n;
        let [i, k] = [next[example], 0];
        for (; i < n && k < K; i++) {
          const value = diagonals[first + i];
          if (has(value)) S.data[(example * K + k++) * n + i] = Math.sqrt(Math.abs(value));
        }
        next[example] = i;
      }
      yield { sign, S };
    }
  }
}

/** How many entries of a sign the example has that has most of them. */
function counts(diagonals: Float64Array, B: number, has: (value: number) => boolean): number {
  const n = diagonals.length / B;
  let most = 0;
  for (let example = 0; example < B; example++) {
    let count = 0;
    for (let i = 0; i < n; i++) if (has(diagonals[example * n + i])) count++;
    most = Math.max(most, count);
  }
  return most;
}
