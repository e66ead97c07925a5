/** One pass over the rows: every check of the data, and the sums that starting values and null models need. */
import { DomainError, ShapeError } from "../errors.ts";
import { bernoulli } from "../likelihoods/bernoulli.ts";
import type { Likelihood } from "../likelihoods/likelihood.ts";
import { poisson } from "../likelihoods/poisson.ts";
import { logFactorial } from "../likelihoods/special.ts";
import { type Matrix, requireLength } from "../linalg/matrix.ts";
import { WeightedProducts } from "./products.ts";
import { type RareCell, RareCells } from "./rareCells.ts";
import type { FamilyName, Weighting } from "./results.ts";
import { hasIntercept, pieces, type RowBlock, type RowSource } from "./rows.ts";

/** Beyond its reciprocal and below itself the squares of data leave the doubles. */
const SMALLEST = 1e-150;

/** What one pass finds. Sums are weighted. */
export interface Summary {
  /** rows of positive weight */
  readonly rows: number;
  readonly weightSum: number;
  /** Σ log w */
  readonly logWeightSum: number;
  /** whether any weight is not 1 */
  readonly weighted: boolean;
  readonly offset: boolean;
  /** Σ w x xᵀ, `[P, P]` */
  readonly gram: Matrix;
  readonly smallest: number;
  readonly largest: number;
  /** mean of y − offset and the sum of squares around it */
  readonly mean: number;
  readonly squares: number;
  /** weight of each class, for labels */
  readonly counts: readonly number[];
  /** classes and indicators of few rows */
  readonly rare: readonly RareCell[];
  /** Poisson: Σ w exp(offset), Σ w y · offset, Σ w y, Σ w log y!, Σ w (log-likelihood of the saturated model) */
  readonly poisson: PoissonSums;
  /** Σ w ℓ at the linear predictor `offset` alone, where there is no intercept */
  readonly lossAtZero: number;
}

export interface PoissonSums {
  rate: number;
  product: number;
  count: number;
  factorials: number;
  saturated: number;
}

/** Reads all rows once. Throws {@link DomainError} or {@link ShapeError} with the column and the row, from 1. */
export async function summarize(
  source: RowSource,
  family: FamilyName,
  weighting: Weighting,
  signal?: AbortSignal,
  onRows?: (done: number) => void,
): Promise<Summary> {
  const P = source.columns.length;
  if (P === 0) throw new DomainError("there are no columns to fit: give features or an intercept");
  const products = new WeightedProducts(P, 1, 0);
  const largestX = new Float64Array(P);
  const counts: number[] = source.classes ? source.classes.map(() => 0) : [];
  const sums: PoissonSums = { rate: 0, product: 0, count: 0, factorials: 0, saturated: 0 };
  const state = { rows: 0, weightSum: 0, logWeightSum: 0, mean: 0, squares: 0, lossAtZero: 0 };
  let [smallest, largest] = [Infinity, -Infinity];
  let [weighted, offset] = [false, false];
  const cells = new RareCells(source, family);
  let ones = new Float64Array(0);
  let read = 0;
  const likelihood = hasIntercept(source) ? undefined : nullLikelihood(family);
  for await (const block of source.blocks(signal)) {
    const { X, y, weights } = block;
    requireBlock(block, P, family);
    if (!weights && ones.length < X.rows) ones = new Float64Array(X.rows).fill(1);
    addDesign(products, block, ones, (piece, start) =>
      checkDesign(piece, products.largest(), largestX, source.columns, read + start),
    );
    checkOnes(X, source, read);
    offset ||= block.offset !== undefined;
    cells.add(block, weighting);
    const n = X.rows;
    for (let i = 0; i < n; i++) {
      const value = y.data[i];
      checkTarget(value, family, source, read + i);
      const w = weights ? weights[i] : 1;
      if (!(w >= 0 && w < Infinity)) {
        throw new DomainError(
          `weights: row ${read + i + 1} is ${w}, expected a number of at least 0`,
        );
      }
      if (w !== 1) {
        if (weighting === "frequency" && !Number.isSafeInteger(w)) {
          throw new DomainError(
            `frequency weights: row ${read + i + 1} is ${w}, expected a whole number; ` +
              "weights that are no counts are precision weights",
          );
        }
        weighted = true;
        if (w === 0) continue;
        state.logWeightSum += Math.log(w);
      }
      state.rows++;
      state.weightSum += w;
      if (value < smallest) smallest = value;
      if (value > largest) largest = value;
      const shift = block.offset ? block.offset.data[i] : 0;
      const delta = value - shift - state.mean;
      state.mean += (w / state.weightSum) * delta;
      state.squares += w * delta * (value - shift - state.mean);
      if (family === "poisson") addCount(sums, value, shift, w);
      else if (family !== "gaussian") {
        while (counts.length <= value) counts.push(0);
        counts[value] += w;
      }
    }
    if (likelihood) {
      const f = block.offset ?? { rows: n, cols: 1, data: new Float64Array(n) };
      const losses = likelihood.negativeLogLikelihood(f, y);
      for (let i = 0; i < n; i++) state.lossAtZero += (weights ? weights[i] : 1) * losses[i];
    }
    read += n;
    onRows?.(read);
  }
  products.finish();
  if (read !== source.rows) {
    throw new ShapeError(`the source says it has ${source.rows} rows, found ${read}`);
  }
  checkColumns(largestX, source.columns);
  const gram = products.gram(0);
  const rare = cells.found();
  return { ...state, weighted, offset, gram, smallest, largest, counts, rare, poisson: sums };
}

