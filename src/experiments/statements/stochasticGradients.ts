/** A small problem whose stochastic gradients are all known, one a sample and equally likely. */
import { bernoulli } from "../../likelihoods/bernoulli.ts";
import { type Matrix, matrix } from "../../linalg/matrix.ts";
import { glm, type Objective } from "../../objective.ts";
import { draws } from "../../random/generator.ts";
import { type Stream, stream } from "../../random/streams.ts";
import { singleSample } from "./families.ts";
import { combination, outer } from "./matrices.ts";

const SAMPLES = 40;
const FEATURES = 3;

/** An objective, where to look at it, and randomness for whoever draws from its samples. */
export interface NoisyProblem {
  readonly problem: Objective<Matrix>;
  readonly theta: Float64Array;
  readonly random: Stream;
}

/** Logistic regression at the `sum` scale. */
export function logisticProblem(seed: number): NoisyProblem {
  const random = stream(seed, "gradient noise");
  const likelihood = bernoulli();
  const X = matrix(
    SAMPLES,
    FEATURES,
    draws(SAMPLES * FEATURES, () => random.normal()),
  );
  const f = matrix(
    SAMPLES,
    1,
    draws(SAMPLES, () => random.normal()),
  );
  const problem = glm({ X, y: likelihood.sample(f, random), likelihood, reduction: "sum" });
  return { problem, theta: draws(FEATURES, () => random.normal()), random };
}

/** The gradients g_n = N ∇ℓ_n `[D]` with their mean and covariance Σ. */
export interface Noise {
  readonly gradients: readonly Float64Array[];
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

/** By the definition: N times the gradient of each sample alone. */
export function stochasticGradients(problem: Objective<Matrix>, theta: Float64Array): Noise {
  const { samples: N, targets } = problem;
  const gradients = Array.from({ length: N }, (_, n) => {
    const alone = singleSample(problem, n, targets.data.subarray(n, n + 1));
    return alone.gradient(theta).map((g) => N * g);
  });
  const mean = theta.map((_, i) => gradients.reduce((sum, g) => sum + g[i] / N, 0));
  const covariance = combination(
    gradients.map((g) => [1 / N, outer(g.map((gi, i) => gi - mean[i]))] as const),
  );
  return { gradients, mean, covariance };
}
