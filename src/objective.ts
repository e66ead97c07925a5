/**
 * Data + model + likelihood + prior: L(θ) = w Σ_n ℓ(f(x_n, θ), y_n) + (w / 2v) ‖θ‖², with w = 1/N for the
 * `mean` scale and w = 1 for the `sum` scale. Every matrix of an objective has the objective's scale.
 */
import { DomainError, ShapeError } from "./errors.ts";
import { requireSeveralClasses } from "./likelihoods/batch.ts";
import type { Likelihood } from "./likelihoods/likelihood.ts";
import { type Matrix, type Reals, reals, requireLength } from "./linalg/matrix.ts";
import { requireMemory } from "./linalg/shapes.ts";
import { axpy } from "./linalg/vector.ts";
import { inputRows } from "./models/inputs.ts";
import { type Intercept, type LinearInputs, linear } from "./models/linear.ts";
import type { Linearization } from "./models/linearization.ts";
import type { Inputs, Model } from "./models/model.ts";
import { type Portion, recentPass } from "./models/recentPass.ts";

export interface Objective<X extends Inputs = Inputs, T extends Reals = Float64Array> {
  readonly model: Model<X, T>;
  readonly likelihood: Likelihood;
  readonly X: X;
  /** `[N, likelihood.targetColumns]` */
  readonly targets: Matrix;
  /** N */
  readonly samples: number;
  /** D */
  readonly dimension: number;
  readonly reduction: "mean" | "sum";
  /** w: what multiplies a sum over samples */
  readonly weight: number;
  /** w / v, the multiple of the identity that the Gaussian prior N(0, v I) adds to the curvature; 0 without a prior */
  readonly priorPrecision: number;
  /** f_n, `[N, M]` */
  outputs(theta: T): Matrix<T>;
  /** f around θ on all samples, remembered from the last loss or gradient if they were at this θ */
  linearization(theta: T): Linearization<T>;
  /** L(θ), prior included */
  loss(theta: T): number;
  /** ∇L(θ), `[D]`, prior included */
  gradient(theta: T): T;
  /** g_n = J_nᵀ r_n, `[N, D]`: gradients of the likelihood terms ℓ_n alone, not multiplied by w, without prior */
  perExampleGradients(theta: T): Matrix<T>;
}

/** Labels, counts or values, one a sample; a matrix where a sample has several. */
export type Targets = Matrix | ArrayLike<number>;

/** What {@link glm} and {@link objective} share. */
export interface FitOptions {
  /** default `mean` */
  readonly reduction?: "mean" | "sum";
  /** v > 0 of the prior θ ~ N(0, v I), whatever the reduction; default no prior */
  readonly priorVariance?: number;
  /** accept class labels that are all the same, for which no finite θ is best; default false */
  readonly oneClass?: boolean;
}

export interface ObjectiveOptions<X extends Inputs, T extends Reals> extends FitOptions {
  readonly model: Model<X, T>;
  readonly likelihood: Likelihood;
  /** N samples as the model takes them; not copied */
  readonly X: X;
  /** `[N]`, or `[N, targetColumns]`; not copied if a matrix or a Float64Array */
  readonly y: Targets;
}

/**
 * The objective of a model on data. The data are checked here, once: {@link ShapeError} where sizes do not agree
 * or there is no sample, {@link DomainError} where something is missing, an entry is not finite or a target not of the
 * family, naming the place, and where all class labels are the same (unless `oneClass`). X and y must not be changed
 * afterwards. Every method throws `ShapeError` or `DomainError` for a θ of another length or with NaN, `DomainError` for
 * outputs that are NaN or infinite, naming the sample and, in a network, the layer.
 *
 * @example
 * const model = linear({ inputs: 2, outputs: 3 });
 * const softmax = objective({ model, likelihood: categorical(3), X, y, reduction: "sum" });
 * softmax.gradient(new Float64Array(softmax.dimension));
 */
export function objective<X extends Inputs, T extends Reals = Float64Array>(
  options: ObjectiveOptions<X, T>,
): Objective<X, T> {
  const { model, likelihood, X, reduction = "mean", priorVariance } = options;
  const targets = checkData(options);
  const samples = X.rows;
  const weight = checkReduction(reduction) === "mean" ? 1 / samples : 1;
  const priorPrecision = priorVariance === undefined ? 0 : weight / checkVariance(priorVariance);
  const dimension = model.parameters;

  // a loss and a gradient at one θ share a forward pass
  const recent = recentPass(model, X);

  /** r_n of a portion, `[rows, M]` */
  function residual({ at, start }: Portion<T>): Matrix<T> {
    return likelihood.residual(at.outputs, inputRows(targets, start, start + at.samples));
  }

  return {
    model,
    likelihood,
    X,
    targets,
    samples,
    dimension,
    reduction,
    weight,
    priorPrecision,
    outputs(theta) {
      const outputs = recent.outputs(theta);
      return { ...outputs, data: reals(outputs.data, outputs.data) };
    },
    linearization: (theta) => recent.linearization(theta),
    loss(theta) {
      let sum = 0;
      for (const loss of likelihood.negativeLogLikelihood(recent.outputs(theta), targets))
        sum += loss;
      if (priorPrecision === 0) return weight * sum;
      let square = 0;
      for (const t of theta) square += t * t;
      return weight * sum + 0.5 * priorPrecision * square;
    },
    gradient(theta) {
      let gradient: T | undefined;
      for (const portion of recent.portions(theta)) {
        const part = portion.at.vjp(residual(portion));
        if (gradient) axpy(1, part, gradient);
        else gradient = part;
      }
      const sum = gradient as T;
      for (let i = 0; i < dimension; i++) sum[i] = weight * sum[i] + priorPrecision * theta[i];
      return sum;
    },
    perExampleGradients(theta) {
      requireMemory(samples, dimension, "per-example gradients");
      let all: Matrix<T> | undefined;
      for (const portion of recent.portions(theta)) {
        const { rows, cols, data } = residual(portion);
        const part = portion.at.factorRows({ count: rows, rows: cols, cols: 1, data });
        if (rows === samples) return part;
        all ??= { rows: samples, cols: dimension, data: reals(theta, samples * dimension) };
        all.data.set(part.data, portion.start * dimension);
      }
      return all as Matrix<T>;
    },
  };
}

