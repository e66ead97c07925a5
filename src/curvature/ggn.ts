/** The generalized Gauss–Newton matrix of a split. */
import { DomainError } from "../errors.ts";
import type { Blocks, Matrix, Reals } from "../linalg/matrix.ts";
import { inputRows, isDivisible } from "../models/inputs.ts";
import { type Linearization, linearize } from "../models/linearization.ts";
import type { Inputs, Model } from "../models/model.ts";
import type { Objective } from "../objective.ts";
import { measureSplit, requireDefinition } from "./definition.ts";
import type { Batch, Evaluation, Kind } from "./kind.ts";
import { outerFactor } from "./outer.ts";
import type { Split } from "./split.ts";

export interface GgnOptions {
  /**
   * What the split must meet. `"original"` (Schraudolph 2002): every a_n is convex. `"amended"` (default; Kunstner
   * et al. 2019, Definition 1): and ∇a_n(b) = 0 for some b in the image of b_n, so that what the matrix leaves
   * out of the Hessian can in principle vanish.
   */
  readonly definition?: "original" | "amended";
}

/**
 * The generalized Gauss–Newton matrix w Σ_n J_nᵀ ∇²a_n(b_n) J_n of a split ℓ_n = a_n ∘ b_n, J_n the Jacobian of b_n
 * (Kunstner et al. 2019, eq. 10 and Definition 1). Scale: the objective's.
 *
 * The split is checked when a matrix is made: its gradient is that of the likelihood terms; ∇²a_n has no negative
 * eigenvalue at b_n(θ), nor where the last check goes; and, once for each objective, a_n has a stationary
 * point in the declared image. One in the limit counts: cross-entropy, the paper's model case, has
 * ∇a = 0 only for infinite logits. Throws {@link DomainError} that says which part fails for which sample.
 *
 * @example
 * const squares: Split = {
 *   name: "½ (b − y)², b = f",
 *   outer: {
 *     value: ([b], { target: [y] }) => (b - y) ** 2 / 2,
 *     gradient: ([b], { target: [y] }) => Float64Array.of(b - y),
 *     hessian: () => identity(1),
 *   },
 *   inner: () => regression.model,
 *   image: [[-Infinity, Infinity]],
 * };
 * curvature(regression, theta, ggn(squares)); // the Fisher of unit noise
 */
export function ggn<X extends Inputs = Inputs, T extends Reals = Float64Array>(
  split: Split<X, T>,
  { definition = "amended" }: GgnOptions = {},
): Kind<X, T> {
  if (definition !== "amended" && definition !== "original") {
    throw new DomainError(`definition is "${definition}", expected "amended" or "original"`);
  }
  const stationary = new WeakSet<Objective<X, T>>();
  return {
    name: "generalized Gauss–Newton",
    degree: 1,
    prepare(evaluation) {
      const { objective, theta } = evaluation;
      const unknown = definition === "amended" && !stationary.has(objective);
      const precision = theta instanceof Float32Array ? "float32" : "float64";
      requireDefinition(split, measureSplit(split, evaluation, unknown), precision);
      if (unknown) stationary.add(objective);
      return (batch) => {
        const at = innerAt(split, evaluation, batch);
        const { name, outer } = split;
        const factor = outerFactor(`split ${name}`, outer, at.outputs, batch.targets, batch.start);
        return { at, factor };
      };
    },
  };
}

/** b around θ. */
function innerAt<X extends Inputs, T extends Reals>(
  split: Split<X, T>,
  { objective, theta }: Evaluation<X, T>,
  { X, targets, linearization }: Batch<X, T>,
): Linearization<T> {
  const model = split.inner(targets);
  if (model === objective.model) return linearization();
  if (model.at) return model.at(theta, X);
  const labelled = labelledInputs(X, targets);
  return linearize(labelledModel(split, labelled), theta, labelled);
}

/** Samples with their targets: cut into fewer, they are still those that the inner map is made for. */
interface LabelledInputs<X extends Inputs> extends Inputs {
  readonly X: X;
  readonly targets: Matrix;
}

function labelledInputs<X extends Inputs>(X: X, targets: Matrix): LabelledInputs<X> {
  const { rows, cols } = X;
  if (!isDivisible(X)) return { rows, cols, X, targets };
  const slice = (start: number, end: number): LabelledInputs<X> =>
    labelledInputs(inputRows(X, start, end), inputRows(targets, start, end));
  return { rows, cols, X, targets, slice };
}

/** The inner map as one model of samples and targets. */
function labelledModel<X extends Inputs, T extends Reals>(
  { inner }: Split<X, T>,
  all: LabelledInputs<X>,
): Model<LabelledInputs<X>, T> {
  type L = LabelledInputs<X>;
  const at = ({ targets }: L): Model<X, T> => inner(targets);
  const { parameters, outputs, factorRows, gram, gramDiagonal } = at(all);
  return {
    parameters,
    outputs,
    checkInputs: (l) => at(l).checkInputs?.(l.X),
    forward: (theta, l) => at(l).forward(theta, l.X),
    jvp: (theta, l, v) => at(l).jvp(theta, l.X, v),
    vjp: (theta, l, U) => at(l).vjp(theta, l.X, U),
    ...(factorRows && {
      factorRows: (theta: T, l: L, S: Blocks<T>) => at(l).factorRows!(theta, l.X, S),
    }),
    ...(gram && { gram: (theta: T, l: L, S: Blocks<T>) => at(l).gram!(theta, l.X, S) }),
    ...(gramDiagonal && {
      gramDiagonal: (theta: T, l: L, S: Blocks<T>) => at(l).gramDiagonal!(theta, l.X, S),
    }),
  };
}
