/** The generalized Gauss–Newton matrix of any convex loss of the outputs. */
import type { Reals } from "../linalg/matrix.ts";
import type { Inputs } from "../models/model.ts";
import type { Kind } from "./kind.ts";
import { type Curved, outerFactor } from "./outer.ts";

/** A convex function of the outputs f_n `[M]`, which may depend on the sample's target. */
export interface OutputLoss extends Curved {
  /** for labels and messages, e.g. "Huber" */
  readonly name: string;
}

/**
 * The generalized Gauss–Newton matrix w Σ_n J_nᵀ ∇²c_n(f_n) J_n of a loss c_n of the outputs that need not be the
 * objective's −log p: squared error under a model fitted with another likelihood, a Huber loss, a margin. J_n is the
 * Jacobian of the objective's model. For c_n = −log p(y_n | ·) it is the Fisher. For an inner map that is not the
 * model, see {@link ggn}. Source: Schraudolph 2002, Fast curvature matrix-vector products, section 3.
 *
 * Scale: the objective's w times that of c_n: ½‖f − y‖² and ‖f − y‖² differ by 2, and so do their matrices. A c scaled
 * by a scales the matrix by a.
 *
 * Throws when a matrix is made: `ShapeError` where ∇²c_n is not `[M, M]`; `DomainError` naming the sample where it is not
 * finite, not symmetric, or has a negative eigenvalue.
 *
 * @example
 * // √(1 + (f − y)²) − 1
 * const pseudoHuber = outputLoss({
 *   name: "pseudo-Huber",
 *   hessian: ([f], { target: [y] }) => identity(1, (1 + (f - y) ** 2) ** -1.5),
 * });
 * curvature(regression, theta, pseudoHuber, diagonal());
 */
export function outputLoss<X extends Inputs = Inputs, T extends Reals = Float64Array>(
  loss: OutputLoss,
): Kind<X, T> {
  const name = `Gauss–Newton of ${loss.name}`;
  return {
    name,
    degree: 1,
    prepare() {
      return ({ start, targets, linearization }) => {
        const at = linearization();
        return { at, factor: outerFactor(name, loss, at.outputs, targets, start) };
      };
    },
  };
}
