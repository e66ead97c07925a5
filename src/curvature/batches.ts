/** The samples of an objective in consecutive batches, each with its linearization. */
import { DomainError } from "../errors.ts";
import { type Reals, requireFinite, requireLength } from "../linalg/matrix.ts";
import { requireDeterministic } from "../models/determinism.ts";
import { inputRows } from "../models/inputs.ts";
import { type Linearization, linearize, requireFiniteOutputs } from "../models/linearization.ts";
import type { Inputs } from "../models/model.ts";
import { samplesWithin } from "../models/portions.ts";
import type { Objective } from "../objective.ts";
import type { Batch } from "./kind.ts";

export interface CurvatureOptions {
  /**
   * samples that are worked on at once; default all, or as many of a network as take about 64 MiB. The last batch may be
   * smaller: the sum is the same
   */
  readonly batch?: number;
  /** called after each batch of the first pass (a gradient covariance has two) with the samples seen in it */
  readonly onProgress?: (samples: number, total: number) => void;
  /** cancels between batches */
  readonly signal?: AbortSignal;
}

/**
 * Throws `DomainError` for an impossible batch size, `ShapeError` for inputs that cannot be cut, the signal's reason when
 * cancelled.
 */
export function* batchesOf<X extends Inputs, T extends Reals>(
  objective: Objective<X, T>,
  theta: T,
  { batch, onProgress, signal }: CurvatureOptions,
): Generator<Batch<X, T>, void, undefined> {
  const { samples: N } = objective;
  const size = batch ?? defaultBatch(objective, theta);
  if (!(Number.isSafeInteger(size) && size >= 1)) {
    throw new DomainError(`batch is ${batch}, expected a positive whole number of samples`);
  }
  for (let start = 0; start < N; start += size) {
    signal?.throwIfAborted();
    const end = Math.min(start + size, N);
    yield samplesOf(objective, theta, start, end);
    onProgress?.(end, N);
  }
}

/**
 * Throws `ShapeError` or `DomainError` for a θ that does not fit or is not finite, and for a model that sums over
 * samples mean nothing for ({@link requireDeterministic}).
 */
export function requirePoint<X extends Inputs, T extends Reals>(
  { model, dimension, X }: Objective<X, T>,
  theta: T,
): void {
  requireLength(theta.length, dimension, "theta");
  requireFinite(theta, "theta");
  requireDeterministic(model, theta, X);
}

/** bytes that a batch may take unless its size is given: more would only wait longer for memory */
const BATCH_MEMORY = 2 ** 26;

/** A backward pass may have a column for each output beside the activations of the forward pass. */
function defaultBatch<X extends Inputs, T extends Reals>(
  { model, X }: Objective<X, T>,
  theta: T,
): number {
  return samplesWithin(model, theta, X, BATCH_MEMORY / (1 + model.outputs));
}

function samplesOf<X extends Inputs, T extends Reals>(
  objective: Objective<X, T>,
  theta: T,
  start: number,
  end: number,
): Batch<X, T> {
  const { model, samples } = objective;
  const X = inputRows(objective.X, start, end);
  const { cols, data } = objective.targets;
  const targets = { rows: end - start, cols, data: data.subarray(start * cols, end * cols) };
  let at: Linearization<T> | undefined;
  const linearization = (): Linearization<T> => {
    if (at) return at;
    if (end - start === samples) {
      // the objective may remember it from its gradient
      at = objective.linearization(theta);
    } else {
      at = linearize(model, theta, X);
      requireFiniteOutputs(at, start);
    }
    return at;
  };
  return { start, X, targets, linearization, outputs: () => linearization().outputs };
}
