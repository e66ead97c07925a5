/** Gradient descent: θ ← θ − γ ∇L(θ). */
import type { Objective } from "../objective.ts";
import type { DescentOptions } from "./options.ts";
import { preconditioned } from "./preconditioned.ts";
import type { Preconditioner } from "./preconditioner.ts";
import type { Step } from "./step.ts";

/** The identity: the direction is the gradient. */
export const plainGradient: Preconditioner = {
  name: "gradient descent",
  direction: (_objective, _theta, gradient) => gradient.slice(),
};

/**
 * Gradient descent. `stepSize` has no default: what converges depends on the largest curvature, and on the
 * objective's scale. Throws as {@link preconditioned} does.
 *
 * @example
 * for (const step of gradientDescent(problem, { stepSize: 0.1 })) console.log(step.loss);
 */
export function gradientDescent(
  objective: Objective,
  options: DescentOptions & { readonly stepSize: number },
): IterableIterator<Step> {
  return preconditioned(objective, plainGradient, options);
}
