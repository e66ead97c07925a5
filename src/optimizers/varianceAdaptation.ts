/** Adaptation to gradient noise: what preconditioning with the empirical Fisher can be read as. */
import { DomainError } from "../errors.ts";
import { factorize } from "../linalg/factorization.ts";
import { type Matrix, matrix, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { requireDamping } from "../linalg/shapes.ts";
import type { Objective } from "../objective.ts";
import { momentumVariance } from "./momentumVariance.ts";
import type { DampedOptions } from "./options.ts";
import { preconditioned } from "./preconditioned.ts";
import type { Preconditioner } from "./preconditioner.ts";
import type { Step } from "./step.ts";

/** Which form of variance adaptation. */
export interface AdaptationForm {
  /**
   * `"full"`: the matrix M of eq. 19; `"diagonal"` (default): the factors that are optimal for each parameter,
   * from all samples; `"momentum"`: M-SVAG, the same factors estimated along the path
   */
  readonly form?: "full" | "diagonal" | "momentum";
  /** decay of M-SVAG's moving averages, default 0.9; only for `"momentum"` */
  readonly beta?: number;
  /** λ ≥ 0, default 0, added to the second moments of gradients; not for `"momentum"` */
  readonly damping?: number;
}

/** The mean and the second moment of the gradient of one sample drawn at random. */
interface Moments {
  /** E[g] = ∇L(θ), `[D]` */
  readonly mean: Float64Array;
  /** rows g_n, `[N, D]` */
  readonly gradients: Matrix;
}

/**
 * The stochastic gradients g_n = w N J_nᵀ r_n + ∇prior, one a sample: equally likely, with mean ∇L(θ). For a `sum`
 * objective this is the paper's g(θ) = −N ∇ log p(y_n | x_n), for a `mean` objective it is a single term.
 */
function stochasticGradients(objective: Objective, theta: Float64Array): Moments {
  const { samples, dimension, weight, priorPrecision } = objective;
  const { data } = objective.perExampleGradients(theta);
  const mean = new Float64Array(dimension);
  const rows = new Float64Array(data.length);
  for (let n = 0; n < samples; n++) {
    for (let i = 0; i < dimension; i++) {
      const g = weight * samples * data[n * dimension + i] + priorPrecision * theta[i];
      rows[n * dimension + i] = g;
      mean[i] += g / samples;
    }
  }
  return { mean, gradients: matrix(samples, dimension, rows) };
}

/** (E[g gᵀ] + λ I)⁻¹ E[g], with E[g gᵀ] = Σ + ∇L∇Lᵀ */
function whitenedMean({ mean, gradients }: Moments, damping: number): Float64Array {
  const C = zeros(mean.length, mean.length);
  kernels().syrk(gradients, C, { transA: true, alpha: 1 / gradients.rows });
  return factorize(C, { damping }).solve(mean);
}

/**
 * The variance adaptation matrix of Kunstner et al. 2019, eq. 19, as printed, `[D, D]`:
 *
 *     M = (Σ + ∇L∇Lᵀ + λ I)⁻¹ ∇L∇Lᵀ,   Σ = cov[g] of the gradient of one random sample
 *
 * It has rank one and no unit: it is the same for a `sum` and a `mean` objective if λ = 0. Its transpose, not M
 * itself, is the matrix that minimizes E‖M g − ∇L‖². The size of ∇L∇Lᵀ undoes what the inverse of a second
 * moment does to the length of a step. Throws `NotPositiveDefiniteError` where Σ + ∇L∇Lᵀ + λ I is singular
 * (as with N < D and λ = 0), `DomainError` for a negative damping.
 */
export function varianceAdaptationMatrix(
  objective: Objective,
  theta: Float64Array,
  { damping = 0 }: { damping?: number } = {},
): Matrix {
  requireDamping(damping);
  const moments = stochasticGradients(objective, theta);
  const left = whitenedMean(moments, damping);
  const D = left.length;
  const M = zeros(D, D);
  for (let i = 0; i < D; i++) {
    for (let j = 0; j < D; j++) M.data[i * D + j] = left[i] * moments.mean[j];
  }
  return M;
}

/**
 * The factors ∇L_i² / (∇L_i² + Σ_ii + λ), `[D]`, each in [0, 1] (Schaul et al. 2013): of all diagonal matrices
 * the one that minimizes E‖D g − ∇L‖² (Balles and Hennig 2018). Zero where all gradients are zero.
 */
export function varianceAdaptationFactors(
  objective: Objective,
  theta: Float64Array,
  { damping = 0 }: { damping?: number } = {},
): Float64Array {
  requireDamping(damping);
  const { mean, gradients } = stochasticGradients(objective, theta);
  const second = new Float64Array(mean.length);
  gradients.data.forEach((g, k) => {
    second[k % mean.length] += (g * g) / gradients.rows;
  });
  return mean.map((m, i) => (m === 0 ? 0 : (m * m) / (second[i] + damping)));
}

const FORMS = {
  full: (damping: number): Preconditioner => ({
    name: "variance adaptation",
    direction(objective, theta, gradient) {
      const moments = stochasticGradients(objective, theta);
      if (moments.mean.every((m) => m === 0)) return new Float64Array(gradient.length);
      const signal = moments.mean.reduce((sum, m, i) => sum + m * gradient[i], 0);
      return whitenedMean(moments, damping).map((x) => signal * x);
    },
  }),
  diagonal: (damping: number): Preconditioner => ({
    name: "variance adaptation (diagonal)",
    direction(objective, theta, gradient) {
      const factors = varianceAdaptationFactors(objective, theta, { damping });
      return gradient.map((g, i) => factors[i] * g);
    },
  }),
  momentum: (_damping: number, beta: number): Preconditioner => momentumVariance({ beta }),
};

/**
 * The preconditioner of {@link varianceAdaptation}. Throws `DomainError` for an unknown form, a negative damping
 * or a β outside [0, 1).
 */
export function variancePreconditioner(options: AdaptationForm = {}): Preconditioner {
  const { form = "diagonal", damping = 0, beta = 0.9 } = options;
  if (!Object.hasOwn(FORMS, form)) {
    const known = Object.keys(FORMS).join(", ");
    throw new DomainError(`variance adaptation: form is "${form}", expected one of ${known}`);
  }
  requireDamping(damping);
  return FORMS[form](damping, beta);
}

/**
 * Descent along M ∇L with the variance adaptation of Kunstner et al. 2019, section 5: in full, by parameter, or
 * as M-SVAG. `stepSize` is 1 by default. With `batch` the matrix is applied to the minibatch's gradient;
 * the full and the diagonal form still look at all samples, and Σ is that of one sample whatever the batch.
 * Throws as {@link preconditioned} and {@link variancePreconditioner} do.
 *
 * @example
 * const batch = { size: 10, random };
 * for (const step of varianceAdaptation(problem, { form: "momentum", stepSize: 0.1, batch })) {
 *   console.log(step.loss);
 * }
 */
export function varianceAdaptation(
  objective: Objective,
  options: DampedOptions & AdaptationForm = {},
): IterableIterator<Step> {
  return preconditioned(objective, variancePreconditioner(options), { stepSize: 1, ...options });
}
