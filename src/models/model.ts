/**
 * A model f(x, θ) ∈ R^M. `forward`, `jvp` and `vjp` are all that a user must write; the optional
 * members let a model with structure (linear, sequential) do the sums of the curvature matrices
 * without walking over examples. `X` is whatever the model takes: it knows how to read it.
 */
import type { Blocks, Matrix, Reals } from "../linalg/matrix.ts";
import type { Linearization } from "./linearization.ts";

/** `N` samples as the model takes them. */
export interface Inputs {
  /** N */
  readonly rows: number;
  /** values a sample */
  readonly cols: number;
  /**
   * Samples `start` up to `end`, for work in mini-batches. Dense and sparse matrices are cut without it; other
   * inputs that lack it are taken in one piece.
   */
  slice?(start: number, end: number): Inputs;
  /** The samples of these numbers, in their order. Dense and sparse matrices are gathered without it. */
  gather?(samples: ArrayLike<number>): Inputs;
}

/** Consecutive entries of θ. */
export interface ParameterRange {
  /** of a layer's array e.g. "2.weight", of a whole layer "2" */
  readonly name: string;
  /** index in θ of the first */
  readonly offset: number;
  readonly size: number;
}

export interface Model<X extends Inputs = Inputs, T extends Reals = Float64Array> {
  /** D */
  readonly parameters: number;
  /** M */
  readonly outputs: number;
  /** throws unless X has the model's number of columns and finite entries; without it X is taken as it is */
  checkInputs?(X: X): void;
  /** f_n, `[N, M]` */
  forward(theta: T, X: X): Matrix<T>;
  /** J_n v, `[N, M]`, for v `[D]` */
  jvp(theta: T, X: X, v: T): Matrix<T>;
  /** Σ_n J_nᵀ u_n, `[D]`, for U `[N, M]` */
  vjp(theta: T, X: X, U: Matrix<T>): T;
  /** the rows (J_nᵀ S_n)ᵀ, `[N · K, D]` with row n·K + k; S `[N, M, K]` */
  factorRows?(theta: T, X: X, S: Blocks<T>): Matrix<T>;
  /** Σ_n J_nᵀ S_n S_nᵀ J_n, `[D, D]` */
  gram?(theta: T, X: X, S: Blocks<T>): Matrix<T>;
  /** the diagonal of {@link gram}, `[D]` */
  gramDiagonal?(theta: T, X: X, S: Blocks<T>): T;
  /**
   * Σ_n Σ_m r_nm ∇²f_nm v, `[D]`: the part of the Hessian that the Gauss–Newton matrix leaves out.
   * Absent where f is linear in θ, where it is zero: then `linear` is true.
   */
  secondOrder?(theta: T, X: X, residual: Matrix<T>, v: T): T;
  /** f is linear in θ, so that {@link secondOrder} is zero */
  readonly linear?: boolean;
  /** outputs depend on random draws (dropout in training mode), so that f is no function of θ and X */
  readonly stochastic?: boolean;
  /**
   * the arrays in θ, in order and together all of it; those of one layer are named `layer.array`: of what
   * block-diagonal curvature has its blocks
   */
  readonly views?: readonly ParameterRange[];
  /** f around θ, with what the forward pass computed: for a model whose passes are worth sharing */
  at?(theta: T, X: X): Linearization<T>;
}
