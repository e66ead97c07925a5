/** Expectations over y ~ p(y | f), exact: sums over a support, or a quadrature rule of high enough degree. */
import { DomainError } from "../../errors.ts";
import type { Likelihood } from "../../likelihoods/likelihood.ts";
import { type Matrix, matrix, zeros } from "../../linalg/matrix.ts";

/** A target and its weight in an expectation. */
export interface Outcome {
  readonly weight: number;
  /** `[targetColumns]` */
  readonly target: Float64Array;
}

/** E[h(z)], z standard normal, exact for polynomials of degree 5: Gauss–Hermite with three nodes */
const NORMAL_NODES = [
  { node: -Math.sqrt(3), weight: 1 / 6 },
  { node: 0, weight: 2 / 3 },
  { node: Math.sqrt(3), weight: 1 / 6 },
] as const;

type Rule = (likelihood: Likelihood, f: Float64Array) => Outcome[];

const RULES: Readonly<Record<string, Rule>> = {
  gaussian: quadrature,
  bernoulli: (likelihood, f) => support(likelihood, f, 2),
  categorical: (likelihood, f) => support(likelihood, f, likelihood.outputs),
  // beyond 12 standard deviations and 40 counts the tail is below 1e-16 for every mean
  poisson(likelihood, f) {
    const mean = likelihood.mean(matrix(1, 1, f)).data[0];
    return support(likelihood, f, Math.ceil(mean + 12 * Math.sqrt(mean) + 40));
  },
};

/**
 * Targets and weights with Σ weight · h(target) = E[h(y)] for y ~ p(y | f), f `[M]`: exact for every h where y
 * is discrete (for a Poisson count up to a tail below 1e-16), for polynomials of degree 5 where it is Gaussian.
 * Throws `DomainError` for a family it has no rule for.
 *
 * @example
 * outcomes(bernoulli(), Float64Array.of(0)); // targets [0] and [1], weight 0.5 each
 */
export function outcomes(likelihood: Likelihood, f: Float64Array): Outcome[] {
  const rule = RULES[likelihood.name];
  if (!rule) {
    throw new DomainError(
      `no expectations for the family "${likelihood.name}", only for ${Object.keys(RULES).join(", ")}`,
    );
  }
  return rule(likelihood, f);
}

/** y = 0, …, count − 1, weighed by the family's own probabilities. */
function support(likelihood: Likelihood, f: Float64Array, count: number): Outcome[] {
  return Array.from({ length: count }, (_, y) => {
    const target = Float64Array.of(y);
    const [loss] = likelihood.negativeLogLikelihood(matrix(1, f.length, f), matrix(1, 1, target));
    return { weight: Math.exp(-loss), target };
  });
}

/** y = f + σ z with all combinations of nodes; σ from the output Fisher I/σ². */
function quadrature(likelihood: Likelihood, f: Float64Array): Outcome[] {
  const deviation = 1 / Math.sqrt(likelihood.outputFisher(matrix(1, f.length, f)).data[0]);
  let grid: Outcome[] = [{ weight: 1, target: f.slice() }];
  for (let m = 0; m < f.length; m++) {
    grid = grid.flatMap((outcome) =>
      NORMAL_NODES.map(({ node, weight }) => {
        const target = outcome.target.slice();
        target[m] += deviation * node;
        return { weight: outcome.weight * weight, target };
      }),
    );
  }
  return grid;
}

/** E over y of the residual's mean `[M]` and of r rᵀ `[M, M]`, for outputs f `[M]`. */
export function residualMoments(
  likelihood: Likelihood,
  f: Float64Array,
): { mean: Float64Array; second: Matrix; total: number } {
  const M = f.length;
  const mean = new Float64Array(M);
  const second = zeros(M, M);
  let total = 0;
  for (const { weight, target } of outcomes(likelihood, f)) {
    const targets = matrix(1, target.length, target);
    const r = likelihood.residual(matrix(1, M, f), targets).data;
    total += weight;
    for (let i = 0; i < M; i++) {
      mean[i] += weight * r[i];
      for (let j = 0; j < M; j++) second.data[i * M + j] += weight * r[i] * r[j];
    }
  }
  return { mean, second, total };
}
