/** Stochastic gradients: the gradient of a few samples, scaled to estimate that of all. */
import { DomainError } from "../errors.ts";
import { zeros } from "../linalg/matrix.ts";
import type { Objective } from "../objective.ts";
import type { Generator } from "../random/generator.ts";

/** Which samples a stochastic gradient sees. */
export interface Batch {
  /** samples a step, drawn anew and without replacement at each step; at most N */
  readonly size: number;
  readonly random: Generator;
}

/** Gives ∇L(θ) or an estimate of it, `[D]`. */
export type GradientSource = (theta: Float64Array) => Float64Array;

/**
 * An unbiased estimate of ∇L(θ) from `size` samples B: (w N / |B|) Σ_{n ∈ B} J_nᵀ r_n, plus the prior's
 * gradient, which has no noise. The scale is the objective's; with `size` = N it is ∇L(θ) itself.
 * All outputs are computed at each call: what is saved is the noise, not the work.
 * Throws `DomainError` unless 1 ≤ `size` ≤ N, whole.
 */
export function minibatchGradient(objective: Objective, { size, random }: Batch): GradientSource {
  const { model, likelihood, X, targets, samples, weight, priorPrecision } = objective;
  if (!(Number.isSafeInteger(size) && size >= 1 && size <= samples)) {
    throw new DomainError(`batch: size is ${size}, expected a whole number from 1 to ${samples}`);
  }
  const order = Int32Array.from({ length: samples }, (_, n) => n);
  const scale = (weight * samples) / size;
  return (theta) => {
    const residual = likelihood.residual(objective.outputs(theta), targets);
    const M = residual.cols;
    const chosen = zeros(samples, M);
    for (let i = 0; i < size; i++) {
      const j = i + random.integer(samples - i);
      const n = order[j];
      order[j] = order[i];
      order[i] = n;
      for (let k = n * M; k < (n + 1) * M; k++) chosen.data[k] = scale * residual.data[k];
    }
    const gradient = model.vjp(theta, X, chosen);
    for (let i = 0; i < gradient.length; i++) gradient[i] += priorPrecision * theta[i];
    return gradient;
  };
}
