/** The last pass of a fit: curvature at θ, the log-likelihood with all its constants, the deviance. */
import { ConvergenceError } from "../errors.ts";
import { poisson } from "../likelihoods/poisson.ts";
import { identity, type Matrix, transpose, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { AccurateGram } from "./accurateInverse.ts";
import { type Coordinates, choleskyOrNothing, congruence } from "./coordinates.ts";
import {
  accurateResidual,
  assemble,
  linearPredictors,
  type Problem,
  scoredBlock,
  sizes,
  Workspace,
} from "./problem.ts";
import { WeightedProducts } from "./products.ts";
import type { Information } from "./results.ts";
import { pieces, type RowBlock } from "./rows.ts";
import { triangle } from "./scorers.ts";

/** What {@link inform} finds, for least squares with σ² = 1. */
export interface Informed {
  /** in the problem's coordinates: F without and with the ridge, F̃ */
  readonly fisher: Matrix;
  readonly penalized: Matrix;
  readonly empirical: Matrix;
  /** Σ w ℓ with all constants; for the Gaussian half the residual sum of squares */
  readonly loss: number;
  readonly deviance: number;
  /** Gaussian: Σ of (w r) (w r²) z and of w r z, `[P]`, and Σ (w r²)² */
  readonly cubes: Float64Array;
  readonly firsts: Float64Array;
  readonly fourths: number;
  /** (Σ w x xᵀ)⁻¹ in the coordinates of X, where it could be had to the last digit */
  readonly inverse?: Matrix;
  /** rows of labels whose fitted probability is within 10⁻⁸ of 0 or 1 */
  readonly saturated: number;
}

const SATURATED = 1e-8;

/**
 * Reads the rows once at θ `[D]`. `exact`: invert Σ x xᵀ in pairs of doubles where it is small enough, for the
 * standard errors of a report.
 */
export async function inform(
  problem: Problem,
  theta: Float64Array,
  { exact: wanted = true }: { exact?: boolean } = {},
): Promise<Informed> {
  const { source, scorer, coordinates } = problem;
  const { columns: P } = sizes(problem);
  const M = scorer.outputs;
  const K = triangle(M);
  const gaussian = scorer.family === "gaussian";
  const products = new WeightedProducts(P, 2 * K, gaussian ? 2 : 0, M === 1);
  const space = new Workspace(products.capacity, M);
  const W = new Float64Array(products.capacity * 2 * K);
  const S = new Float64Array(products.capacity * 2);
  const exact = wanted && isSmall(problem) ? new AccurateGram(P) : undefined;
  const sums = { loss: 0, deviance: 0, fourths: 0, saturated: 0 };
  let done = 0;
  for await (const block of source.blocks(problem.signal)) {
    for (const piece of pieces(block, products.capacity)) {
      const { X, weights } = piece;
      products.load(coordinates.rows(X));
      scorePiece(problem, piece, theta, { space, products }, sums);
      outerWeights(problem, piece, space, W);
      if (gaussian) sums.fourths += thirdMoments(problem, piece, space, S);
      products.add(W, S);
      exact?.add(X, weights);
    }
    done += block.X.rows;
    problem.onProgress?.({ phase: "information", iteration: 0, done, total: source.rows });
  }
  products.finish();
  const inverse = exact?.inverse();
  return {
    ...sums,
    ...(inverse && { inverse }),
    fisher: assemble(products, { ...problem, ridge: 0 }),
    penalized: assemble(products, problem),
    empirical: assemble(products, problem, K),
    cubes: gaussian ? coordinates.scaleVector(products.vector(0)) : new Float64Array(0),
    firsts: gaussian ? coordinates.scaleVector(products.vector(1)) : new Float64Array(0),
  };
}

/** Interleaves w Λ and the outer products of the scores, lower triangles both. */
function outerWeights(
  { scorer, weighting }: Problem,
  { X, weights }: RowBlock,
  { residual, fisher }: Workspace,
  W: Float64Array,
): void {
  const M = scorer.outputs;
  const K = triangle(M);
  for (let n = 0, t = 0; n < X.rows; n++) {
    // a row of frequency w is w rows with the residual r: w r rᵀ, not w² r rᵀ
    const repeated = weighting === "frequency" && weights ? weights[n] || 1 : 1;
    for (let k = 0; k < K; k++) W[t++] = fisher[n * K + k];
    for (let a = 0; a < M; a++) {
      for (let b = 0; b <= a; b++) W[t++] = (residual[n * M + a] * residual[n * M + b]) / repeated;
    }
  }
}

/** Fills S with (w r) u² and w r, where u² = w r² of one observation; returns Σ u⁴. */
function thirdMoments(
  { weighting }: Problem,
  { X, weights }: RowBlock,
  { residual }: Workspace,
  S: Float64Array,
): number {
  let fourths = 0;
  for (let n = 0; n < X.rows; n++) {
    const w = weights ? weights[n] : 1;
    const repeated = weighting === "frequency" ? w : 1;
    const square = w > 0 ? (residual[n] * residual[n]) / (w * repeated) : 0;
    S[2 * n] = residual[n] * square;
    S[2 * n + 1] = residual[n];
    fourths += repeated * square * square;
  }
  return fourths;
}

/** Least squares that are small enough for pairs of doubles: 40 times the work of one. */
function isSmall(problem: Problem): boolean {
  const { columns: P } = sizes(problem);
  const { accurate, scorer, source, ridge } = problem;
  const gaussian = accurate && scorer.family === "gaussian" && ridge === 0;
  return gaussian && P <= 40 && source.rows * P * P <= 2 ** 20;
}

/** Fills residual and fisher of the workspace, weighted, and adds to loss and deviance. */
function scorePiece(
  problem: Problem,
  piece: RowBlock,
  theta: Float64Array,
  { space, products }: { space: Workspace; products: WeightedProducts },
  sums: { loss: number; deviance: number; saturated: number },
): void {
  const { scorer } = problem;
  const { X, weights } = piece;
  if (scorer.family === "gaussian" && problem.accurate) {
    accurateResidual(piece, theta, space);
    let sum = 0;
    for (let i = 0; i < X.rows; i++) {
      const w = weights ? weights[i] : 1;
      sum += w * space.outputs[i] * space.outputs[i];
      space.residual[i] = w * space.outputs[i];
      space.fisher[i] = w;
    }
    sums.loss += 0.5 * sum;
    sums.deviance += sum;
    return;
  }
  linearPredictors(problem, piece, theta, space, products);
  const { loss } = scorer.score(scoredBlock(piece, space));
  if (scorer.family === "poisson") {
    addPoisson(piece, space.outputs, sums);
    return;
  }
  sums.loss += loss;
  sums.deviance += 2 * loss;
  if (scorer.family !== "bernoulli") return;
  for (let i = 0; i < X.rows; i++) {
    if (space.fisher[i] < SATURATED * (weights ? weights[i] : 1)) sums.saturated++;
  }
}

/** The loss with log y!, and y (exp d − 1 − d) with d = f − log y for the deviance: neither cancels. */
function addPoisson(
  { X, y, weights }: RowBlock,
  outputs: Float64Array,
  sums: { loss: number; deviance: number },
): void {
  const f = { rows: X.rows, cols: 1, data: outputs.subarray(0, X.rows) };
  const losses = poisson().negativeLogLikelihood(f, y);
  for (let i = 0; i < X.rows; i++) {
    const w = weights ? weights[i] : 1;
    if (w === 0) continue;
    const count = y.data[i];
    sums.loss += w * losses[i];
    const d = f.data[i] - Math.log(count);
    sums.deviance += 2 * w * (count === 0 ? Math.exp(f.data[i]) : count * (Math.expm1(d) - d));
  }
}

/** σ² of {@link information}: 1 where the family has none. */
export interface VarianceOption {
  readonly variance: number;
  /** N, where σ² is a parameter: its scores are wanted too */
  readonly observations?: number;
}

/** The {@link Information} at σ². Throws {@link ConvergenceError} where H is singular. */
export function information(
  problem: Problem,
  informed: Informed,
  { variance, observations }: VarianceOption,
): Information {
  const { coordinates } = problem;
  const { penalized, empirical, cubes, firsts, fourths, deviance } = informed;
  const L = choleskyOrNothing(penalized);
  if (!L) {
    throw new ConvergenceError(
      "the Fisher information at the optimum is singular: use a ridge, or leave out columns",
    );
  }
  // F has the factor 1/σ², F̃ 1/σ⁴, so that E = R⁻ᵀ F̃ R⁻¹ has 1/σ²
  const root = Math.sqrt(variance);
  const factor = coordinates.timesFactor(transpose(L));
  const result: Information = {
    fisher: scaled(toTheta(informed.fisher, coordinates), 1 / variance),
    empirical: scaled(toTheta(empirical, coordinates), 1 / variance ** 2),
    factor: scaled(factor, 1 / root),
    inverse: scaled(informed.inverse ?? inverseOf(factor), variance),
    whitenedEmpirical: scaled(congruence(L, empirical), 1 / variance),
  };
  if (observations === undefined) return result;
  // scores of log σ: 1 − w r²/σ²; those of θ, whitened: R⁻ᵀ x (w r) / σ²
  const cross = cubes.map((cube, j) => (firsts[j] - cube / variance) / root);
  kernels().solveTriangular(L, { rows: L.rows, cols: 1, data: cross });
  const square = observations - (2 * deviance) / variance + fourths / variance ** 2;
  return { ...result, varianceScores: { cross, square } };
}

/** R⁻¹ R⁻ᵀ */
function inverseOf(R: Matrix): Matrix {
  const D = R.rows;
  const W = identity(D);
  kernels().solveTriangular(transpose(R), W);
  const inverse = zeros(D, D);
  kernels().syrk(W, inverse, { transA: true });
  return inverse;
}

function scaled(A: Matrix, factor: number): Matrix {
  return { ...A, data: A.data.map((value) => value * factor) };
}

/** T̂ᵀ A T̂ for symmetric A `[D, D]`: from the problem's coordinates to those of θ. */
function toTheta(A: Matrix, coordinates: Coordinates): Matrix {
  const result = coordinates.timesFactor(transpose(coordinates.timesFactor(A)));
  const { rows: D, data } = result;
  const symmetric = zeros(D, D);
  for (let i = 0; i < D; i++) {
    for (let j = 0; j <= i; j++) {
      const value = 0.5 * (data[i * D + j] + data[j * D + i]);
      symmetric.data[i * D + j] = value;
      symmetric.data[j * D + i] = value;
    }
  }
  return symmetric;
}
