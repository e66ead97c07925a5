/** Natural gradient descent: θ ← θ − γ F(θ)⁻¹ ∇L(θ) (Amari 1998). */
import { fisher } from "../curvature/kinds.ts";
import type { Objective } from "../objective.ts";
import { type CurvedDescentOptions, type CurvedOptions, curved } from "./curved.ts";
import { preconditioned } from "./preconditioned.ts";
import type { Preconditioner } from "./preconditioner.ts";
import type { Step } from "./step.ts";

/** The direction (F(θ) + (w/v) I + λ I)⁻¹ ∇L(θ); throws as {@link curved}. */
export function naturalPreconditioner(options: CurvedOptions = {}): Preconditioner {
  return curved("natural gradient", fisher(), options);
}

/**
 * Natural gradient descent. With `stepSize` 1, the default, and no damping it is Fisher scoring: for generalized
 * linear models iteratively reweighted least squares, for linear regression a single step to the minimum. Without
 * prior and damping its steps do not depend on the parametrization, to first order; under a linear change of
 * parameters exactly. Throws as {@link preconditioned} and {@link curved} do.
 *
 * Source: Kunstner et al. 2019, eq. 50.
 *
 * @example
 * for (const step of naturalGradient(logistic, { damping: 1e-4 })) console.log(step.loss);
 */
export function naturalGradient(
  objective: Objective,
  options: CurvedDescentOptions = {},
): IterableIterator<Step> {
  return preconditioned(objective, naturalPreconditioner(options), { stepSize: 1, ...options });
}
