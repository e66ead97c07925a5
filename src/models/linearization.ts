/**
 * A model at θ on X, with what its forward pass computed: every product after it costs no second forward pass.
 * All that the curvature matrices need of a model is here; `linearize` makes one for any model.
 */
import type { Blocks, Matrix, Reals } from "../linalg/matrix.ts";
import type { WeightRows } from "./weightRows.ts";

/** f(·, X) around θ, for B samples. Nothing here is multiplied by w. */
export interface Linearization<T extends Reals = Float64Array> {
  /** B */
  readonly samples: number;
  /** D */
  readonly parameters: number;
  /** f_n, `[B, M]`; not to be changed */
  readonly outputs: Matrix<T>;
  /** f is linear in θ: {@link secondOrder} is zero */
  readonly linear: boolean;
  /** bytes that are held as long as this object is, outputs included */
  readonly bytes: number;
  /** J_n v, `[B, M]`, for v `[D]` */
  jvp(v: T): Matrix<T>;
  /** Σ_n J_nᵀ u_n, `[D]`, for U `[B, M]` */
  vjp(U: Matrix<T>): T;
  /** Σ_n Σ_m r_nm ∇²f_nm v, `[D]`, for r `[B, M]` and v `[D]` */
  secondOrder(residual: Matrix<T>, v: T): T;
  /** the rows (J_nᵀ S_n)ᵀ, `[B · K, D]` with row n·K + k; S `[B, M, K]` */
  factorRows(S: Blocks<T>): Matrix<T>;
  /** Σ_n J_nᵀ S_n S_nᵀ J_n in float64, `[D, D]`; with `centre` c (K = 1) of the rows minus c */
  gram(S: Blocks<T>, centre?: T): Matrix;
  /** the diagonal of {@link gram} in float64, `[D]` */
  gramDiagonal(S: Blocks<T>, centre?: T): Float64Array;
  /**
   * The rows layer by layer, each only when asked for, in the products that they come in: what KFAC and the
   * diagonal are made of. Absent for a model without layers.
   */
  layers?(S: Blocks<T>): Iterable<WeightRows<T>>;
}
