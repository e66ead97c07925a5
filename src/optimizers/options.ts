/** The options that all optimizers share, and their checks. */
import { DomainError } from "../errors.ts";
import { requireFinite, requireLength } from "../linalg/matrix.ts";
import type { Objective } from "../objective.ts";
import type { Batch } from "./minibatch.ts";
import type { Preconditioner } from "./preconditioner.ts";

/** Options of every optimizer. */
export interface DescentOptions {
  /** θ₀ `[D]`; default zeros. Copied */
  readonly start?: Float64Array;
  /** γ > 0, what the direction is multiplied with; each method says its default */
  readonly stepSize?: number;
  /** how many steps to take at most; default 100. Infinity: until the caller stops */
  readonly iterations?: number;
  /** a preconditioner whose direction is compared with the one taken: gives `Step.cosine` */
  readonly compareWith?: Preconditioner;
  /** stop after the first step whose loss exceeds this multiple (≥ 1) of the first loss; default never */
  readonly divergence?: number;
  /** take directions from a minibatch's gradient; default the full gradient */
  readonly batch?: Batch;
}

/** Options of the optimizers that solve with a curvature matrix or a moment matrix. */
export interface DampedOptions extends DescentOptions {
  /**
   * λ ≥ 0, default 0: λ I is added to the matrix before it is solved with, at the objective's own
   * scale. The same λ is thus N times as strong for a `mean` objective as for a `sum` objective.
   */
  readonly damping?: number;
}

/** {@link DescentOptions} with defaults, checked. */
export interface CheckedOptions {
  readonly start: Float64Array;
  readonly stepSize: number;
  readonly iterations: number;
  readonly divergence: number;
}

/** Throws `DomainError` or `ShapeError` naming the option, what was found and what was expected. */
export function checkOptions(
  objective: Objective,
  name: string,
  options: DescentOptions,
): CheckedOptions {
  const { iterations = 100, divergence = Number.POSITIVE_INFINITY } = options;
  const stepSize = requirePositive(options.stepSize, `${name}: stepSize`);
  if (!((Number.isSafeInteger(iterations) || iterations === Infinity) && iterations >= 0)) {
    throw new DomainError(
      `${name}: iterations is ${iterations}, expected a whole number from 0, or Infinity`,
    );
  }
  if (!(divergence >= 1)) {
    throw new DomainError(`${name}: divergence is ${divergence}, expected a number from 1`);
  }
  if (!options.start) {
    return { start: new Float64Array(objective.dimension), stepSize, iterations, divergence };
  }
  requireLength(options.start.length, objective.dimension, `${name}: start`);
  requireFinite(options.start, `${name}: start`);
  return { start: Float64Array.from(options.start), stepSize, iterations, divergence };
}

/** Throws `DomainError` unless `value` is a positive finite number. */
export function requirePositive(value: number | undefined, what: string): number {
  if (value === undefined || !(value > 0 && value < Infinity)) {
    throw new DomainError(`${what} is ${value}, expected a positive finite number`);
  }
  return value;
}

/** Throws `DomainError` unless 0 ≤ `decay` < 1. */
export function requireDecay(decay: number, what: string): number {
  if (!(decay >= 0 && decay < 1)) {
    throw new DomainError(`${what} is ${decay}, expected a number in [0, 1)`);
  }
  return decay;
}
