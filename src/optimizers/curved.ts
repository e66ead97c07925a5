/** Preconditioning with a curvature matrix, whatever its kind and structure. */
import { curvature } from "../curvature/curvature.ts";
import { full } from "../curvature/full.ts";
import type { Kind } from "../curvature/kind.ts";
import type { Structure } from "../curvature/structure.ts";
import { requireDamping } from "../linalg/shapes.ts";
import type { DampedOptions } from "./options.ts";
import type { Preconditioner } from "./preconditioner.ts";

/** How a curvature matrix is kept and solved with. */
export interface CurvedOptions {
  /**
   * λ ≥ 0, default 0: λ I is added to the matrix before it is solved with, at the objective's own
   * scale. The same λ is thus N times as strong for a `mean` objective as for a `sum` objective.
   */
  readonly damping?: number;
  /** default full; diagonal and matrix-free are the others */
  readonly structure?: Structure;
}

/** Options of the optimizers that precondition with a curvature matrix. */
export interface CurvedDescentOptions extends DampedOptions, CurvedOptions {}

/**
 * The direction (C(θ) + (w/v) I + λ I)⁻¹ ∇L(θ) with a curvature matrix C of the given kind: the prior's precision
 * w/v, which no kind contains, is added here. Where the gradient is zero, so is the direction, even if the
 * matrix is singular there. Throws `DomainError` for a negative damping.
 *
 * @example
 * const noisy = curved("sampled natural gradient", sampled({ random }), { damping: 1e-3 });
 * for (const step of preconditioned(problem, noisy, { stepSize: 0.5 })) console.log(step.loss);
 */
export function curved(name: string, kind: Kind, options: CurvedOptions = {}): Preconditioner {
  const { damping = 0, structure = full() } = options;
  requireDamping(damping);
  return {
    name,
    direction(objective, theta, gradient) {
      if (gradient.every((g) => g === 0)) return new Float64Array(gradient.length);
      const matrix = curvature(objective, theta, kind, structure);
      return matrix.solve(gradient, { damping: objective.priorPrecision + damping });
    },
  };
}
