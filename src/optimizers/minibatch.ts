/** Stochastic gradients: the gradient of a few samples, scaled to estimate that of all. */
import { DomainError } from "../errors.ts";
import { type Reals, reals } from "../linalg/matrix.ts";
import { gatherInputs } from "../models/inputs.ts";
import { linearize } from "../models/linearization.ts";
import type { Inputs } from "../models/model.ts";
import type { Objective } from "../objective.ts";
import type { Generator } from "../random/generator.ts";

/** Which samples a stochastic gradient sees. */
export interface Batch {
  /** samples a step, drawn anew and without replacement at each step; at most N */
  readonly size: number;
  readonly random: Generator;
}

/** Gives ∇L(θ) or an estimate of it, `[D]`. */
export type GradientSource<T extends Reals = Float64Array> = (theta: T) => T;

/**
 * An unbiased estimate of ∇L(θ) from `size` samples B: (w N / |B|) Σ_{n ∈ B} J_nᵀ r_n, plus the prior's
 * gradient, which has no noise. The scale is the objective's; with `size` = N it is ∇L(θ) itself.
 * Only those samples are worked on; inputs that cannot be gathered are taken whole: then what is saved is the noise, not
 * the work. Throws `DomainError` unless 1 ≤ `size` ≤ N, whole.
 */
export function minibatchGradient<X extends Inputs, T extends Reals>(
  objective: Objective<X, T>,
  { size, random }: Batch,
): GradientSource<T> {
  const { samples, weight, priorPrecision } = objective;
  if (!(Number.isSafeInteger(size) && size >= 1 && size <= samples)) {
    throw new DomainError(`batch: size is ${size}, expected a whole number from 1 to ${samples}`);
  }
  const order = Int32Array.from({ length: samples }, (_, n) => n);
  const scale = (weight * samples) / size;
  return (theta) => {
    for (let i = 0; i < size; i++) {
      const j = i + random.integer(samples - i);
      const n = order[j];
      order[j] = order[i];
      order[i] = n;
    }
    const chosen = order.subarray(0, size);
    const sum = gathered(objective, theta, chosen) ?? masked(objective, theta, chosen);
    return sum.map((g, i) => scale * g + priorPrecision * theta[i]) as T;
  };
}

/** Σ_{n ∈ chosen} J_nᵀ r_n by the chosen samples alone; undefined where the inputs cannot be gathered. */
function gathered<X extends Inputs, T extends Reals>(
  { model, likelihood, X, targets }: Objective<X, T>,
  theta: T,
  chosen: Int32Array,
): T | undefined {
  const inputs = gatherInputs(X, chosen);
  const labels = gatherInputs(targets, chosen);
  if (!inputs || !labels) return undefined;
  const at = linearize(model, theta, inputs);
  return at.vjp(likelihood.residual(at.outputs, labels));
}

/** The same by all samples, with residuals of zero for the others. */
function masked<X extends Inputs, T extends Reals>(
  objective: Objective<X, T>,
  theta: T,
  chosen: Int32Array,
): T {
  const at = objective.linearization(theta);
  const residual = objective.likelihood.residual(at.outputs, objective.targets);
  const M = residual.cols;
  const U = { ...residual, data: reals(residual.data, residual.data.length) };
  for (const n of chosen) U.data.set(residual.data.subarray(n * M, (n + 1) * M), n * M);
  return at.vjp(U);
}
