/** What the dense and the sparse sums of a linear model share. */
import type { Blocks } from "../linalg/matrix.ts";

/** How the columns of X and the constant lie in a row of W; Q = P, or P + 1 with an intercept. */
export interface Layout {
  readonly P: number;
  readonly Q: number;
  readonly M: number;
  /** where the weight of the first column of X stands */
  readonly first: number;
  /** where the weight of the constant stands, −1 without one */
  readonly constant: number;
}

/** Σ_k S_nik S_njk, the weight of x̃_n x̃_nᵀ in block (i, j) */
export function pairWeight(
  { rows: M, cols: K, data }: Blocks,
  n: number,
  i: number,
  j: number,
): number {
  const a = (n * M + i) * K;
  const b = (n * M + j) * K;
  let sum = 0;
  for (let k = 0; k < K; k++) sum += data[a + k] * data[b + k];
  return sum;
}
