/** Curvature matrices of an objective: a kind (what), a structure (how much of it is kept). */
import { DomainError } from "../errors.ts";
import type { DenseOperator } from "../linalg/dense.ts";
import { type Reals, reals, requireFinite, requireLength } from "../linalg/matrix.ts";
import type { SymmetricOperator } from "../linalg/operator.ts";
import { inputRows } from "../models/inputs.ts";
import { type Linearization, linearize, requireFiniteOutputs } from "../models/linearization.ts";
import type { Inputs } from "../models/model.ts";
import { samplesWithin } from "../models/portions.ts";
import type { Objective } from "../objective.ts";
import { full } from "./full.ts";
import type { Batch, Evaluation, Kind } from "./kind.ts";
import type { CurvatureSum, Structure } from "./structure.ts";

/** What a curvature matrix says about itself. */
export interface CurvatureLabels {
  /** e.g. "empirical Fisher" */
  readonly kind: string;
  /** e.g. "diagonal" */
  readonly structure: string;
  /** the reduction of its objective: a mean or a sum over samples */
  readonly scale: "mean" | "sum";
  /** the loss scaled by a scales the matrix by aᵈ */
  readonly degree: 1 | 2;
  /** N */
  readonly samples: number;
}

/** What a structure builds. */
export type OperatorOf<S extends Structure> = S extends Structure<infer O> ? O : never;

/** A curvature matrix: an operator with its labels. */
export type Curvature<O extends SymmetricOperator = SymmetricOperator> = O & CurvatureLabels;

export interface CurvatureOptions {
  /**
   * samples that are worked on at once; default all, or as many of a network as take about 256 MiB. The last batch may be
   * smaller: the sum is the same
   */
  readonly batch?: number;
  /** called after each batch of the first pass (a gradient covariance has two) with the samples seen in it */
  readonly onProgress?: (samples: number, total: number) => void;
  /** cancels between batches */
  readonly signal?: AbortSignal;
}

/**
 * A curvature matrix of an objective at θ. Its scale is the objective's: a mean or a sum over samples of the
 * likelihood terms. The prior is not in it: whoever solves adds `objective.priorPrecision` to the damping.
 * Without a structure it is {@link full}: every entry is kept.
 *
 * Throws `ShapeError` or `DomainError` for a θ that does not fit or is not finite, for an impossible batch size,
 * for inputs that cannot be cut into batches, and for a matrix that would not fit into memory (before memory is
 * taken, with its size and what else to use); the signal's reason when cancelled.
 *
 * @example
 * const X = fromRows([[0.5], [1.5], [2.5], [3.5]]);
 * const logistic = glm({ X, y: [0, 1, 0, 1], likelihood: bernoulli(), intercept: true });
 * const theta = new Float64Array(logistic.dimension);
 * const F = curvature(logistic, theta, fisher());
 * F.solve(logistic.gradient(theta), { damping: logistic.priorPrecision + 1e-4 });
 * const E = curvature(logistic, theta, empirical(), diagonal());
 */
export function curvature<
  X extends Inputs,
  T extends Reals,
  S extends Structure = Structure<DenseOperator>,
>(
  objective: Objective<X, T>,
  theta: T,
  kind: Kind<X, T>,
  structure?: S,
  options?: CurvatureOptions,
): Curvature<OperatorOf<S>>;
export function curvature<X extends Inputs, T extends Reals>(
  objective: Objective<X, T>,
  theta: T,
  kind: Kind<X, T>,
  structure: Structure = full(),
  options: CurvatureOptions = {},
): Curvature {
  const { dimension, samples, weight, reduction } = objective;
  requireLength(theta.length, dimension, "theta");
  requireFinite(theta, "theta");
  // a copy: products may come long after the caller has moved on
  const at = reals(theta, theta);
  let building = true;
  const evaluation: Evaluation<X, T> = {
    objective,
    theta: at,
    batches: () => {
      const { onProgress, ...rest } = options;
      return batchesOf(objective, at, building ? options : rest);
    },
  };
  let terms: ReturnType<Kind<X, T>["prepare"]> | undefined;
  const sum: CurvatureSum<T> = {
    name: kind.name,
    dimension,
    samples,
    weight,
    theta: at,
    *batches() {
      // prepared only when asked for, so that a structure can refuse the size before any work is done
      terms ??= kind.prepare(evaluation);
      for (const batch of evaluation.batches()) yield terms(batch);
    },
  };
  const operator = structure.build(sum);
  building = false;
  return Object.assign(operator, {
    kind: kind.name,
    structure: structure.name,
    scale: reduction,
    degree: kind.degree,
    samples,
  });
}

function* batchesOf<X extends Inputs, T extends Reals>(
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

/** bytes that a batch may take unless its size is given */
const BATCH_MEMORY = 2 ** 28;

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
    // all samples at once: the objective may remember them from its gradient
    at = end - start === samples ? objective.linearization(theta) : linearize(model, theta, X);
    requireFiniteOutputs(at, start);
    return at;
  };
  return { start, X, targets, linearization, outputs: () => linearization().outputs };
}
