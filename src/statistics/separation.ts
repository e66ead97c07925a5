/** Separation: a direction d along which no row's likelihood falls (Albert & Anderson 1984, Santner & Duffy 1986). */

import { identity, type Matrix } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { Coordinates } from "./coordinates.ts";
import { SeparationError } from "./errors.ts";
import { assemble, linearPredictors, type Problem, sizes, Workspace } from "./problem.ts";
import { WeightedProducts } from "./products.ts";
import { INTERCEPT, pieces, type RowBlock } from "./rows.ts";
import { predictorOf, triangle } from "./scorers.ts";

/** A Newton step along such a direction moves the predictors of the nearest rows by 1. */
const CHANGE = 0.1;
/** below which a sum of products x_j d_j is rounding, relative to the largest of them */
const ROUNDING = 1e-7;
/** eigenvalues of a Gram matrix with unit diagonal that count as zero */
const NULL = 1e-12;

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
): Promise<Float64Array | undefined> {
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
  return (await holds(problem, direction)) ? direction : undefined;
}

/** Whether along `direction` no row loses by more than rounding and some gain. */
async function holds(problem: Problem, direction: Float64Array): Promise<boolean> {
  const M = problem.scorer.outputs;
  let most = -Infinity;
  for await (const { X, gains, pairs } of walk(problem, direction, 1024)) {
    for (let t = 0; t < gains.length; t++) {
      if (gains[t] > most) most = gains[t];
      if (gains[t] >= 0) continue;
      if (gains[t] < -ROUNDING * largestTerm(X, direction, pairs[t], M)) return false;
    }
  }
  return most >= CHANGE;
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

/** Throws the {@link SeparationError} that names the columns of a direction `[D]` that separates. */
export async function reportSeparation(
  problem: Problem,
  direction: Float64Array,
  complete: boolean,
): Promise<never> {
  const kind = complete ? "complete" : "quasi-complete";
  const { source } = problem;
  const extremes = await columnExtremes(problem);
  const single = source.columns.flatMap((name, j) => {
    if (name === INTERCEPT) return [];
    const why = separatesAlone(problem, extremes, j);
    return why ? [{ name, why }] : [];
  });
  if (single.length > 0) {
    const shown = single.slice(0, 5).map(({ why }) => why);
    if (single.length > 5) shown.push(`and so do ${single.length - 5} more columns`);
    throw new SeparationError(
      kind,
      single.map(({ name }) => name),
      shown.join("; "),
    );
  }
  const names = involved(problem, extremes, direction);
  const list = names.map((name) => `"${name}"`).join(", ");
  throw new SeparationError(
    kind,
    names,
    complete
      ? `a combination of the columns ${list} predicts "${source.target}" without error`
      : `a combination of the columns ${list} predicts "${source.target}" without error for some of the rows, and is the same for all others`,
  );
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

/** Smallest and largest value of each column in each class (for counts: zero, and more), `[classes, P]`. */
interface Extremes {
  readonly classes: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

async function columnExtremes({ source, scorer, signal }: Problem): Promise<Extremes> {
  const P = source.columns.length;
  const classes = scorer.family === "categorical" ? scorer.outputs + 1 : 2;
  const low = new Float64Array(classes * P).fill(Infinity);
  const high = new Float64Array(classes * P).fill(-Infinity);
  for await (const { X, y, weights } of source.blocks(signal)) {
    for (let n = 0; n < X.rows; n++) {
      if (weights && weights[n] === 0) continue;
      const start = groupOf(scorer.family, y, n) * P;
      for (let j = 0; j < P; j++) {
        const x = X.data[n * P + j];
        if (x < low[start + j]) low[start + j] = x;
        if (x > high[start + j]) high[start + j] = x;
      }
    }
  }
  return { classes, low, high };
}

function groupOf(family: string, { data }: RowBlock["y"], n: number): number {
  return family === "poisson" ? Math.min(1, data[n]) : data[n];
}

/** Whether column j alone tells one class from the others, said as a sentence. */
function separatesAlone(problem: Problem, extremes: Extremes, j: number): string | undefined {
  const { source, intercept, scorer } = problem;
  const P = source.columns.length;
  for (let c = extremes.classes - 1; c >= 0; c--) {
    const [low, high] = [extremes.low[c * P + j], extremes.high[c * P + j]];
    let [restLow, restHigh] = [Infinity, -Infinity];
    for (let other = 0; other < extremes.classes; other++) {
      if (other === c) continue;
      restLow = Math.min(restLow, extremes.low[other * P + j]);
      restHigh = Math.max(restHigh, extremes.high[other * P + j]);
    }
    const above = low >= restHigh;
    const below = high <= restLow;
    // all rows at the boundary: the column is constant and separates nothing
    if ((!above && !below) || Math.max(high, restHigh) === Math.min(low, restLow)) continue;
    const bound = above ? restHigh : restLow;
    if (!intercept && bound !== 0) continue;
    // for counts only a direction along which rates of zeros fall counts: the others must stay at the boundary
    if (scorer.family === "poisson" && !(c === 0 && restLow === restHigh)) continue;
    const name = source.columns[j];
    const label = scorer.family === "poisson" ? "0" : (source.classes?.[c] ?? String(c));
    const strict = above ? low > bound : high < bound;
    const sign = above ? ">" : "<";
    return strict
      ? `"${name}" ${sign} ${bound} exactly where "${source.target}" is ${label}`
      : `"${source.target}" is ${label} in every row with "${name}" ${sign} ${bound}`;
  }
  return undefined;
}

/** The columns that move the predictors along `direction`, by more than a thousandth of the largest movement. */
function involved(problem: Problem, extremes: Extremes, direction: Float64Array): string[] {
  const { source } = problem;
  const P = source.columns.length;
  const moved = source.columns.map((name, j) => {
    if (name === INTERCEPT) return 0;
    let [low, high] = [Infinity, -Infinity];
    for (let c = 0; c < extremes.classes; c++) {
      low = Math.min(low, extremes.low[c * P + j]);
      high = Math.max(high, extremes.high[c * P + j]);
    }
    let most = 0;
    for (let t = j; t < direction.length; t += P) most = Math.max(most, Math.abs(direction[t]));
    return most * (high - low || Math.abs(high));
  });
  const largest = Math.max(...moved);
  return source.columns.filter((_, j) => moved[j] > 1e-3 * largest);
}