export interface GlmOptions<X extends LinearInputs> extends FitOptions {
  /** `[N, P]`, float64, dense or sparse; not copied */
  readonly X: X;
  readonly y: Targets;
  readonly likelihood: Likelihood;
  /** a constant beside the columns of X: `true` and `"last"` put its weight last; default false */
  readonly intercept?: boolean | Exclude<Intercept, false>;
}

/**
 * A generalized linear model with its canonical link: the objective of f = W x̃, with W `[M, Q]` row by row as
 * θ and x̃ = x or x with a constant 1 (see {@link linear}). M is the likelihood's. Throws as {@link objective}.
 *
 * @example
 * const X = fromRows([[0.5], [1.5], [2.5], [3.5]]);
 * const logistic = glm({ X, y: [0, 1, 0, 1], likelihood: bernoulli(), intercept: true });
 * logistic.loss(new Float64Array(2)); // log 2
 */
export function glm<X extends LinearInputs>(given: GlmOptions<X>): Objective<X> {
  requireGiven(given, ["likelihood", "X", "y"]);
  const { X, y, likelihood, intercept = false, ...options } = given;
  if (!(X.cols >= 1)) throw new ShapeError(`X has ${X.cols} columns, expected at least one`);
  const model = linear({
    inputs: X.cols,
    outputs: likelihood.outputs,
    intercept: intercept === true ? "last" : intercept,
  });
  return objective<X>({ model, likelihood, X, y, ...options });
}

/** Families whose targets are classes. */
const CLASSIFIERS: readonly string[] = ["bernoulli", "categorical"];

/** What an objective is made of, for callers without TypeScript. */
const EXPECTED = {
  model: "a model, e.g. of linear or sequential",
  likelihood: "a likelihood, e.g. gaussian()",
  X: "inputs, e.g. a matrix { rows, cols, data }",
  y: "a list of targets or a matrix",
} as const;

function requireGiven(options: object, names: readonly (keyof typeof EXPECTED)[]): void {
  for (const name of names) {
    const found: unknown = Reflect.get(options, name);
    if (typeof found === "object" && found !== null) continue;
    const shown = typeof found === "function" ? "a function" : JSON.stringify(found);
    throw new DomainError(`${name} is ${shown ?? "missing"}, expected ${EXPECTED[name]}`);
  }
}

function checkData<X extends Inputs, T extends Reals>(options: ObjectiveOptions<X, T>): Matrix {
  requireGiven(options, ["model", "likelihood", "X", "y"]);
  const { model, likelihood, X, y, oneClass = false } = options;
  if (!(X.rows >= 1)) throw new ShapeError(`X has ${X.rows} rows, expected at least one sample`);
  if (model.outputs !== likelihood.outputs) {
    throw new ShapeError(
      `the model has ${model.outputs} outputs, the ${likelihood.name} likelihood takes ${likelihood.outputs}`,
    );
  }
  const targets = asTargets(y, likelihood);
  if (targets.rows !== X.rows) {
    throw new ShapeError(`X has ${X.rows} samples, y has ${targets.rows}`);
  }
  model.checkInputs?.(X);
  likelihood.checkTargets(targets);
  if (!oneClass && CLASSIFIERS.includes(likelihood.name)) requireSeveralClasses(targets);
  return targets;
}

function asTargets(y: Targets, { name, targetColumns }: Likelihood): Matrix {
  if ("rows" in y) {
    requireLength(y.data.length, y.rows * y.cols, `y, a ${y.rows} × ${y.cols} matrix`);
    return y;
  }
  if (targetColumns !== 1) {
    throw new ShapeError(
      `y is a list, the ${name} likelihood has ${targetColumns} targets a sample: expected a matrix`,
    );
  }
  const data = y instanceof Float64Array ? y : Float64Array.from(y);
  return { rows: data.length, cols: 1, data };
}

function checkReduction(reduction: string): "mean" | "sum" {
  if (reduction !== "mean" && reduction !== "sum") {
    throw new DomainError(`reduction is "${reduction}", expected "mean" or "sum"`);
  }
  return reduction;
}

function checkVariance(variance: number): number {
  if (!(variance > 0 && variance < Infinity)) {
    throw new DomainError(`priorVariance is ${variance}, expected a positive finite number`);
  }
  return variance;
}
