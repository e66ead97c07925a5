/** Adam (Kingma and Ba 2015, algorithm 1). */
import type { Objective } from "../objective.ts";
import { type DescentOptions, requireDecay, requirePositive } from "./options.ts";
import { preconditioned } from "./preconditioned.ts";
import type { Preconditioner } from "./preconditioner.ts";
import type { Step } from "./step.ts";

/** The constants of Adam. */
export interface AdamConstants {
  /** decay of the mean of gradients; default 0.9 */
  readonly beta1?: number;
  /** decay of the mean of squared gradients; default 0.999 */
  readonly beta2?: number;
  /** ε > 0, added to the root; default 1e-8 */
  readonly epsilon?: number;
}

/**
 * m̂ / (√v̂ + ε) with m̂ and v̂ the bias-corrected moving averages of the gradients seen and of their squares.
 * It remembers: `fresh()` gives one that does not. Throws `DomainError` for constants out of range.
 */
export function adamPreconditioner(constants: AdamConstants = {}): Preconditioner {
  const beta1 = requireDecay(constants.beta1 ?? 0.9, "Adam: beta1");
  const beta2 = requireDecay(constants.beta2 ?? 0.999, "Adam: beta2");
  const epsilon = requirePositive(constants.epsilon ?? 1e-8, "Adam: epsilon");
  const first: number[] = [];
  const second: number[] = [];
  let seen = 0;
  return {
    name: "Adam",
    fresh: () => adamPreconditioner({ beta1, beta2, epsilon }),
    direction(_objective, _theta, gradient) {
      seen++;
      return gradient.map((g, i) => {
        first[i] = beta1 * (first[i] ?? 0) + (1 - beta1) * g;
        second[i] = beta2 * (second[i] ?? 0) + (1 - beta2) * g * g;
        const mean = first[i] / (1 - beta1 ** seen);
        const square = second[i] / (1 - beta2 ** seen);
        return mean / (Math.sqrt(square) + epsilon);
      });
    },
  };
}

/**
 * Adam, `stepSize` 0.001 by default. Its second moment is that of (mini-batch) gradients, not of
 * per-example gradients, and it takes the root: neither is a diagonal of the empirical Fisher.
 * Throws as {@link preconditioned} and {@link adamPreconditioner} do.
 *
 * @example
 * const batch = { size: 32, random };
 * for (const step of adam(problem, { stepSize: 0.01, batch })) console.log(step.loss);
 */
export function adam(
  objective: Objective,
  options: DescentOptions & AdamConstants = {},
): IterableIterator<Step> {
  return preconditioned(objective, adamPreconditioner(options), { stepSize: 1e-3, ...options });
}
