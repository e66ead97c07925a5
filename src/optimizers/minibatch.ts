/** Stochastic gradients: the gradient of a few samples, scaled to estimate that of all. */
import { DomainError } from "../errors.ts";
import { zeros } from "../linalg/matrix.ts";
import { gatherInputs } from "../models/inputs.ts";
import { linearize } from "../models/linearization.ts";
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
 * Only those samples are worked on; inputs that cannot be gathered are taken whole: then what is saved is the noise, not
 * the work. Throws `DomainError` unless 1 ≤ `size` ≤ N, whole.
 */
export function minibatchGradient(objective: Objective, { size, random }: Batch): GradientSource {
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
    return sum.map((g, i) => scale * g + priorPrecision * theta[i]);
  };
}

/** Σ_{n ∈ chosen} J_nᵀ r_n by the chosen samples alone; undefined where the inputs cannot be gathered. */
function gathered(
  { model, likelihood, X, targets }: Objective,
  theta: Float64Array,
  chosen: Int32Array,
): Float64Array | undefined {
  const inputs = gatherInputs(X, chosen);
  const labels = gatherInputs(targets, chosen);
  if (!inputs || !labels) return undefined;
  const at = linearize(model, theta, inputs);
  return at.vjp(likelihood.residual(at.outputs, labels));
}

/** The same by all samples, with residuals of zero for the others. */
function masked(objective: Objective, theta: Float64Array, chosen: Int32Array): Float64Array {
  const at = objective.linearization(theta);
  const residual = objective.likelihood.residual(at.outputs, objective.targets);
  const M = residual.cols;
  const U = zeros(residual.rows, M);
  for (const n of chosen) U.data.set(residual.data.subarray(n * M, (n + 1) * M), n * M);
  return at.vjp(U);
}
