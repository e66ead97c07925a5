/** XDiag: the diagonal, with every probe used twice as in XTrace. */
import type { Generator } from "../../random/generator.ts";
import { type Matrix, zeros } from "../matrix.ts";
import { kernels } from "../provider.ts";
import { dot } from "../vector.ts";
import {
  type DiagonalEstimate,
  type EstimatorOptions,
  RunningMean,
  requireProducts,
} from "./estimate.ts";
import { type LeaveOneOut, leaveOneOut, secondLoss, without } from "./leaveOneOut.ts";
import { exactDiagonal, signs } from "./probes.ts";
import { CountedProducts, type Multiplication, row } from "./products.ts";

/** Entries that are worked on at once. */
const BLOCK = 1024;

/**
 * The mean over i of diag(Q_iQ_iᵀA) + ω_i ⊙ (I − Q_iQ_iᵀ) A ω_i for random signs ω_i, where Q_i spans A Ω without
 * column i (Epperly, Tropp & Webber 2024). Each term is unbiased; exact where A has a rank below half of the
 * products. The square of each standard error is unbiased but for covariances that come out negative and count as
 * zero, see `leaveOneOut.ts`. Throws as `xTrace`.
 *
 * @example
 * const { value, standardError } = xDiag(A, stream(0), { products: 60 });
 */
export function xDiag(
  A: Multiplication,
  random: Generator,
  options: EstimatorOptions,
): DiagonalEstimate {
  const D = A.dimension;
  const counted = new CountedProducts(A, "XDiag");
  const products = requireProducts(options, 2, "XDiag");
  if (products >= D) {
    const value = exactDiagonal(counted);
    return { value, standardError: new Float64Array(D), products: counted.count };
  }
  const probes = signs(random, products / 2, D);
  const parts = leaveOneOut(counted, probes);
  const pairs = pairsOf(parts);
  const value = new Float64Array(D);
  const standardError = new Float64Array(D);
  for (let start = 0; start < D; start += BLOCK) {
    const block = entries(probes, parts, pairs, start, Math.min(start + BLOCK, D));
    value.set(block.value, start);
    standardError.set(block.standardError, start);
  }
  return { value, standardError, products: counted.count };
}

/** Two probes whose terms are correlated: u_ij = forth · s_j − back · s_i, and u_ijᵀ Qᵀ A ω_i. */
interface Pair {
  readonly i: number;
  readonly j: number;
  readonly forth: number;
  readonly back: number;
  readonly own: number;
  readonly other: number;
}

function pairsOf({ coordinates, lost }: LeaveOneOut): Pair[] {
  const pairs: Pair[] = [];
  const own = (i: number): number => dot(row(lost, i), row(coordinates, i));
  for (let i = 0; i < lost.rows; i++) {
    for (let j = 0; j < i; j++) {
      const loss = secondLoss(row(lost, i), row(lost, j));
      // s_j is orthogonal to all coordinates but those of j
      if (loss) pairs.push({ i, j, ...loss, own: -loss.back * own(i), other: -loss.back * own(j) });
    }
  }
  return pairs;
}

/** Entries `start` to below `end`. */
function entries(
  probes: Matrix,
  { images, basis, basisImages, coordinates, lost }: LeaveOneOut,
  pairs: readonly Pair[],
  start: number,
  end: number,
): { value: Float64Array; standardError: Float64Array } {
  const k = probes.rows;
  const size = end - start;
  const [Q, AQ] = [columns(basis, start, end), columns(basisImages, start, end)];
  const outer = zeros(k, basis.rows);
  for (let i = 0; i < k; i++) row(outer, i).set(without(row(lost, i), row(coordinates, i)));
  const [inside, lostQ, lostAQ] = [times(outer, Q), times(lost, Q), times(lost, AQ)];

  const found = new Float64Array(size);
  for (let t = 0; t < Q.data.length; t++) found[t % size] += Q.data[t] * AQ.data[t];
  const running = new RunningMean(size);
  for (let i = 0; i < k; i++) {
    const [omega, y] = [row(probes, i).subarray(start), row(images, i).subarray(start)];
    const [q, Aq, x] = [row(lostQ, i), row(lostAQ, i), row(inside, i)];
    running.add(found.map((d, a) => d - q[a] * Aq[a] + omega[a] * (y[a] - x[a])));
  }

  const covariance = new Float64Array(size);
  const share = 2 / (k * (k - 1));
  for (const { i, j, forth, back, own, other } of pairs) {
    const [omegaI, omegaJ] = [row(probes, i).subarray(start), row(probes, j).subarray(start)];
    const [qi, qj, Aqi, Aqj] = [row(lostQ, i), row(lostQ, j), row(lostAQ, i), row(lostAQ, j)];
    for (let a = 0; a < size; a++) {
      const ui = forth * qj[a] - back * qi[a];
      const uj = forth * qi[a] - back * qj[a];
      const changeI = ui * (forth * Aqj[a] - back * Aqi[a] - own * omegaI[a]);
      const changeJ = uj * (forth * Aqi[a] - back * Aqj[a] - other * omegaJ[a]);
      covariance[a] += share * changeI * changeJ;
    }
  }
  const standardError = running
    .standardError()
    .map((error, a) => Math.sqrt(error ** 2 + Math.max(0, covariance[a])));
  return { value: running.mean, standardError };
}

/** Columns `start` to below `end`, copied. */
function columns(A: Matrix, start: number, end: number): Matrix {
  const part = zeros(A.rows, end - start);
  for (let i = 0; i < A.rows; i++) row(part, i).set(row(A, i).subarray(start, end));
  return part;
}

function times(A: Matrix, B: Matrix): Matrix {
  const C = zeros(A.rows, B.cols);
  if (B.rows > 0) kernels().gemm(A, B, C);
  return C;
}
