/** What every curvature matrix can do, whatever the structure in which it is kept. */
import type { Matrix } from "./matrix.ts";

/** A symmetric linear map on R^D. */
export interface SymmetricOperator {
  /** D */
  readonly dimension: number;
  /** A v, `[D] → [D]` */
  multiply(v: Float64Array): Float64Array;
  /**
   * (A + damping · I)⁻¹ b, `[D] → [D]`. The damping is added to the whole matrix, at the matrix's own scale.
   * Throws `DomainError` for a negative damping, `NotPositiveDefiniteError` where the damped matrix is not.
   */
  solve(b: Float64Array, options?: SolveOptions): Float64Array;
  /** `[D]` */
  diagonal(): Float64Array;
  trace(): number;
  /** `[D, D]`. Throws, before memory is taken, where it would not fit. */
  dense(): Matrix;
}

export interface SolveOptions {
  /** λ ≥ 0, default 0 */
  readonly damping?: number;
}
