/**
 * Regressions in two parameters at the speed of a pointer: everything that a picture of the parameter plane needs of
 * the samples comes from one pass over them, or, for least squares, from moments that are summed once. The objective
 * is the library's, with these sums inside, so that the library's optimizers run on it unchanged.
 */
import { NotPositiveDefiniteError } from "../../../src/errors.ts";
import { bernoulli } from "../../../src/likelihoods/bernoulli.ts";
import { gaussian } from "../../../src/likelihoods/gaussian.ts";
import { type Matrix, matrix } from "../../../src/linalg/matrix.ts";
import { glm, type Objective } from "../../../src/objective.ts";
import { logisticSums } from "./logisticSums.ts";
import { squaresSums } from "./squaresSums.ts";

export type Family = "gaussian" | "bernoulli";
export type Point = readonly [number, number];

/** The entries (0, 0), (0, 1) = (1, 0) and (1, 1) of a symmetric matrix. */
export type Symmetric = readonly [number, number, number];

/** Samples with two inputs. */
export interface PlanarData {
  readonly family: Family;
  /** `[N, 2]`, row by row, a column of ones included where the model has one */
  readonly X: Float64Array;
  /** `[N]` */
  readonly y: Float64Array;
  /** v of the prior θ ~ N(0, v I); null for none */
  readonly priorVariance: number | null;
}

/** What the samples say at one θ, `mean` scale, the prior in none of them but the loss. */
export interface Sums {
  /** prior included */
  readonly loss: number;
  /** mean of the gradients of the likelihood terms */
  readonly gradient: Point;
  readonly fisher: Symmetric;
  readonly empirical: Symmetric;
}

/** Sums over samples as a function of θ. */
export type SumsAt = (theta0: number, theta1: number) => Sums;

export interface PlanarProblem {
  readonly data: PlanarData;
  /** the library's own objective, which walks over samples */
  readonly reference: Objective<Matrix>;
  /** the same objective with loss and gradient from {@link sums} */
  readonly objective: Objective<Matrix>;
  /** w / v */
  readonly priorPrecision: number;
  /** remembers the last θ */
  readonly sums: SumsAt;
}

/** Throws as the library's `glm` does for data that are no such regression. */
export function planarProblem(data: PlanarData): PlanarProblem {
  const { family, X, y, priorVariance } = data;
  const reference = glm({
    X: matrix(y.length, 2, X),
    y,
    likelihood: family === "gaussian" ? gaussian() : bernoulli(),
    oneClass: true,
    ...(priorVariance !== null && { priorVariance }),
  });
  const { priorPrecision } = reference;
  const compute = (family === "gaussian" ? squaresSums : logisticSums)(data, priorPrecision);
  let last: { readonly theta0: number; readonly theta1: number; readonly sums: Sums } | undefined;
  const sums: SumsAt = (theta0, theta1) => {
    if (last?.theta0 !== theta0 || last.theta1 !== theta1) {
      last = { theta0, theta1, sums: compute(theta0, theta1) };
    }
    return last.sums;
  };
  const objective: Objective<Matrix> = {
    ...reference,
    loss: (theta) => sums(theta[0], theta[1]).loss,
    gradient: (theta) => {
      const { gradient } = sums(theta[0], theta[1]);
      return Float64Array.of(
        gradient[0] + priorPrecision * theta[0],
        gradient[1] + priorPrecision * theta[1],
      );
    },
  };
  return { data, reference, objective, priorPrecision, sums };
}

/** The matrix plus a multiple of the identity. */
export function damped([a, b, c]: Symmetric, damping: number): Symmetric {
  return [a + damping, b, c + damping];
}

/** A⁻¹ g for a positive definite A. Throws {@link NotPositiveDefiniteError} for another one. */
export function solve([a, b, c]: Symmetric, [g, h]: Point): Point {
  const pivot = c - (b / a) * b;
  if (!(a > 0)) throw new NotPositiveDefiniteError(`the first pivot is ${a}`, 0);
  if (!(pivot > 0)) throw new NotPositiveDefiniteError(`the second pivot is ${pivot}`, 1);
  const second = (h - (b / a) * g) / pivot;
  return [(g - b * second) / a, second];
}

/** Eigenvalues, ascending, and the unit eigenvector of the larger one. */
export function eigen([a, b, c]: Symmetric): { values: Point; major: Point } {
  const middle = (a + c) / 2;
  const radius = Math.hypot((a - c) / 2, b);
  const angle = Math.atan2(2 * b, a - c) / 2;
  return { values: [middle - radius, middle + radius], major: [Math.cos(angle), Math.sin(angle)] };
}

const STEPS = 60;

/**
 * The minimum by Newton's method from `start`, halving steps that do not descend; null where there is none, as for
 * separable classes without a prior.
 */
export function minimumOf(problem: PlanarProblem, start: Point = [0, 0]): Point | null {
  const { sums, priorPrecision } = problem;
  let [s, t] = start;
  let here = sums(s, t);
  for (let k = 0; k < STEPS; k++) {
    const g: Point = [here.gradient[0] + priorPrecision * s, here.gradient[1] + priorPrecision * t];
    let step: Point;
    try {
      step = solve(damped(here.fisher, priorPrecision), g);
    } catch {
      return null;
    }
    const size = Math.hypot(...step) / (1 + Math.hypot(s, t));
    if (size < 1e-13) return [s, t];
    let fraction = 1;
    let next = sums(s - step[0], t - step[1]);
    while (!(next.loss <= here.loss) && fraction > 1e-3 && size > 1e-7) {
      fraction /= 2;
      next = sums(s - fraction * step[0], t - fraction * step[1]);
    }
    s -= fraction * step[0];
    t -= fraction * step[1];
    here = next;
    if (size < 1e-9) return [s, t];
  }
  return null;
}
