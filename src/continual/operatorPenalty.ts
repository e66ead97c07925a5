/** Quadratic penalties of any curvature matrix. */
import { DomainError, ShapeError } from "../errors.ts";
import type { SymmetricOperator } from "../linalg/operator.ts";
import type { Penalty } from "./penalty.ts";

/** ½ (θ − θ*)ᵀ A (θ − θ*) */
export interface Anchored {
  /** A, positive semi-definite, with λ in it */
  readonly operator: SymmetricOperator;
  /** θ* `[D]` */
  readonly anchor: Float32Array;
  /** at least the largest eigenvalue of A */
  readonly largest: number;
}

/**
 * The sum of ½ (θ − θ*_k)ᵀ A_k (θ − θ*_k). With one term the implicit step is exact, by the operator's own damped solve:
 * (I + η A)⁻¹ δ = (A + I/η)⁻¹ δ / η for δ = θ − θ*. The sum of several has no such solve: it enters by its gradient, and SGD is
 * stable for stepSize · largest < 2 only. So it is with step sizes that differ by parameter, where conjugate gradients
 * would take hundreds of products a step: Adam takes the gradient into its own, which are bounded. `strength` is λ,
 * where the A_k are λ times Fishers.
 */
export function operatorPenalty(
  name: string,
  terms: readonly Anchored[],
  strength?: number,
): Penalty {
  const [first] = terms;
  if (!first) throw new DomainError(`${name}: a penalty without terms`);
  const D = first.operator.dimension;
  for (const { operator, anchor } of terms) {
    if (operator.dimension !== D || anchor.length !== D) {
      throw new ShapeError(
        `${name}: a matrix of dimension ${operator.dimension} for ${anchor.length} parameters, expected ${D}`,
      );
    }
  }
  return {
    name,
    parameters: D,
    largest: terms.reduce((sum, { largest }) => sum + largest, 0),
    ...(strength !== undefined && { strength }),
    value(theta) {
      let sum = 0;
      for (const { operator, anchor } of terms) {
        const delta = away(theta, anchor);
        const slope = operator.multiply(delta);
        for (let i = 0; i < D; i++) sum += 0.5 * delta[i] * slope[i];
      }
      return sum;
    },
    addGradient(theta, gradient) {
      const sum = new Float64Array(D);
      for (const { operator, anchor } of terms) {
        const slope = operator.multiply(away(theta, anchor));
        for (let i = 0; i < D; i++) sum[i] += slope[i];
      }
      for (let i = 0; i < D; i++) gradient[i] += sum[i];
    },
    ...(terms.length === 1 && {
      approach(theta: Float32Array, stepSize: number) {
        const { operator, anchor } = first;
        const near = operator.solve(away(theta, anchor), { damping: 1 / stepSize });
        for (let i = 0; i < D; i++) theta[i] = anchor[i] + near[i] / stepSize;
      },
    }),
  };
}

function away(theta: Float32Array, anchor: Float32Array): Float64Array {
  return Float64Array.from(theta, (t, i) => t - anchor[i]);
}
