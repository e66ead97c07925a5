/** Empirical-Fisher descent: θ ← θ − γ F̃(θ)⁻¹ ∇L(θ). */
import { empirical } from "../curvature/kinds.ts";
import type { Objective } from "../objective.ts";
import { type CurvedDescentOptions, type CurvedOptions, curved } from "./curved.ts";
import { preconditioned } from "./preconditioned.ts";
import type { Preconditioner } from "./preconditioner.ts";
import type { Step } from "./step.ts";

/** The direction (F̃(θ) + (w/v) I + λ I)⁻¹ ∇L(θ); throws as {@link curved}. */
export function empiricalPreconditioner(options: CurvedOptions = {}): Preconditioner {
  return curved("empirical-Fisher descent", empirical(), options);
}

/**
 * Descent with the empirical Fisher in place of the Fisher, `stepSize` 1 by default. F̃ is quadratic in the
 * gradients, so a step is the longer the smaller they are: what step size is good depends on where it starts, and
 * on the loss's scale. With fewer samples than parameters F̃ is singular and needs a damping. Throws as
 * {@link preconditioned} and {@link curved} do.
 *
 * Source: Kunstner et al. 2019, eq. 51 and section 4.3.
 *
 * @example
 * const options = { stepSize: 0.05, damping: 1e-8, compareWith: naturalPreconditioner() };
 * for (const step of empiricalFisherDescent(logistic, options)) console.log(step.loss, step.cosine);
 */
export function empiricalFisherDescent(
  objective: Objective,
  options: CurvedDescentOptions = {},
): IterableIterator<Step> {
  return preconditioned(objective, empiricalPreconditioner(options), { stepSize: 1, ...options });
}
