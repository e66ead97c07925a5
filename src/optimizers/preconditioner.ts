/** What turns a gradient into a direction: the one thing in which the optimizers differ. */
import type { Objective } from "../objective.ts";

/**
 * A preconditioner P: `direction` gives P(θ)⁻¹ ∇L(θ), which an optimizer subtracts times its step size.
 * A new one is one small file, and every tool that takes a preconditioner takes it.
 *
 * @example
 * const halved: Preconditioner = {
 *   name: "half the gradient",
 *   direction: (_objective, _theta, gradient) => gradient.map((g) => g / 2),
 * };
 * for (const step of preconditioned(problem, halved, { stepSize: 1 })) console.log(step.loss);
 */
export interface Preconditioner {
  /** for messages, legends and lists */
  readonly name: string;
  /**
   * The direction at θ `[D]`, a new array. `gradient` `[D]` is ∇L(θ), prior included, or its estimate
   * from a minibatch; it is not to be changed.
   */
  direction(objective: Objective, theta: Float64Array, gradient: Float64Array): Float64Array;
  /**
   * The same method with no memory of past gradients. Only a method with memory (Adam) has it; each
   * run takes a fresh one, so that a preconditioner can be used again and in several runs at once.
   */
  fresh?(): Preconditioner;
}
