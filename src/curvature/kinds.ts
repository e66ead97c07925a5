/** The kinds that differ only in their output factor: Fisher, empirical Fisher, Hessian, gradient covariance. */
import { type Blocks, type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import type { Inputs } from "../models/model.ts";
import type { Batch, Evaluation, Kind } from "./kind.ts";

/**
 * The Fisher information w Σ_n J_nᵀ Λ_n J_n, with Λ_n the covariance of the residual under the model: an exact
 * expectation over y, nothing is sampled. It is the generalized Gauss–Newton matrix of the split a_n = −log p(y_n | ·),
 * b_n = f(x_n, ·) (Kunstner et al. 2019, eq. 2 and Proposition 1). Scale: the objective's.
 *
 * @example
 * const F = curvature(problem, theta, fisher());
 * F.solve(problem.gradient(theta), { damping: 1e-4 }); // the natural gradient
 */
export function fisher<X extends Inputs = Inputs, T extends Reals = Float64Array>(): Kind<X, T> {
  return {
    name: "Fisher",
    degree: 1,
    prepare({ objective: { likelihood } }) {
      return (batch) => ({
        at: batch.linearization(),
        factor: likelihood.outputFactor(batch.outputs()),
      });
    },
  };
}

/**
 * The empirical Fisher w Σ_n g_n g_nᵀ with g_n = J_nᵀ r_n the gradient of the n-th likelihood term, at the label of
 * the data and without the prior (Kunstner et al. 2019, eq. 3). The g_n are not multiplied by w: with `mean` it is
 * the mean of g_n g_nᵀ. It is a second moment of gradients, not a curvature: a loss scaled by a scales it by a².
 *
 * @example
 * curvature(problem, theta, empirical(), diagonal()).diagonal(); // the mean of squared gradients
 */
export function empirical<X extends Inputs = Inputs, T extends Reals = Float64Array>(): Kind<X, T> {
  return {
    name: "empirical Fisher",
    degree: 2,
    prepare(evaluation) {
      return (batch) => ({ at: batch.linearization(), factor: residualFactor(evaluation, batch) });
    },
  };
}

/**
 * The Hessian of the likelihood terms, w Σ_n (J_nᵀ Λ_n J_n + Σ_m r_nm ∇²f_nm), without the prior. For a model
 * linear in θ it is the Fisher. The second term comes from the model's `secondOrder`; a model that has none is
 * differentiated numerically (relative error about 1e-12 in float64). Not positive semi-definite in general:
 * solving in full needs a damping above −λ_min. Its dense form takes D passes over the data; so does its
 * diagonal, but for networks. Scale: the objective's.
 *
 * @example
 * curvature(problem, theta, hessian(), matrixFree()).multiply(v);
 */
export function hessian<X extends Inputs = Inputs, T extends Reals = Float64Array>(): Kind<X, T> {
  return {
    name: "Hessian",
    degree: 1,
    prepare({ objective: { likelihood } }) {
      return (batch) => {
        const at = batch.linearization();
        const factor = likelihood.outputFactor(at.outputs);
        if (at.linear) return { at, factor };
        return { at, factor, residual: likelihood.residual(at.outputs, batch.targets) };
      };
    },
  };
}

/**
 * The covariance of the per-example gradients, C = w Σ_n (g_n − ḡ)(g_n − ḡ)ᵀ: the centred empirical Fisher.
 *
 * Scale: with `mean` C = F̃ − ∇ℓ ∇ℓᵀ, the covariance of the gradient of one sample drawn at random, ∇ℓ = ∇L
 * without the prior. With `sum` C is N times that. The paper's Σ (Kunstner et al. 2019, eq. 18) is the covariance
 * of N g_n, an estimate of the gradient of the *sum*: Σ = N · C at the `sum` scale, so that N F̃ = Σ + ∇ℓ ∇ℓᵀ.
 *
 * @example
 * const C = curvature(problem, theta, gradientCovariance());
 */
export function gradientCovariance<
  X extends Inputs = Inputs,
  T extends Reals = Float64Array,
>(): Kind<X, T> {
  return {
    name: "gradient covariance",
    degree: 2,
    prepare(evaluation) {
      const centre = meanGradient(evaluation);
      return (batch) => ({
        at: batch.linearization(),
        factor: residualFactor(evaluation, batch),
        centre,
      });
    },
  };
}

function residualFactor<X extends Inputs, T extends Reals>(
  { objective: { likelihood } }: Evaluation<X, T>,
  { targets, outputs }: Batch<X, T>,
): Blocks<T> {
  return columns(likelihood.residual(outputs(), targets));
}

/** Each row of R `[N, M]` as a factor of one column, `[N, M, 1]`. */
function columns<T extends Reals>({ rows, cols, data }: Matrix<T>): Blocks<T> {
  return { count: rows, rows: cols, cols: 1, data };
}

/** ḡ = (1/N) Σ_n g_n, `[D]` */
function meanGradient<X extends Inputs, T extends Reals>({
  objective: { likelihood, samples, dimension },
  theta,
  batches,
}: Evaluation<X, T>): T {
  const sum = new Float64Array(dimension);
  for (const batch of batches()) {
    const residual = likelihood.residual(batch.outputs(), batch.targets);
    const g = batch.linearization().vjp(residual);
    for (let i = 0; i < dimension; i++) sum[i] += g[i];
  }
  return reals(
    theta,
    sum.map((g) => g / samples),
  );
}
