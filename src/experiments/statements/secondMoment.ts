/** The empirical Fisher as the second moment of stochastic gradients. */
import { matrix } from "../../linalg/matrix.ts";
import type { Statement } from "../results.ts";
import {
  combination,
  empiricalFisherMatrix,
  gradientCovarianceMatrix,
  type MatrixAt,
  outer,
} from "./matrices.ts";
import { largest, relativeDistance } from "./measure.ts";
import { logisticProblem, stochasticGradients } from "./stochasticGradients.ts";

const ROUNDING = 1e-11;

/** What eq. 18 is about; a matrix handed in is tested in place of the library's. */
export interface SecondMomentSubject {
  readonly seed?: number;
  readonly empiricalFisher?: MatrixAt;
  /** the covariance of g_n times N, as the library has it at the `sum` scale */
  readonly gradientCovariance?: MatrixAt;
}

/** Eq. 18 at the `sum` scale: N F̃ = Σ + ∇L ∇Lᵀ, Σ the covariance of g(θ) = N ∇ℓ_n with n drawn at random. */
export function secondMoment({
  seed = 0,
  empiricalFisher = empiricalFisherMatrix,
  gradientCovariance = gradientCovarianceMatrix,
}: SecondMomentSubject = {}): Statement {
  const { problem, theta } = logisticProblem(seed);
  const { mean, covariance } = stochasticGradients(problem, theta);
  const N = problem.samples;
  const left = combination([[N, empiricalFisher(problem, theta)]]);
  const right = combination([
    [1, covariance],
    [1, outer(mean)],
  ]);
  const moment = relativeDistance(left, right);
  const noise = relativeDistance(
    combination([[N, gradientCovariance(problem, theta)]]),
    covariance,
  );
  const gradient = relativeDistance(
    matrix(1, mean.length, problem.gradient(theta)),
    matrix(1, mean.length, mean),
  );
  const holds = largest([moment, noise, gradient]) < ROUNDING;
  return {
    id: "second-moment",
    source: "Section 5, equation 18",
    claim:
      "N F̃ = Σ + ∇L ∇Lᵀ at the sum scale: the empirical Fisher is the non-central second moment of the gradient of one sample drawn at random.",
    holds,
    measured: {
      "N F̃ against Σ + ∇L ∇Lᵀ": moment,
      "gradient covariance against Σ": noise,
      "∇L against the mean of stochastic gradients": gradient,
    },
    reading: holds
      ? `With Σ summed over all ${N} equally likely gradients, the two sides differ by rounding only.`
      : "The two sides differ by more than rounding.",
  };
}
