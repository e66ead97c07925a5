/**
 * A family p(y | f) with natural parameters f ∈ R^M: ℓ(f, y) = −log p(y | f).
 * One file a family; everything above (models, objectives, curvature) knows only this interface.
 */
import type { Blocks, Matrix, Reals } from "../linalg/matrix.ts";
import type { Generator } from "../random/generator.ts";

export interface Likelihood {
  /** "gaussian", "bernoulli", "categorical", "poisson" */
  readonly name: string;
  /** M, the number of natural parameters of one sample */
  readonly outputs: number;
  /** columns of `targets`: M for the Gaussian, 1 for a class index, a 0/1 label or a count */
  readonly targetColumns: number;
  /** K, columns of the square root that {@link outputFactor} gives */
  readonly factorColumns: number;
  /** Throws `DomainError` naming the first target that the family does not have, and what it expects. */
  checkTargets(targets: Matrix): void;
  /** ℓ_n with all constants, `[N]`; outputs `[N, M]`, targets `[N, targetColumns]` */
  negativeLogLikelihood<T extends Reals>(outputs: Matrix<T>, targets: Matrix): Float64Array;
  /** r_n = ∂ℓ_n/∂f_n, `[N, M]` */
  residual<T extends Reals>(outputs: Matrix<T>, targets: Matrix): Matrix<T>;
  /** Λ_n = ∂²ℓ_n/∂f_n² = Cov(r_n) under the model, `[N, M, M]`; does not depend on y */
  outputFisher<T extends Reals>(outputs: Matrix<T>): Blocks<T>;
  /** S_n with S_n S_nᵀ = Λ_n, `[N, M, K]` */
  outputFactor<T extends Reals>(outputs: Matrix<T>): Blocks<T>;
  /** E[y | f], `[N, M]`: for the categorical family the probabilities */
  mean<T extends Reals>(outputs: Matrix<T>): Matrix<T>;
  /** one draw ỹ_n ~ p(· | f_n) for each row, `[N, targetColumns]` */
  sample<T extends Reals>(outputs: Matrix<T>, random: Generator): Matrix;
}
