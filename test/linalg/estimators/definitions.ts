/** The estimators by their definitions, with a projector for every probe that is left out. */
import { factorize } from "../../../src/linalg/factorization.ts";
import {
  copy,
  identity,
  type Matrix,
  matrix,
  transpose,
  zeros,
} from "../../../src/linalg/matrix.ts";
import { product } from "../../support/matrices.ts";

/** I − Y (YᵀY)⁻¹ Yᵀ for the rows of Y `[k, D]` */
export function outside(Y: Matrix): Matrix {
  const D = Y.cols;
  const P = identity(D);
  if (Y.rows === 0) return P;
  const inner = factorize(product(Y, Y, { transB: true }));
  const hat = product(Y, inner.solveMany(copy(Y)), { transA: true });
  return matrix(
    D,
    D,
    P.data.map((x, t) => x - hat.data[t]),
  );
}

/** Rows of A whose index is not among `indices`. */
export function rowsBut(A: Matrix, indices: readonly number[]): Matrix {
  const kept = Array.from({ length: A.rows }, (_, i) => i).filter((i) => !indices.includes(i));
  const part = zeros(kept.length, A.cols);
  kept.forEach((from, to) => {
    part.data.set(A.data.subarray(from * A.cols, (from + 1) * A.cols), to * A.cols);
  });
  return part;
}

const traceOf = (A: Matrix): number => diagonalOf(A).reduce((sum, x) => sum + x, 0);

const diagonalOf = (A: Matrix): Float64Array =>
  Float64Array.from({ length: A.rows }, (_, i) => A.data[i * (A.rows + 1)]);

const rowOf = (A: Matrix, i: number): Matrix =>
  matrix(1, A.cols, A.data.slice(i * A.cols, (i + 1) * A.cols));

/** Term i of XTrace without the probes `left` in its basis: tr A − tr PAP + (tr P / ‖Pω‖²) ωᵀPAPω. */
export function xTraceTerm(A: Matrix, probes: Matrix, i: number, left: readonly number[]): number {
  const P = outside(rowsBut(product(probes, A), left));
  const PAP = product(P, product(A, P));
  const x = product(rowOf(probes, i), P);
  const form = product(product(x, A), x, { transB: true }).data[0];
  const square = product(x, x, { transB: true }).data[0];
  return traceOf(A) - traceOf(PAP) + (traceOf(P) / square) * form;
}

/** Term i of XDiag without the probes `left` in its basis: diag((I − P) A) + ω ⊙ P A ω. */
export function xDiagTerm(
  A: Matrix,
  probes: Matrix,
  i: number,
  left: readonly number[],
): Float64Array {
  const PA = product(outside(rowsBut(product(probes, A), left)), A);
  const omega = rowOf(probes, i);
  const image = product(PA, transpose(omega)).data;
  const kept = diagonalOf(PA);
  return diagonalOf(A).map((a, t) => a - kept[t] + omega.data[t] * image[t]);
}

/** Mean and standard error of k terms, with the covariance of (t_i − t_i^(j)) (t_j − t_j^(i)). */
export function exchangeable(
  k: number,
  term: (i: number, left: readonly number[]) => number,
): { value: number; standardError: number } {
  const terms = Array.from({ length: k }, (_, i) => term(i, [i]));
  const value = terms.reduce((sum, t) => sum + t, 0) / k;
  const variance = terms.reduce((sum, t) => sum + (t - value) ** 2, 0) / (k - 1);
  let covariance = 0;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      if (i === j) continue;
      covariance += (terms[i] - term(i, [i, j])) * (terms[j] - term(j, [i, j]));
    }
  }
  covariance /= k * (k - 1);
  return { value, standardError: Math.sqrt(variance / k + Math.max(0, covariance)) };
}
