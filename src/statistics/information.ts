/** The last pass of a fit: curvature at θ, the log-likelihood with all its constants, the deviance. */
import { ConvergenceError } from "../errors.ts";
import { poisson } from "../likelihoods/poisson.ts";
import { identity, type Matrix, transpose, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { accurateProduct } from "./accurate.ts";
import { AccurateGram } from "./accurateInverse.ts";
import { type Coordinates, choleskyOrNothing, congruence } from "./coordinates.ts";
import { assemble, linearPredictors, type Problem, sizes, Workspace } from "./problem.ts";
import { WeightedProducts } from "./products.ts";
import type { Information } from "./results.ts";
import type { RowBlock } from "./rows.ts";
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

/** Reads the rows once at θ `[D]`. */
export async function inform(problem: Problem, theta: Float64Array): Promise<Informed> {
  const { source, scorer, coordinates, weighting } = problem;
  const { columns: P } = sizes(problem);
  const M = scorer.outputs;
  const K = triangle(M);
  const gaussian = scorer.family === "gaussian";
  const products = new WeightedProducts(P, 2 * K, gaussian ? 2 : 0, M === 1);
  const space = new Workspace();
  let W = new Float64Array(0);
  let S = new Float64Array(0);
  const exact = isSmall(problem) ? new AccurateGram(P) : undefined;
  const sums = { loss: 0, deviance: 0, fourths: 0, saturated: 0 };
  let done = 0;
  for await (const block of source.blocks(problem.signal)) {
    const { X, weights } = block;
    const n = X.rows;
    if (W.length < n * 2 * K) W = new Float64Array(n * 2 * K);
    if (gaussian && S.length < n * 2) S = new Float64Array(n * 2);
    scoreBlock(problem, block, theta, space, sums);
    for (let i = 0, t = 0; i < n; i++) {
      const w = weights ? weights[i] : 1;
      // a row of frequency w is w rows with the residual r: w r rᵀ, not w² r rᵀ
      const repeated = weighting === "frequency" && w > 0 ? w : 1;
      for (let k = 0; k < K; k++) W[t++] = space.fisher[i * K + k];
      for (let a = 0; a < M; a++) {
        for (let b = 0; b <= a; b++) {
          W[t++] = (space.residual[i * M + a] * space.residual[i * M + b]) / repeated;
        }
      }
      if (gaussian) {
        const wr = space.residual[i];
        // w r² of one observation
        const square = w > 0 ? (wr * wr) / (w * repeated) : 0;
        S[2 * i] = wr * square;
        S[2 * i + 1] = wr;
        sums.fourths += repeated * square * square;
      }
    }
    products.add(coordinates.rows(X), W, S);
    exact?.add(X, weights);
    done += n;
    problem.onProgress?.({ phase: "information", iteration: 0, done, total: source.rows });
  }
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

/** Least squares that are small enough for pairs of doubles: 40 times the work of one. */
function isSmall(problem: Problem): boolean {
  const { columns: P } = sizes(problem);
  const { accurate, scorer, source, ridge } = problem;
  return (
    accurate &&
    scorer.family === "gaussian" &&
    ridge === 0 &&
    P <= 40 &&
    source.rows * P * P <= 2 ** 20
  );
}

/** Fills residual and fisher of the workspace, weighted, and adds to loss and deviance. */
function scoreBlock(
  problem: Problem,
  block: RowBlock,
  theta: Float64Array,
  space: Workspace,
  sums: { loss: number; deviance: number; saturated: number },
): void {
  const { scorer } = problem;
  const { X, y, weights, offset } = block;
  const n = X.rows;
  if (scorer.family === "gaussian" && problem.accurate) {
    space.fit(n, 1);
    const minus = (i: number): number => (offset ? offset.data[i] - y.data[i] : -y.data[i]);
    accurateProduct(X, theta, minus, space.residual, space.low, 0, 1);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const w = weights ? weights[i] : 1;
      sum += w * space.residual[i] * space.residual[i];
      space.residual[i] *= w;
      space.fisher[i] = w;
    }
    sums.loss += 0.5 * sum;
    sums.deviance += sum;
    return;
  }
  linearPredictors(problem, block, theta, space);
  const { loss } = scorer.score({
    rows: n,
    targets: y.data,
    ...(weights && { weights }),
    outputs: space.outputs,
    residual: space.residual,
    fisher: space.fisher,
  });
  if (scorer.family === "poisson") {
    addPoisson(block, space.outputs, sums);
    return;
  }
  sums.loss += loss;
  sums.deviance += 2 * loss;
  if (scorer.family === "bernoulli") {
    for (let i = 0; i < n; i++)
      if (space.fisher[i] < SATURATED * (weights?.[i] ?? 1)) sums.saturated++;
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
