/**
 * Data + model + likelihood + prior: L(θ) = w Σ_n ℓ(f(x_n, θ), y_n) + (w / 2v) ‖θ‖², with w = 1/N for the
 * `mean` scale and w = 1 for the `sum` scale. Every matrix of an objective has the objective's scale.
 */
import type { Matrix, Reals } from "./linalg/matrix.ts";
import type { Likelihood } from "./likelihoods/likelihood.ts";
import type { Inputs, Model } from "./models/model.ts";

export interface Objective<X extends Inputs = Inputs, T extends Reals = Float64Array> {
  readonly model: Model<X, T>;
  readonly likelihood: Likelihood;
  readonly X: X;
  /** `[N, likelihood.targetColumns]` */
  readonly targets: Matrix;
  /** N */
  readonly samples: number;
  /** D */
  readonly dimension: number;
  readonly reduction: "mean" | "sum";
  /** w: what multiplies a sum over samples */
  readonly weight: number;
  /** w / v, the multiple of the identity that the Gaussian prior N(0, v I) adds to the curvature; 0 without a prior */
  readonly priorPrecision: number;
  /** f_n, `[N, M]` */
  outputs(theta: T): Matrix<T>;
  /** L(θ), prior included */
  loss(theta: T): number;
  /** ∇L(θ), `[D]`, prior included */
  gradient(theta: T): T;
  /** g_n = J_nᵀ r_n, `[N, D]`: gradients of the likelihood terms ℓ_n alone, not multiplied by w, without prior */
  perExampleGradients(theta: T): Matrix<T>;
}
