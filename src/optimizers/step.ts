/** The common record of every optimizer: an optimizer is an iterator of steps. */

export interface Step {
  /** 0 is the start: no step taken yet */
  readonly iteration: number;
  /** θ after this step, `[D]`, a copy that is the caller's to keep */
  readonly theta: Float64Array;
  /** L(θ), prior included */
  readonly loss: number;
  /** ‖∇L(θ)‖₂ */
  readonly gradientNorm: number;
  /** the direction P⁻¹∇L(θ) that the next step subtracts, times the step size; `[D]` */
  readonly step: Float64Array;
  /** cosine of `step` and the step of the preconditioner asked for with `compareWith`; NaN if one is zero */
  readonly cosine?: number;
}
