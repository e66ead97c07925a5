/** Newton's method: θ ← θ − γ (∇²L(θ))⁻¹ ∇L(θ). */
import { hessian } from "../curvature/kinds.ts";
import type { Objective } from "../objective.ts";
import { type CurvedDescentOptions, type CurvedOptions, curved } from "./curved.ts";
import { preconditioned } from "./preconditioned.ts";
import type { Preconditioner } from "./preconditioner.ts";
import type { Step } from "./step.ts";

/** The direction (∇²L(θ) + λ I)⁻¹ ∇L(θ), prior included; throws as {@link curved}. */
export function newtonPreconditioner(options: CurvedOptions = {}): Preconditioner {
  return curved("Newton", hessian(), options);
}

/**
 * Newton's method, `stepSize` 1 by default. Where the Hessian is not positive definite it throws, rather than climb
 * towards a saddle: a damping above −λ_min goes on. For a model linear in θ it is the natural gradient. Throws as
 * {@link preconditioned} and {@link curved} do.
 *
 * @example
 * for (const step of newton(problem, { damping: 0.1 })) console.log(step.gradientNorm);
 */
export function newton(
  objective: Objective,
  options: CurvedDescentOptions = {},
): IterableIterator<Step> {
  return preconditioned(objective, newtonPreconditioner(options), { stepSize: 1, ...options });
}
