/** The adaptation of a stochastic gradient to its noise. */
import { identity, type Matrix, transpose, zeros } from "../../linalg/matrix.ts";
import { kernels } from "../../linalg/provider.ts";
import type { Objective } from "../../objective.ts";
import { momentumVariance } from "../../optimizers/momentumVariance.ts";
import type { Preconditioner } from "../../optimizers/preconditioner.ts";
import {
  varianceAdaptationFactors,
  varianceAdaptationMatrix,
} from "../../optimizers/varianceAdaptation.ts";
import type { Statement } from "../results.ts";
import { combination, type MatrixAt, outer } from "./matrices.ts";
import { largest, relativeDistance } from "./measure.ts";
import {
  logisticProblem,
  type Noise,
  type NoisyProblem,
  stochasticGradients,
} from "./stochasticGradients.ts";

const ROUNDING = 1e-11;
const MOMENTUM_STEPS = 40_000;
const BETA = 0.9;
/** steps until the moving averages have forgotten that they started at zero */
const FILLING = 500;

/** What eq. 19 is about; what is handed in is tested in place of the library's. */
export interface AdaptationSubject {
  readonly seed?: number;
  /** M of eq. 19 */
  readonly matrix?: MatrixAt;
  /** the diagonal of D */
  readonly factors?: (objective: Objective<Matrix>, theta: Float64Array) => Float64Array;
  /** M-SVAG with the given β */
  readonly momentum?: (options: { beta: number }) => Preconditioner;
}

/**
 * Eq. 19 and the factors before it, judged by the expected error E‖A g − ∇L‖², an exact sum over all samples. M as
 * printed is the transpose of the matrix that minimizes it.
 */
export function varianceAdaptationStatement({
  seed = 0,
  matrix: adaptation = varianceAdaptationMatrix,
  factors = varianceAdaptationFactors,
  momentum = momentumVariance,
}: AdaptationSubject = {}): Statement {
  const place = logisticProblem(seed);
  const { problem, theta } = place;
  const noise = stochasticGradients(problem, theta);
  const hh = outer(noise.mean);
  const C = combination([
    [1, noise.covariance],
    [1, hh],
  ]);
  const M = adaptation(problem, theta);
  const D = factors(problem, theta);
  const equation = relativeDistance(product(C, M), hh);
  const errors = {
    none: expectedError(noise, identity(D.length)),
    diagonal: expectedError(noise, diagonalMatrix(D)),
    printed: expectedError(noise, M),
    transposed: expectedError(noise, transpose(M)),
  };
  const improvement = largest(
    nudges(D).map((other) => errors.diagonal - expectedError(noise, diagonalMatrix(other))),
  );
  const estimate = momentumVarianceError(place, noise, momentum);
  const holds =
    equation < ROUNDING &&
    improvement < 0 &&
    errors.transposed < errors.diagonal &&
    errors.diagonal < errors.none &&
    estimate < 0.05;
  return {
    id: "variance-adaptation",
    source: "Section 5, equation 19",
    claim:
      "M = (Σ + ∇L ∇Lᵀ)⁻¹ ∇L ∇Lᵀ = (N F̃)⁻¹ ∇L ∇Lᵀ adapts to gradient noise; among diagonal matrices the factors ∇L_i² / (∇L_i² + Σ_ii) minimize E‖D g − ∇L‖², and M-SVAG estimates them.",
    holds,
    measured: {
      "(Σ + ∇L ∇Lᵀ) M against ∇L ∇Lᵀ": equation,
      "E‖g − ∇L‖² / ‖∇L‖²": errors.none,
      "E‖D g − ∇L‖² / ‖∇L‖²": errors.diagonal,
      "E‖M g − ∇L‖² / ‖∇L‖²": errors.printed,
      "E‖Mᵀ g − ∇L‖² / ‖∇L‖²": errors.transposed,
      "M-SVAG: largest relative error of the mean estimate of Σ_ii": estimate,
    },
    reading: holds
      ? "No other diagonal matrix nearby has a smaller expected error than D, and of all matrices the transpose of M has the smallest: the order of the factors in eq. 19 is that of a row vector gᵀM."
      : "The matrix or the factors do not have the property claimed, or M-SVAG does not estimate the noise.",
  };
}

/** E‖A g − ∇L‖² / ‖∇L‖² */
function expectedError({ gradients, mean }: Noise, A: Matrix): number {
  let error = 0;
  for (const g of gradients) {
    for (let i = 0; i < mean.length; i++) {
      let sum = -mean[i];
      for (let j = 0; j < mean.length; j++) sum += A.data[i * mean.length + j] * g[j];
      error += sum * sum;
    }
  }
  return error / gradients.length / mean.reduce((sum, m) => sum + m * m, 0);
}

/**
 * How well M-SVAG knows the noise: fed with stochastic gradients at a fixed θ, the variance that its direction
 * γ ∘ m implies, ρ s = m² (1/γ − 1), averaged over the steps, against ρ Σ_ii.
 */
function momentumVarianceError(
  { problem, theta, random }: NoisyProblem,
  { gradients, mean, covariance }: Noise,
  momentum: NonNullable<AdaptationSubject["momentum"]>,
): number {
  const D = mean.length;
  const method = momentum({ beta: BETA });
  const rho = (1 - BETA) / (1 + BETA);
  const m = new Float64Array(D);
  const implied = new Float64Array(D);
  for (let t = -FILLING; t < MOMENTUM_STEPS; t++) {
    const g = gradients[random.integer(gradients.length)];
    const direction = method.direction(problem, theta, g);
    for (let i = 0; i < D; i++) {
      m[i] = BETA * m[i] + (1 - BETA) * g[i];
      if (t >= 0) implied[i] += (m[i] * m[i] * (m[i] / direction[i] - 1)) / MOMENTUM_STEPS;
    }
  }
  return largest(
    implied.map((value, i) => Math.abs(value / (rho * covariance.data[i * (D + 1)]) - 1)),
  );
}

/** D with one factor a little larger or smaller. */
function nudges(D: Float64Array): Float64Array[] {
  return [...D.keys()].flatMap((i) =>
    [1e-3, -1e-3].map((by) => D.map((d, k) => (k === i ? d + by : d))),
  );
}

function diagonalMatrix(entries: Float64Array): Matrix {
  const A = zeros(entries.length, entries.length);
  entries.forEach((value, i) => {
    A.data[i * (entries.length + 1)] = value;
  });
  return A;
}

function product(A: Matrix, B: Matrix): Matrix {
  const C = zeros(A.rows, B.cols);
  kernels().gemm(A, B, C);
  return C;
}
