/** What keeps a network near the parameters that it had: a convex quadratic, added to the mean loss of a task. */

export interface Penalty {
  /** e.g. "EWC" */
  readonly name: string;
  /** D */
  readonly parameters: number;
  /** the penalty at θ, on the scale of a mean loss */
  value(theta: Float32Array): number;
  /** adds the penalty's gradient at θ to `gradient` `[D]` */
  addGradient(theta: Float32Array, gradient: Float32Array): void;
  /** the largest eigenvalue of its Hessian: explicit gradient steps are stable for stepSize · largest < 2 */
  readonly largest: number;
  /**
   * The implicit step: moves θ, in place, to argmin ‖θ' − θ‖² / (2 stepSize) + penalty(θ'), which never diverges. Step sizes
   * that differ by parameter (Adam) are handed in as an array `[D]`, in whose metric the distance is then.
   * Absent where only the gradient is to be had.
   */
  approach?(theta: Float32Array, stepSize: number | Float32Array): void;
}
