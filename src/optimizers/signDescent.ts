/** Sign descent: θ ← θ − γ sign ∇L(θ), what is left of Adam without its moving averages. */
import type { Objective } from "../objective.ts";
import type { DescentOptions } from "./options.ts";
import { preconditioned } from "./preconditioned.ts";
import type { Preconditioner } from "./preconditioner.ts";
import type { Step } from "./step.ts";

/** The sign of each entry of the gradient; zero stays zero. */
export const gradientSign: Preconditioner = {
  name: "sign descent",
  direction: (_objective, _theta, gradient) => gradient.map(Math.sign),
};

/**
 * Sign descent (Balles and Hennig 2018; Kunstner et al. 2019, section 5): each parameter moves by γ
 * whatever the size of its derivative, so `stepSize` (no default) is in units of θ and the iterates end
 * in a box of that size around the minimum. Throws as {@link preconditioned} does.
 *
 * @example
 * for (const step of signDescent(problem, { stepSize: 0.01 })) console.log(step.loss);
 */
export function signDescent(
  objective: Objective,
  options: DescentOptions & { readonly stepSize: number },
): IterableIterator<Step> {
  return preconditioned(objective, gradientSign, options);
}
