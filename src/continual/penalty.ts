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
  /** at least the largest eigenvalue of its Hessian: explicit gradient steps are stable for stepSize · largest < 2 */
  readonly largest: number;
  /** λ, where the Hessian is λ times a Fisher */
  readonly strength?: number;
  /**
   * The implicit step: moves θ, in place, to argmin ‖θ' − θ‖² / (2 stepSize) + penalty(θ'), which never diverges. Absent
   * where it is not cheap: the penalty's gradient is then added to the task's.
   */
  approach?(theta: Float32Array, stepSize: number): void;
  /** The same with step sizes that differ by parameter `[D]` (Adam), in whose metric the distance is; absent likewise. */
  approachEach?(theta: Float32Array, stepSizes: Float32Array): void;
}
