/**
 * What a curvature matrix is made of. Each is w Σ_n J_nᵀ S_n S_nᵀ J_n, plus second-order terms for the Hessian:
 * a kind gives the output factors S_n, a structure (`structure.ts`) says what of the sum is kept.
 */
import type { Blocks, Matrix, Reals } from "../linalg/matrix.ts";
import type { Linearization } from "../models/linearization.ts";
import type { Inputs } from "../models/model.ts";
import type { Objective } from "../objective.ts";

/** Consecutive samples of an objective, with B their number. */
export interface Batch<X extends Inputs, T extends Reals> {
  /** index of the first sample */
  readonly start: number;
  readonly X: X;
  /** `[B, targetColumns]` */
  readonly targets: Matrix;
  /** f around θ on these samples; computed at the first call. Throws `DomainError` where an output is not finite */
  linearization(): Linearization<T>;
  /** f_n, `[B, M]`: the outputs of {@link linearization}, not to be changed */
  outputs(): Matrix<T>;
}

/** An objective at θ, cut into mini-batches; every pass yields the same batches. */
export interface Evaluation<X extends Inputs, T extends Reals> {
  readonly objective: Objective<X, T>;
  readonly theta: T;
  batches(): Iterable<Batch<X, T>>;
}

/** What a batch adds to Σ_n J_nᵀ S_n S_nᵀ J_n. Nothing here is multiplied by w. */
export interface Terms<T extends Reals> {
  /** whose Jacobian J_n is, on B samples: the objective's model, or the inner map of a split */
  readonly at: Linearization<T>;
  /** S_n, `[B, M, K]` */
  readonly factor: Blocks<T>;
  /** c `[D]`, the mean of all rows J_nᵀ S_n (K = 1): each row enters as J_nᵀ S_n − c */
  readonly centre?: T;
  /** r `[B, M]`: Σ_n Σ_m r_nm ∇²f_nm is added */
  readonly residual?: Matrix<T>;
}

/** Fisher, empirical Fisher, Hessian and the like, as a value. A new kind is one small file. */
export interface Kind<X extends Inputs = Inputs, T extends Reals = Float64Array> {
  readonly name: string;
  /** d: a loss scaled by a scales the matrix by aᵈ: 1 for curvature, 2 for second moments of gradients */
  readonly degree: 1 | 2;
  /**
   * Called once for each matrix: what it draws or sums over all samples, it does here. The function it returns
   * gives the same terms for a batch however often it is asked.
   */
  prepare(evaluation: Evaluation<X, T>): (batch: Batch<X, T>) => Terms<T>;
}
