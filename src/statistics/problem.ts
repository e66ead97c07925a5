/** A fit under way: the data, the family, and the coordinates in which it is solved. */
import { type Matrix, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { AccurateSums, accurateProduct } from "./accurate.ts";
import type { Coordinates } from "./coordinates.ts";
import { WeightedProducts } from "./products.ts";
import type { FitProgress, Weighting } from "./results.ts";
import { pieces, type RowBlock, type RowSource } from "./rows.ts";
import { type ScoredBlock, type Scorer, triangle } from "./scorers.ts";

export interface Problem {
  readonly source: RowSource;
  readonly scorer: Scorer;
  readonly weighting: Weighting;
  readonly coordinates: Coordinates;
  /** predictors and, for least squares, gradients in twice the working precision */
  readonly accurate: boolean;
  /** λ, and the columns it leaves out: the intercept */
  readonly ridge: number;
  readonly intercept: boolean;
  /** whether the rows have offsets */
  readonly offset: boolean;
  /** the categorical family's baseline class */
  readonly baseline: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
}

/** One pass at θ; everything in `sum` scale, ridge included. */
export interface Evaluation {
  /** −log-likelihood up to terms without θ (σ² = 1 for least squares), plus the ridge term */
  readonly loss: number;
  /** see {@link Scorer.score} */
  readonly margin: number;
  /** in the problem's coordinates, `[D]` */
  readonly gradient: Float64Array;
  /** H in the problem's coordinates, `[D, D]`, both triangles; undefined where it was not asked for */
  readonly fisher?: Matrix;
}

/** P and D of a problem. */
export function sizes({ source, scorer }: Pick<Problem, "source" | "scorer">): {
  columns: number;
  dimension: number;
} {
  const columns = source.columns.length;
  return { columns, dimension: columns * scorer.outputs };
}

/** Arrays for at most `rows` rows with M predictors each. */
export class Workspace {
  readonly outputs: Float64Array;
  readonly low: Float64Array;
  readonly residual: Float64Array;
  readonly fisher: Float64Array;

  constructor(rows: number, M: number) {
    this.outputs = new Float64Array(rows * M);
    this.low = new Float64Array(rows * M);
    this.residual = new Float64Array(rows * M);
    this.fisher = new Float64Array(rows * triangle(M));
  }
}

/**
 * f = X Bᵀ + offset for a block, `[n, M]`, into `space.outputs`; θ is B `[M, P]` row by row. `loaded`: products that
 * hold the same X.
 */
export function linearPredictors(
  problem: Pick<Problem, "scorer" | "accurate">,
  { X, offset }: RowBlock,
  theta: Float64Array,
  space: Workspace,
  loaded?: WeightedProducts,
): void {
  const M = problem.scorer.outputs;
  const P = X.cols;
  const addend = offset ? (n: number) => offset.data[n] : () => 0;
  if (problem.accurate) {
    for (let m = 0; m < M; m++) {
      const b = theta.subarray(m * P, (m + 1) * P);
      accurateProduct(X, b, addend, space.outputs, space.low, m, M);
    }
    return;
  }
  const outputs = space.outputs.subarray(0, X.rows * M);
  if (M === 1 && loaded) outputs.set(loaded.multiply(theta));
  else if (M === 1) kernels().gemv(X, theta, outputs);
  else {
    const B = { rows: M, cols: P, data: theta };
    kernels().gemm(X, B, { rows: X.rows, cols: M, data: outputs }, { transB: true });
  }
  if (offset) for (let n = 0; n < X.rows; n++) outputs[n] += offset.data[n];
}

/** Walks the rows once and evaluates loss, gradient and (unless told otherwise) Fisher at θ `[D]`. */
export async function evaluate(
  problem: Problem,
  theta: Float64Array,
  options: { fisher?: boolean; iteration?: number } = {},
): Promise<Evaluation> {
  const { source, scorer, coordinates, accurate } = problem;
  const { fisher: wanted = true, iteration = 0 } = options;
  const M = scorer.outputs;
  const { columns: P, dimension: D } = sizes(problem);
  const exact = accurate && scorer.family === "gaussian";
  const K = wanted ? triangle(M) : 0;
  const products = new WeightedProducts(P, K, exact ? 0 : M, M === 1);
  const sums = new AccurateSums(P);
  const space = new Workspace(products.capacity, M);
  let loss = 0;
  let margin = Infinity;
  let done = 0;
  for await (const block of source.blocks(problem.signal)) {
    for (const piece of pieces(block, products.capacity)) {
      const { X, weights } = piece;
      if (K > 0 || !exact) products.load(coordinates.rows(X));
      if (exact) {
        accurateResidual(piece, theta, space);
        loss += squares(space.outputs, X.rows, weights);
        sums.add(X, weights, space.outputs, space.low);
        fillWeights(space.fisher, X.rows, weights);
      } else {
        linearPredictors(problem, piece, theta, space, products);
        const scored = scorer.score(scoredBlock(piece, space));
        loss += scored.loss;
        if (!(scored.margin >= margin)) margin = scored.margin;
      }
      if (K > 0 || !exact) products.add(space.fisher, space.residual);
      // blocks of a source can be large
      problem.signal?.throwIfAborted();
    }
    done += block.X.rows;
    problem.onProgress?.({ phase: "scoring", iteration, done, total: source.rows });
  }
  products.finish();
  const gradient = new Float64Array(D);
  for (let m = 0; m < M; m++) {
    const part = exact ? sums.values() : products.vector(m);
    gradient.set(coordinates.scaleVector(part, exact), m * P);
  }
  const penalty = addRidge(problem, theta, gradient);
  const fisher = wanted ? assemble(products, problem) : undefined;
  return { loss: loss + penalty, margin, gradient, ...(fisher && { fisher }) };
}

/** What a scorer reads and fills for a piece whose predictors are in the workspace. */
export function scoredBlock({ X, y, weights }: RowBlock, space: Workspace): ScoredBlock {
  const { outputs, residual, fisher } = space;
  const arrays = { rows: X.rows, outputs, targets: y.data, residual, fisher };
  return weights ? { ...arrays, weights } : arrays;
}

/** f − y in twice the working precision: rounded into `outputs`, the rest into `low`. */
export function accurateResidual(
  { X, y, offset }: RowBlock,
  theta: Float64Array,
  space: Workspace,
): void {
  const minus = (n: number): number => (offset ? offset.data[n] - y.data[n] : -y.data[n]);
  accurateProduct(X, theta, minus, space.outputs, space.low, 0, 1);
}

function squares(r: Float64Array, rows: number, weights: Float64Array | undefined): number {
  let sum = 0;
  for (let n = 0; n < rows; n++) sum += (weights ? weights[n] : 1) * r[n] * r[n];
  return 0.5 * sum;
}

function fillWeights(to: Float64Array, rows: number, weights: Float64Array | undefined): void {
  if (weights) to.set(weights);
  else to.fill(1, 0, rows);
}

/** Adds the gradient of ½ λ ‖θ‖² (intercepts left out), in the problem's coordinates; returns the term itself. */
export function addRidge(problem: Problem, theta: Float64Array, gradient: Float64Array): number {
  const { ridge, coordinates } = problem;
  if (ridge === 0) return 0;
  let penalty = 0;
  forPenalized(problem, (t, j) => {
    penalty += 0.5 * ridge * theta[t] * theta[t];
    gradient[t] += (ridge * theta[t]) / coordinates.lower.data[j * (coordinates.columns + 1)];
  });
  return penalty;
}

/** The Fisher `[D, D]` from its blocks, scaled, with the ridge. */
export function assemble(products: WeightedProducts, problem: Problem, first = 0): Matrix {
  const { coordinates, scorer, ridge } = problem;
  const { columns: P, dimension: D } = sizes(problem);
  const H = zeros(D, D);
  let k = first;
  for (let a = 0; a < scorer.outputs; a++) {
    for (let b = 0; b <= a; b++, k++) {
      const G = coordinates.scaleMatrix(products.gram(k));
      for (let i = 0; i < P; i++) {
        for (let j = 0; j < P; j++) {
          H.data[(a * P + i) * D + b * P + j] = G.data[i * P + j];
          H.data[(b * P + j) * D + a * P + i] = G.data[i * P + j];
        }
      }
    }
  }
  if (ridge > 0 && first === 0) {
    forPenalized(problem, (t, j) => {
      H.data[t * (D + 1)] += ridge / coordinates.lower.data[j * (coordinates.columns + 1)] ** 2;
    });
  }
  return H;
}

/** Calls `visit(parameter, column)` for every parameter that a ridge penalizes. */
export function forPenalized(problem: Problem, visit: (t: number, j: number) => void): void {
  const { columns: P, dimension: D } = sizes(problem);
  for (let t = 0; t < D; t++) {
    const j = t % P;
    if (!(problem.intercept && j === P - 1)) visit(t, j);
  }
}
