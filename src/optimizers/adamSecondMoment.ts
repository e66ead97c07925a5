/** What Adam divides by, as a matrix to compare with the Fisher. */
import type { Curvature } from "../curvature/curvature.ts";
import { DomainError } from "../errors.ts";
import { type DiagonalOperator, diagonalOperator } from "../linalg/diagonalOperator.ts";
import type { Reals } from "../linalg/matrix.ts";
import type { Inputs } from "../models/model.ts";
import type { Objective } from "../objective.ts";
import { type Batch, minibatchGradient } from "./minibatch.ts";
import { requireDecay } from "./options.ts";

export interface SecondMomentOptions {
  /** the mini-batches whose mean gradients are squared; default all samples at once */
  readonly batch?: Batch;
  /** β₂ in [0, 1), the decay of the average; default 0.999 */
  readonly beta2?: number;
}

/**
 * Adam's second moment v̂_t along a path θ_1, …, θ_t, as a diagonal matrix: the bias-corrected moving average
 * v̂ = (1 − β₂) Σ_s β₂^(t−s) ĝ_s² / (1 − β₂ᵗ) of squared mini-batch gradients ĝ_s at θ_s (Kingma and Ba 2015, algorithm 1;
 * `exp_avg_sq` of PyTorch over 1 − β₂ᵗ). Adam divides by its root. As a stand-in for the diagonal of the Fisher
 * ("Squisher": Li, Dangel, Tam and Raffel 2025, Fishers for free?) it differs from it in four ways:
 *
 * 1. its labels are those of the data, not drawn from the model: at best it is an empirical Fisher;
 * 2. it squares the *mean* gradient of B samples in place of averaging squares: E ĝ² = ∇L² + variance/B (times
 *    (N − B)/(N − 1) for batches without replacement), about 1/B of the empirical Fisher's diagonal near a minimum;
 * 3. it averages over the path, with memory 1/(1 − β₂) steps, not at one θ;
 * 4. the division by 1 − β₂ᵗ makes the weights sum to one, but early on they are those of a few steps.
 *
 * And ĝ contains the gradient of the prior, which no curvature kind does. Scale: the objective's. For a `mean`
 * objective it is v̂ of Adam itself; for a `sum` Adam's v̂ is N times this.
 *
 * Throws {@link DomainError} for an empty path, a β₂ out of range or an impossible batch; as the objective does for θ.
 *
 * @example
 * const path = [...adam(problem, { iterations: 2000, batch: { size: 32, random } })];
 * const V = adamSecondMoment(problem, path.map(({ theta }) => theta), { batch: { size: 32, random } });
 * compare([curvature(problem, path.at(-1)!.theta, fisher(), diagonal()), V]);
 */
export function adamSecondMoment<X extends Inputs, T extends Reals>(
  objective: Objective<X, T>,
  path: Iterable<T>,
  { batch, beta2 = 0.999 }: SecondMomentOptions = {},
): Curvature<DiagonalOperator> {
  requireDecay(beta2, "Adam's second moment: beta2");
  const { dimension, samples, weight, reduction } = objective;
  const gradientAt = batch ? minibatchGradient(objective, batch) : objective.gradient;
  const average = new Float64Array(dimension);
  let steps = 0;
  for (const theta of path) {
    const g = gradientAt(theta);
    steps++;
    for (let i = 0; i < dimension; i++) average[i] += (1 - beta2) * (g[i] * g[i] - average[i]);
  }
  if (steps === 0) throw new DomainError("Adam's second moment: found no θ, expected a path");
  const correction = 1 / ((1 - beta2 ** steps) * weight * samples);
  const operator = diagonalOperator(average.map((v) => correction * v));
  return Object.assign(operator, {
    kind: "Adam's second moment",
    structure: "diagonal",
    scale: reduction,
    degree: 2 as const,
    samples,
  });
}
