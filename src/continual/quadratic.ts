/**
 * Diagonal quadratics ½ Σ_i K_i (θ_i − μ_i)² + c, and the penalties that they are: elastic weight consolidation
 * (Kirkpatrick et al. 2017, eq. 3), with K = λ F and μ = θ*.
 */
import { DomainError, ShapeError } from "../errors.ts";
import type { Reals } from "../linalg/matrix.ts";
import type { Penalty } from "./penalty.ts";

/** ½ Σ_i K_i (θ_i − μ_i)² + c. Float64, so that sums of many tasks lose nothing. */
export interface Quadratic {
  /** K `[D]`, ≥ 0 */
  readonly curvature: Float64Array;
  /** μ `[D]` */
  readonly centre: Float64Array;
  /** c */
  readonly constant: number;
}

/**
 * The quadratic (λ/2) Σ_i F_i (θ_i − θ*_i)²: λ and F on the scale of a mean loss; there is a half in it. Throws
 * {@link DomainError} for a λ that is negative or not finite, or such an entry of F; {@link ShapeError} for an F of another
 * network.
 *
 * @example
 * const hold = quadratic(100, exactFisher().compute(network, theta, task, { random }), theta);
 */
export function quadratic(strength: number, F: Reals, anchor: Reals): Quadratic {
  if (!(strength >= 0 && strength < Infinity)) {
    throw new DomainError(`the strength λ is ${strength}, expected a number of at least 0`);
  }
  if (F.length !== anchor.length) {
    throw new ShapeError(
      `a Fisher of ${F.length} parameters for a network of ${anchor.length}: it belongs to another network`,
    );
  }
  const bad = F.findIndex((f) => !(f >= 0 && f < Infinity));
  if (bad >= 0) {
    throw new DomainError(
      `entry ${bad} of the Fisher is ${F[bad]}, expected a number of at least 0`,
    );
  }
  return {
    curvature: Float64Array.from(F, (f) => strength * f),
    centre: Float64Array.from(anchor),
    constant: 0,
  };
}

/**
 * The sum of quadratics as one: K = Σ K_k, μ = Σ K_k μ_k / K, and the constant that makes the values agree. Where K is zero μ
 * is that of the last. "Either two separate penalties, or one, noting that the sum of two quadratic penalties is
 * itself a quadratic penalty" (Kirkpatrick et al. 2017).
 */
export function merge(quadratics: readonly Quadratic[]): Quadratic {
  const [first] = quadratics;
  if (!first) throw new DomainError("merge: found no quadratic, expected at least one");
  const D = first.curvature.length;
  const curvature = new Float64Array(D);
  const centre = new Float64Array(D);
  let constant = 0;
  for (const q of quadratics) {
    if (q.curvature.length !== D) {
      throw new ShapeError(`quadratics of ${D} and of ${q.curvature.length} parameters`);
    }
    constant += q.constant;
  }
  for (let i = 0; i < D; i++) {
    for (const { curvature: K, centre: mu } of quadratics) {
      curvature[i] += K[i];
      centre[i] += K[i] * mu[i];
    }
    const last = quadratics[quadratics.length - 1].centre[i];
    centre[i] = curvature[i] > 0 ? centre[i] / curvature[i] : last;
    // ½ Σ_k K_k (μ_k − μ)²: no difference of large numbers
    for (const { curvature: K, centre: mu } of quadratics) {
      constant += 0.5 * K[i] * (mu[i] - centre[i]) ** 2;
    }
  }
  return { curvature, centre, constant };
}

/**
 * A quadratic as the penalty of a float32 network. Its implicit step is θ_i ← μ_i + (θ_i − μ_i) / (1 + η K_i), which is
 * (θ_i + η K_i μ_i) / (1 + η K_i) without its cancellation. `strength` is λ, where K is λ F.
 */
export function quadraticPenalty(
  name: string,
  { curvature, centre, constant }: Quadratic,
  strength?: number,
): Penalty {
  const D = curvature.length;
  const K = Float32Array.from(curvature);
  const mu = Float32Array.from(centre);
  const shrink = new Float32Array(D);
  let shrinkFor = Number.NaN;
  return {
    name,
    parameters: D,
    largest: curvature.reduce((most, k) => Math.max(most, k), 0),
    ...(strength !== undefined && { strength }),
    value(theta) {
      let sum = 0;
      for (let i = 0; i < D; i++) sum += curvature[i] * (theta[i] - centre[i]) ** 2;
      return 0.5 * sum + constant;
    },
    addGradient(theta, gradient) {
      for (let i = 0; i < D; i++) gradient[i] += K[i] * (theta[i] - mu[i]);
    },
    approach(theta, stepSize) {
      if (stepSize !== shrinkFor) {
        for (let i = 0; i < D; i++) shrink[i] = 1 / (1 + stepSize * curvature[i]);
        shrinkFor = stepSize;
      }
      for (let i = 0; i < D; i++) theta[i] = mu[i] + (theta[i] - mu[i]) * shrink[i];
    },
    approachEach(theta, stepSizes) {
      for (let i = 0; i < D; i++) {
        theta[i] = mu[i] + (theta[i] - mu[i]) / (1 + stepSizes[i] * K[i]);
      }
    },
  };
}
