/** Separation: a direction d along which no row's likelihood falls (Albert & Anderson 1984, Santner & Duffy 1986). */

import { identity, type Matrix } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { Coordinates } from "./coordinates.ts";
import { assemble, linearPredictors, type Problem, sizes, Workspace } from "./problem.ts";
import { WeightedProducts } from "./products.ts";
import { pieces, type RowBlock } from "./rows.ts";
import { predictorOf, triangle } from "./scorers.ts";

/** A Newton step along such a direction moves the predictors of the nearest rows by 1. */
const CHANGE = 0.1;
/** below which a sum of products x_j d_j is rounding, relative to the largest of them */
const ROUNDING = 1e-7;
/** eigenvalues of a Gram matrix with unit diagonal that count as zero */
const NULL = 1e-12;

/** A direction along which no row's likelihood falls. */
export interface Separation {
  /** `[D]` */
  readonly direction: Float64Array;
  /** whether it grows in every row */
  readonly complete: boolean;
}

/**
 * The direction of separation near a Newton step `delta` `[D]`, if there is one: the likelihood of no row falls along
 * it and that of some rises. On the way to infinity the steps tend to such a direction, but still move the rows that
 * it leaves as they are, by about the decrement. So the part of the step is taken along which these rows, exactly,
 * do not move; then all rows are checked, each against the size of its own terms.
 */
export async function separatingDirection(
  problem: Problem,
  delta: Float64Array,
  decrement: number,
): Promise<Separation | undefined> {
  const tolerance = Math.max(1e-9, Math.min(1e-2, 10 * decrement));
  const { columns: P } = sizes(problem);
  const M = problem.scorer.outputs;
  const still = new WeightedProducts(P, triangle(M), 0, M === 1);
  let most = -Infinity;
  for await (const { X, gains, pairs } of walk(problem, delta, still.capacity)) {
    const W = new Float64Array(X.rows * triangle(M));
    for (let t = 0; t < gains.length; t++) {
      if (gains[t] < -tolerance) return undefined;
      if (gains[t] > most) most = gains[t];
      if (gains[t] <= tolerance) addPair(W, M, pairs[t]);
    }
    still.load(X);
    still.add(W, W);
  }
  still.finish();
  if (most < CHANGE) return undefined;
  const direction = alongNullSpace(
    assemble(still, { ...problem, ridge: 0, coordinates: plain(P) }),
    delta,
  );
  return verified(problem, direction);
}

/** The direction, if along it no row loses by more than rounding and some gain. */
async function verified(
  problem: Problem,
  direction: Float64Array,
): Promise<Separation | undefined> {
  const M = problem.scorer.outputs;
  let least = Infinity;
  let most = -Infinity;
  for await (const { X, gains, pairs } of walk(problem, direction, 1024)) {
    for (let t = 0; t < gains.length; t++) {
      if (gains[t] > most) most = gains[t];
      if (gains[t] < least) least = gains[t];
      if (gains[t] >= 0) continue;
      if (gains[t] < -ROUNDING * largestTerm(X, direction, pairs[t], M)) return undefined;
    }
  }
  return most >= CHANGE ? { direction, complete: least > 0 } : undefined;
}

/** The identity as coordinates. */
function plain(P: number): Coordinates {
  return new Coordinates(identity(P), false);
}

/** The part of δ in the null space of a Gram matrix `[D, D]`, found with its columns scaled to length 1. */
function alongNullSpace(G: Matrix, delta: Float64Array): Float64Array {
  const D = G.rows;
  const norms = Float64Array.from({ length: D }, (_, t) => Math.sqrt(G.data[t * (D + 1)]) || 1);
  const scaled = {
    ...G,
    data: G.data.map((v, t) => v / (norms[Math.floor(t / D)] * norms[t % D])),
  };
  const { values, vectors } = kernels().eigh(scaled);
  const result = new Float64Array(D);
  for (let k = 0; k < D && values[k] <= NULL; k++) {
    let product = 0;
    for (let t = 0; t < D; t++) product += vectors.data[t * D + k] * delta[t] * norms[t];
    for (let t = 0; t < D; t++) result[t] += product * vectors.data[t * D + k];
  }
  // what is left of entries that are zero
  const negligible = 1e-13 * Math.max(...result.map(Math.abs));
  return result.map((value, t) => (Math.abs(value) > negligible ? value / norms[t] : 0));
}

/** A comparison of a row's own predictor with another; −1 stands for the baseline's, which is 0. */
interface Pair {
  readonly row: number;
  readonly own: number;
  readonly other: number;
}

/** All comparisons of some rows, and by how much a row's own class gains over another along `direction`. */
async function* walk(
  problem: Problem,
  direction: Float64Array,
  size: number,
): AsyncGenerator<{ X: Matrix; gains: number[]; pairs: Pair[] }> {
  const { source, scorer, signal } = problem;
  const space = new Workspace(size, scorer.outputs);
  for await (const block of source.blocks(signal)) {
    for (const piece of pieces(block, size)) {
      const { X, y } = piece;
      linearPredictors({ scorer, accurate: false }, { X, y }, direction, space);
      const pairs = comparisons(problem, piece);
      const gains = pairs.map(({ row, own, other }) => {
        const at = (m: number): number => (m < 0 ? 0 : space.outputs[row * scorer.outputs + m]);
        return at(own) - at(other);
      });
      yield { X, gains, pairs };
    }
  }
}

function comparisons({ scorer, baseline }: Problem, { X, y, weights }: RowBlock): Pair[] {
  const pairs: Pair[] = [];
  for (let row = 0; row < X.rows; row++) {
    if (weights && weights[row] === 0) continue;
    const label = y.data[row];
    if (scorer.family === "categorical") {
      const own = predictorOf(label, baseline);
      for (let m = -1; m < scorer.outputs; m++) if (m !== own) pairs.push({ row, own, other: m });
      continue;
    }
    // a count above 0 must not move at all: both ways
    if (scorer.family === "bernoulli" ? label === 1 : label > 0)
      pairs.push({ row, own: 0, other: -1 });
    if (scorer.family === "poisson" || label === 0) pairs.push({ row, own: -1, other: 0 });
  }
  return pairs;
}

/** Adds (e_own − e_other)(e_own − e_other)ᵀ, its lower triangle, to the weights of the pair's row. */
function addPair(W: Float64Array, M: number, { row, own, other }: Pair): void {
  const start = row * triangle(M);
  const at = (a: number, b: number): number => start + triangle(Math.max(a, b)) + Math.min(a, b);
  if (own >= 0) W[at(own, own)] += 1;
  if (other >= 0) W[at(other, other)] += 1;
  if (own >= 0 && other >= 0) W[at(own, other)] -= 1;
}

/** The largest |x_j d_j| of the two predictors of a pair. */
function largestTerm(
  X: Matrix,
  direction: Float64Array,
  { row, own, other }: Pair,
  M: number,
): number {
  const P = X.cols;
  let largest = 0;
  for (const m of [own, other]) {
    if (m < 0 || m >= M) continue;
    for (let j = 0; j < P; j++) {
      largest = Math.max(largest, Math.abs(X.data[row * P + j] * direction[m * P + j]));
    }
  }
  return largest;
}
