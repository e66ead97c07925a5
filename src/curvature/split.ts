/** Splits L = w Σ_n a_n(b_n(θ)) of an objective's likelihood terms, and two that are worth a name. */
import type { Likelihood } from "../likelihoods/likelihood.ts";
import { type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import { composition } from "../models/composition.ts";
import type { Inputs, Model } from "../models/model.ts";
import type { Objective } from "../objective.ts";

/** Which a_n is meant. */
export interface Sample {
  /** n, counted from 0 */
  readonly index: number;
  /** y_n, `[targetColumns]` */
  readonly target: Float64Array;
}

/** a_n as a function of b `[B]`. */
export interface OuterLoss {
  value(b: Float64Array, sample: Sample): number;
  /** ∇a_n(b), `[B]` */
  gradient(b: Float64Array, sample: Sample): Float64Array;
  /** ∇²a_n(b), `[B, B]` */
  hessian(b: Float64Array, sample: Sample): Matrix;
}

/** Lower and upper end, which may be infinite. */
export type Interval = readonly [lower: number, upper: number];

/** ℓ_n = a_n ∘ b_n, up to constants. */
export interface Split<X extends Inputs = Inputs, T extends Reals = Float64Array> {
  /** for messages, e.g. "−log b" */
  readonly name: string;
  readonly outer: OuterLoss;
  /** b as a model of θ with B outputs, for samples with these targets `[N, targetColumns]` */
  inner(targets: Matrix): Model<X, T>;
  /** for each of the B components the closed interval of the values that b_n takes as θ varies */
  readonly image: readonly Interval[];
}

/**
 * The canonical split a_n = −log p(y_n | ·), b_n = f(x_n, ·), whose generalized Gauss–Newton matrix is the Fisher
 * (Kunstner et al. 2019, eq. 12).
 */
export function canonicalSplit<X extends Inputs, T extends Reals = Float64Array>({
  model,
  likelihood,
}: Pick<Objective<X, T>, "model" | "likelihood">): Split<X, T> {
  const row = (data: Float64Array): Matrix => ({ rows: 1, cols: data.length, data });
  return {
    name: "−log p(y | b), b = f",
    outer: {
      value: (b, { target }) => likelihood.negativeLogLikelihood(row(b), row(target))[0],
      gradient: (b, { target }) => likelihood.residual(row(b), row(target)).data,
      hessian: (b) => likelihood.outputFisher(row(b)),
    },
    inner: () => model,
    image: Array.from({ length: likelihood.outputs }, () => [-Infinity, Infinity] as const),
  };
}

/**
 * The split a_n = −log b, b_n = p(y_n | f(x_n, ·)), whose generalized Gauss–Newton matrix is the empirical Fisher
 * (Kunstner et al. 2019, eq. 14). It keeps the curvature of the logarithm and drops that of p, and the amended
 * Definition 1 excludes it: −log b has no stationary point among probabilities. `supremum` is the largest value
 * of p(y | f) over f: 1 (default) for discrete y, (2πσ²)^(−M/2) for the Gaussian family.
 *
 * @example
 * const split = logProbabilitySplit(problem);
 * curvature(problem, theta, ggn(split, { definition: "original" })); // the empirical Fisher
 * curvature(problem, theta, ggn(split)); // DomainError
 */
export function logProbabilitySplit<X extends Inputs, T extends Reals = Float64Array>(
  { model, likelihood }: Pick<Objective<X, T>, "model" | "likelihood">,
  { supremum = 1 }: { readonly supremum?: number } = {},
): Split<X, T> {
  return {
    name: "−log b, b = p(y | f)",
    outer: {
      value: ([b]) => -Math.log(b),
      gradient: ([b]) => Float64Array.of(-1 / b),
      hessian: ([b]) => ({ rows: 1, cols: 1, data: Float64Array.of(1 / (b * b)) }),
    },
    inner: (targets) =>
      composition(model, {
        outputs: 1,
        values: (outputs) => probabilities(likelihood, outputs, targets),
        jacobian(outputs) {
          const { rows, data: p } = probabilities(likelihood, outputs, targets);
          const { cols, data } = likelihood.residual(outputs, targets);
          for (let i = 0; i < data.length; i++) data[i] *= -p[Math.floor(i / cols)];
          return { count: rows, rows: 1, cols, data };
        },
      }),
    image: [[0, supremum]],
  };
}

/** p(y_n | f_n), `[N, 1]` */
function probabilities<T extends Reals>(
  likelihood: Likelihood,
  outputs: Matrix<T>,
  targets: Matrix,
): Matrix<T> {
  const p = likelihood.negativeLogLikelihood(outputs, targets).map((loss) => Math.exp(-loss));
  return { rows: outputs.rows, cols: 1, data: reals(outputs.data, p) };
}