/** Adds the rows of a block, each piece of which is checked first. */
function addDesign(
  products: WeightedProducts,
  block: RowBlock,
  ones: Float64Array,
  check: (X: Matrix, start: number) => void,
): void {
  let start = 0;
  for (const { X, weights } of pieces(block, products.capacity)) {
    products.load(X);
    check(X, start);
    products.add(weights ?? ones, ones);
    start += X.rows;
  }
}

/** log y! of the counts that most rows have */
const FACTORIALS = Float64Array.from({ length: 256 }, (_, count) => logFactorial(count));

function addCount(sums: PoissonSums, count: number, offset: number, weight: number): void {
  sums.rate += weight * Math.exp(offset);
  sums.product += weight * count * offset;
  sums.count += weight * count;
  const factorial = count < FACTORIALS.length ? FACTORIALS[count] : logFactorial(count);
  sums.factorials += weight * factorial;
  if (count > 0) sums.saturated += weight * (count * Math.log(count) - count - factorial);
}

function nullLikelihood(family: FamilyName): Likelihood | undefined {
  if (family === "bernoulli") return bernoulli();
  return family === "poisson" ? poisson() : undefined;
}

function requireBlock({ X, y, weights, offset }: RowBlock, P: number, family: FamilyName): void {
  requireLength(X.cols, P, "columns of a block");
  requireLength(X.data.length, X.rows * P, "entries of a block");
  requireLength(y.data.length, X.rows, "targets of a block");
  if (weights) requireLength(weights.length, X.rows, "weights of a block");
  if (!offset) return;
  requireLength(offset.data.length, X.rows, "offsets of a block");
  if (family === "categorical") {
    throw new DomainError("offsets: the categorical family takes none, it has several predictors");
  }
  const bad = offset.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new DomainError(`offset: found ${offset.data[bad]}, expected a finite number`);
  }
}

/** Keeps the largest size of each column, which is not finite where one of its values is not. */
function checkDesign(
  X: Matrix,
  found: Float64Array,
  largest: Float64Array,
  names: readonly string[],
  read: number,
): void {
  for (let j = 0; j < found.length; j++) {
    if (!(found[j] < Infinity)) throw notFinite(X, names, read);
    if (found[j] > largest[j]) largest[j] = found[j];
  }
}

/** Names the first value that is not finite. */
function notFinite({ cols, data }: Matrix, names: readonly string[], read: number): DomainError {
  const t = data.findIndex((value) => !Number.isFinite(value));
  const row = read + Math.floor(t / cols) + 1;
  return new DomainError(
    `column "${names[t % cols]}": row ${row} is ${data[t]}, expected a finite number`,
  );
}

/** An intercept that is not 1 everywhere would be reported under a wrong name. */
function checkOnes(X: Matrix, source: RowSource, read: number): void {
  if (!hasIntercept(source)) return;
  const { rows, cols, data } = X;
  for (let i = 0; i < rows; i++) {
    const value = data[i * cols + cols - 1];
    if (value !== 1) {
      throw new DomainError(
        `the intercept of row ${read + i + 1} is ${value}, expected 1: its name is reserved for a column of ones`,
      );
    }
  }
}

function checkColumns(largest: Float64Array, names: readonly string[]): void {
  largest.forEach((size, j) => {
    if (size > 1 / SMALLEST || (size > 0 && size < SMALLEST)) {
      throw new DomainError(
        `column "${names[j]}" has values up to ${size}, whose squares leave the range of doubles: ` +
          "express it in another unit",
      );
    }
  });
}

function checkTarget(y: number, family: FamilyName, source: RowSource, row: number): void {
  if (family === "gaussian") {
    if (Math.abs(y) < 1 / SMALLEST) return;
  } else if (family === "bernoulli") {
    if (y === 0 || y === 1) return;
  } else if (Number.isSafeInteger(y) && y >= 0) {
    if (family === "poisson" || y < (source.classes?.length ?? Infinity)) return;
  }
  throw new DomainError(
    `target "${source.target}": row ${row + 1} is ${y}, the ${family} family expects ${expected(family, source, y)}`,
  );
}

function expected(family: FamilyName, source: RowSource, y: number): string {
  switch (family) {
    case "gaussian":
      return Number.isFinite(y)
        ? "numbers whose squares are doubles: change the unit"
        : "finite numbers";
    case "bernoulli":
      return "0 or 1";
    case "poisson":
      return "counts: integers of at least 0";
    case "categorical":
      return source.classes
        ? `a class index from 0 to ${source.classes.length - 1}`
        : "class indices 0, 1, 2, …";
  }
}
