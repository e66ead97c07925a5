/** Definition 1 of Kunstner et al. (2019): which splits make a generalized Gauss–Newton matrix. */
import { DomainError, ShapeError } from "../errors.ts";
import { type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { norm } from "../linalg/vector.ts";
import { type Linearization, linearize } from "../models/linearization.ts";
import type { Inputs, Model } from "../models/model.ts";
import type { Objective } from "../objective.ts";
import type { Batch, Evaluation } from "./kind.ts";
import { outerHessian, sampleOf } from "./outer.ts";
import type { Sample, Split } from "./split.ts";
import { convexityOf, leastResidual, ROUNDING, STATIONARY } from "./stationary.ts";

/** A number, and n of the sample that it belongs to. */
export interface Extreme {
  readonly value: number;
  readonly sample: number;
}

/** How far a split is from the definition. */
export interface SplitReport {
  /**
   * ‖g − h‖ / (‖g‖ + ‖h‖) for the gradients g of Σ_n c_n a_n(b_n(θ)) and h of Σ_n c_n ℓ_n, with unequal c_n: 0 for a
   * split of this objective's likelihood terms
   */
  readonly mismatch: number;
  /** the least eigenvalue of a ∇²a_n over the largest size of one at the same point; −1 … 1, convex from 0 */
  readonly convexity: Extreme;
  /**
   * The largest ∇a_nᵀ (∇²a_n)⁻¹ ∇a_n where a_n is least in the image: 0, or as close as one likes, where some b in the
   * image has ∇a_n(b) = 0. It does not depend on the units of b. For a = −log b on probabilities it is 1.
   */
  readonly decrement: Extreme;
}

/**
 * Measures a split on an objective at θ, without judging. Throws {@link ShapeError} where sizes do not agree,
 * {@link DomainError} where b_n(θ) is outside the declared image or ∇²a_n is not finite there.
 *
 * @example
 * splitReport(logProbabilitySplit(problem), problem, theta).decrement.value; // 1: excluded
 */
export function splitReport<X extends Inputs, T extends Reals>(
  split: Split<X, T>,
  objective: Objective<X, T>,
  theta: T,
): SplitReport {
  const { X, targets } = objective;
  const linearization = (): Linearization<T> => objective.linearization(theta);
  const outputs = (): Matrix<T> => linearization().outputs;
  const all: Batch<X, T> = { start: 0, X, targets, linearization, outputs };
  return measureSplit(split, { objective, theta, batches: () => [all] }, true);
}

/** {@link splitReport} by batches; the decrement stays 0 unless `stationary`. */
export function measureSplit<X extends Inputs, T extends Reals>(
  split: Split<X, T>,
  { objective, theta, batches }: Evaluation<X, T>,
  stationary: boolean,
): SplitReport {
  const { model, likelihood, dimension } = objective;
  const bySplit = new Float64Array(dimension);
  const byLikelihood = new Float64Array(dimension);
  let convexity: Extreme = { value: 1, sample: 0 };
  let decrement: Extreme = { value: 0, sample: 0 };
  for (const { start, X, targets, linearization } of batches()) {
    const at = linearization();
    const innerMap = innerModel(split, targets, dimension);
    const inner = innerMap === model ? at : linearize(innerMap, theta, X);
    const b = inner.outputs;
    const slopes = { ...b, data: reals(b.data, b.data.length) };
    for (let n = 0; n < b.rows; n++) {
      const sample = sampleOf(targets, n, start);
      const point = pointOf(split, b, n, sample);
      slopes.data.set(split.outer.gradient(point, sample), n * b.cols);
      const here = convexityOf(
        kernels().eigh(outerHessian(`split ${split.name}`, split.outer, point, sample)),
      );
      const least = stationary
        ? leastResidual(split.outer, sample, point, split.image)
        : { convexity: here, decrement: 0 };
      const lower = Math.min(here, least.convexity);
      if (lower < convexity.value) convexity = { value: lower, sample: sample.index };
      if (least.decrement > decrement.value) {
        decrement = { value: least.decrement, sample: sample.index };
      }
    }
    const residual = likelihood.residual(at.outputs, targets);
    add(bySplit, inner.vjp(weighRows(slopes, start)));
    add(byLikelihood, at.vjp(weighRows(residual, start)));
  }
  const size = norm(bySplit) + norm(byLikelihood);
  const apart = norm(bySplit.map((g, i) => g - byLikelihood[i]));
  return { mismatch: size === 0 ? 0 : apart / size, convexity, decrement };
}

/** relative difference of gradients that rounding may make */
const MISMATCH = { float64: 1e-6, float32: 1e-3 } as const;

/** Throws {@link DomainError} that says which part of the definition a split does not meet. */
export function requireDefinition(
  { name }: { readonly name: string },
  { mismatch, convexity, decrement }: SplitReport,
  precision: keyof typeof MISMATCH,
): void {
  if (!(mismatch <= MISMATCH[precision])) {
    throw new DomainError(
      `split ${name}: its gradient differs from that of the likelihood terms by a relative ${mismatch}; ` +
        "expected a_n(b_n(θ)) to be −log p(y_n | f_n) up to constants",
    );
  }
  if (!(convexity.value >= -ROUNDING)) {
    throw new DomainError(
      `split ${name}: expected convex a_n, but for sample ${convexity.sample} an eigenvalue of ∇²a_n is ` +
        `${convexity.value} times the largest`,
    );
  }
  if (!(decrement.value <= STATIONARY)) {
    throw new DomainError(
      `split ${name} does not meet the amended Definition 1 of Kunstner et al. (2019): for sample ` +
        `${decrement.sample}, ∇a_n vanishes nowhere in the image of b_n (where a_n is least there, ` +
        `∇aᵀ(∇²a)⁻¹∇a is ${decrement.value}), so the matrix need not come close to the Hessian. ` +
        'ggn(split, { definition: "original" }) accepts it',
    );
  }
}

/** The inner map for these targets. Throws {@link ShapeError} where its sizes do not fit. */
function innerModel<X extends Inputs, T extends Reals>(
  { name, image, inner }: Split<X, T>,
  targets: Matrix,
  dimension: number,
): Model<X, T> {
  const model = inner(targets);
  if (model.outputs !== image.length || model.parameters !== dimension) {
    throw new ShapeError(
      `split ${name}: the inner map has ${model.outputs} outputs of ${model.parameters} parameters, expected ` +
        `${image.length} (one for each interval of the image) of ${dimension}`,
    );
  }
  return model;
}

/** b_n, `[B]` in float64. Throws {@link DomainError} where it is outside the image. */
function pointOf<X extends Inputs, T extends Reals>(
  { name, image }: Split<X, T>,
  { cols, data }: Matrix<T>,
  n: number,
  { index }: Sample,
): Float64Array {
  const point = Float64Array.from(data.subarray(n * cols, (n + 1) * cols));
  const bad = point.findIndex((x, i) => !(x >= image[i][0] && x <= image[i][1]));
  if (bad >= 0) {
    throw new DomainError(
      `split ${name}: component ${bad} of b is ${point[bad]} for sample ${index}, its image was declared as ` +
        `[${image[bad][0]}, ${image[bad][1]}]`,
    );
  }
  return point;
}

/** Multiplies row n by c_n in [1, 2), no two alike, so that gradients cannot cancel as they do at a minimum. */
function weighRows<T extends Reals>(U: Matrix<T>, start: number): Matrix<T> {
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let i = 0; i < U.data.length; i++) {
    U.data[i] *= 1 + (((start + Math.floor(i / U.cols)) * golden) % 1);
  }
  return U;
}

function add(sum: Float64Array, g: Reals): void {
  for (let i = 0; i < sum.length; i++) sum[i] += g[i];
}
