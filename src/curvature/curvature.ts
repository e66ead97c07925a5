/** Curvature matrices of an objective: a kind (what), a structure (how much of it is kept). */
import type { DenseOperator } from "../linalg/dense.ts";
import type { Reals } from "../linalg/matrix.ts";
import type { SymmetricOperator } from "../linalg/operator.ts";
import { requireDeterministic } from "../models/determinism.ts";
import type { Inputs } from "../models/model.ts";
import { heldPoint } from "../models/point.ts";
import type { Objective } from "../objective.ts";
import { requireMethod } from "./arguments.ts";
import { batchesOf, type CurvatureOptions } from "./batches.ts";
import { full } from "./full.ts";
import type { Evaluation, Kind } from "./kind.ts";
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
  /** that {@link curvature} took to make it; what is made when first asked for, as a factorization, is not in it */
  readonly seconds?: number;
}

/** What a structure builds. */
export type OperatorOf<S extends Structure> = S extends Structure<infer O> ? O : never;

/** A curvature matrix: an operator with its labels. */
export type Curvature<O extends SymmetricOperator = SymmetricOperator> = O & CurvatureLabels;

/**
 * A curvature matrix of an objective at θ. Its scale is the objective's: a mean or a sum over samples of the
 * likelihood terms. The prior is not in it: whoever solves adds `objective.priorPrecision` to the damping.
 * Without a structure it is {@link full}: every entry is kept.
 *
 * Throws `ShapeError` or `DomainError` for a θ that does not fit or is not finite, for an impossible batch size,
 * for inputs that cannot be cut into batches, for a model that is not deterministic or looks at other samples of its
 * batch ({@link requireDeterministic}), for outputs that are not finite, and for a matrix that would not fit into memory (before memory is
 * taken, with its size and what else to use), for what is no kind or structure; the signal's reason when cancelled.
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
  const started = performance.now();
  requireMethod(objective, "linearization", "curvature: the objective", "one, e.g. of objective()");
  requireMethod(kind, "prepare", "curvature: the kind", "one, e.g. fisher()");
  requireMethod(structure, "build", "curvature: the structure", "one, e.g. diagonal()");
  const { dimension, samples, weight, reduction } = objective;
  // products may come long after the caller has moved on
  const at = heldPoint(theta, dimension);
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
    ...(objective.model.views && { views: objective.model.views }),
    *batches() {
      // prepared only when asked for, so that a structure can refuse the size before any work is done
      if (!terms) {
        requireDeterministic(objective.model, at, objective.X);
        terms = kind.prepare(evaluation);
      }
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
    seconds: (performance.now() - started) / 1000,
  });
}
