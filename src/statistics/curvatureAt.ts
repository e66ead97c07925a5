/** Fisher, Monte-Carlo Fisher and empirical Fisher at one point, in one pass over the rows. */
import type { Matrix } from "../linalg/matrix.ts";
import { stream } from "../random/streams.ts";
import {
  addRidge,
  assemble,
  linearPredictors,
  type Problem,
  scoredBlock,
  sizes,
  Workspace,
} from "./problem.ts";
import { WeightedProducts } from "./products.ts";
import type { Fit } from "./results.ts";
import { pieces, type RowBlock } from "./rows.ts";
import { triangle } from "./scorers.ts";
import { sampleTargets } from "./simulation.ts";

/**
 * Everything at one θ, `sum` scale, in the problem's coordinates. The variance of a Gaussian is the known one or, where
 * it is estimated, RSS(θ) / N: what the likelihood takes at this θ.
 */
export interface Curvature {
  readonly theta: Float64Array;
  /** −log-likelihood up to a constant of the data, ridge included */
  readonly loss: number;
  readonly gradient: Float64Array;
  /** F with the ridge */
  readonly fisher: Matrix;
  readonly empirical: Matrix;
  /** zero without draws */
  readonly sampled: Matrix;
}

/** Reads the rows once at θ `[D]`; `draws` responses a row, from the stream of `seed`, make the Monte-Carlo Fisher. */
export async function curvatureAt(
  problem: Problem,
  fit: Fit,
  theta: Float64Array,
  { seed, draws }: { readonly seed: number; readonly draws: number },
): Promise<Curvature> {
  const { source, scorer, coordinates } = problem;
  const { columns: P, dimension: D } = sizes(problem);
  const M = scorer.outputs;
  const K = triangle(M);
  const products = new WeightedProducts(P, 3 * K, M, M === 1);
  const space = new Workspace(products.capacity, M);
  const drawn = new Workspace(products.capacity, M);
  const W = new Float64Array(products.capacity * 3 * K);
  const random = stream(seed, "sampled Fisher");
  // residuals of a Gaussian do not depend on its mean, which would swallow those of variance 1 where it is large
  const unit: Fit = fit.variance
    ? { ...fit, theta: new Float64Array(D), variance: { ...fit.variance, value: 1 } }
    : { ...fit, theta };
  let loss = 0;
  for await (const block of source.blocks(problem.signal)) {
    for (const piece of pieces(block, products.capacity)) {
      products.load(coordinates.rows(piece.X));
      linearPredictors(problem, piece, theta, space, products);
      loss += scorer.score(scoredBlock(piece, space)).loss;
      fillOuter(problem, piece, space, W);
      if (!fit.variance) drawn.outputs.set(space.outputs);
      const { offset: _, ...bare } = piece;
      const divisors = sampledDivisors(problem, piece);
      for (let k = 0; k < draws; k++) {
        const y = sampleTargets(fit.variance ? bare : piece, unit, random);
        scorer.score(scoredBlock({ ...piece, y }, drawn));
        addOuter(problem, piece, drawn, W, { part: 2, share: 1 / draws, divisors });
      }
      products.add(W, space.residual);
    }
  }
  products.finish();
  const gradient = new Float64Array(D);
  for (let m = 0; m < M; m++) gradient.set(coordinates.scaleVector(products.vector(m)), m * P);
  loss += addRidge(problem, theta, gradient);
  const plain = { ...problem, ridge: 0 };
  const variance = fit.variance ? varianceAt(fit, loss) : 1;
  const at = (first: number, power: number, own: Problem = plain): Matrix => {
    const A = assemble(products, own, first);
    return { ...A, data: A.data.map((value) => value / variance ** power) };
  };
  return {
    theta,
    loss: fit.variance ? gaussianLoss(fit, loss, variance) : loss,
    gradient: gradient.map((value) => value / variance),
    fisher: at(0, 1, problem),
    empirical: at(K, 2),
    // residuals were drawn with σ² = 1
    sampled: at(2 * K, 1),
  };
}

/** σ² at a point: the known one, or what maximizes the likelihood there. */
function varianceAt({ variance, observations }: Fit, halfSquares: number): number {
  return variance?.kind === "known" ? variance.value : (2 * halfSquares) / observations;
}

function gaussianLoss({ observations: N, variance }: Fit, halfSquares: number, at: number): number {
  return variance?.kind === "known" ? halfSquares / at : 0.5 * N * Math.log((2 * halfSquares) / N);
}

/**
 * What makes w² r rᵀ of drawn responses an estimate of w Λ, which the Monte-Carlo Fisher is to estimate: the weights
 * where a response has the variance of one observation; a Gaussian one of precision w has been drawn with σ²/w.
 */
function sampledDivisors(
  { scorer, weighting }: Problem,
  { weights }: RowBlock,
): Float64Array | undefined {
  return weighting === "frequency" || scorer.family !== "gaussian" ? weights : undefined;
}

/** w Λ, w r rᵀ (w² for precision weights) and zeros, lower triangles, `[n, 3 K]`. */
function fillOuter(problem: Problem, piece: RowBlock, space: Workspace, W: Float64Array): void {
  const K = triangle(problem.scorer.outputs);
  const n = piece.X.rows;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < K; k++) {
      W[i * 3 * K + k] = space.fisher[i * K + k];
      W[i * 3 * K + K + k] = 0;
      W[i * 3 * K + 2 * K + k] = 0;
    }
  }
  // a row of frequency w is w rows with the residual r: w r rᵀ, not w² r rᵀ
  const divisors = problem.weighting === "frequency" ? piece.weights : undefined;
  addOuter(problem, piece, space, W, { part: 1, share: 1, divisors });
}

/** Adds share · r rᵀ over the divisors of the rows to one of the three parts. */
function addOuter(
  { scorer }: Problem,
  { X }: RowBlock,
  { residual }: Workspace,
  W: Float64Array,
  { part, share, divisors }: { part: 1 | 2; share: number; divisors?: Float64Array | undefined },
): void {
  const M = scorer.outputs;
  const K = triangle(M);
  for (let i = 0; i < X.rows; i++) {
    const repeated = divisors?.[i] || 1;
    let t = i * 3 * K + part * K;
    for (let a = 0; a < M; a++) {
      for (let b = 0; b <= a; b++, t++) {
        W[t] += (share * residual[i * M + a] * residual[i * M + b]) / repeated;
      }
    }
  }
}
