/**
 * The preconditioners of the library on a planar problem. Those that solve with a matrix take it from the sums of
 * one pass over the samples; the others are the library's own objects.
 */

import { curvature } from "../../../src/curvature/curvature.ts";
import { sampled } from "../../../src/curvature/sampled.ts";
import { adamPreconditioner } from "../../../src/optimizers/adam.ts";
import { curved } from "../../../src/optimizers/curved.ts";
import { plainGradient } from "../../../src/optimizers/gradientDescent.ts";
import { momentumVariance } from "../../../src/optimizers/momentumVariance.ts";
import type { Preconditioner } from "../../../src/optimizers/preconditioner.ts";
import { gradientSign } from "../../../src/optimizers/signDescent.ts";
import { stream } from "../../../src/random/streams.ts";
import type { MethodId, MethodSettings } from "./methods.ts";
import { damped, type PlanarProblem, type Point, type Symmetric, solve } from "./planar.ts";

/** A preconditioner, and the matrix that it divides by where it stands. */
export interface PlanarMethod {
  readonly preconditioner: Preconditioner;
  /** positive definite up to its scale, or null where no matrix of full rank stands for the method */
  metric(theta: Point): Symmetric | null;
}

type Maker = (problem: PlanarProblem, settings: MethodSettings) => PlanarMethod;

/** Seed and name of the labels that the Monte-Carlo Fisher draws: a path is the same each time. */
const labels = () => stream(0, "labels");

const makers: Readonly<Record<MethodId, Maker>> = {
  GD: () => ({ preconditioner: plainGradient, metric: () => [1, 0, 1] }),
  NGD: (problem, { damping }) =>
    solving("natural gradient", ([s, t]) =>
      damped(problem.sums(s, t).fisher, problem.priorPrecision + damping),
    ),
  EFGD: (problem, { damping }) =>
    solving("empirical-Fisher descent", ([s, t]) =>
      damped(problem.sums(s, t).empirical, problem.priorPrecision + damping),
    ),
  // the log odds and the mean are linear in θ: the Hessian of their losses is the Fisher
  Newton: (problem, { damping }) =>
    solving("Newton", ([s, t]) =>
      damped(problem.sums(s, t).fisher, problem.priorPrecision + damping),
    ),
  DF: (problem, { damping }) =>
    solving("diagonal Fisher", ([s, t]) => {
      const [a, , c] = problem.sums(s, t).fisher;
      return damped([a, 0, c], problem.priorPrecision + damping);
    }),
  MC: (problem, { damping, draws }) => ({
    preconditioner: curved("Monte-Carlo Fisher", sampled({ draws, random: labels() }), { damping }),
    metric([s, t]) {
      const kind = sampled({ draws, random: labels() });
      const { data } = curvature(problem.objective, Float64Array.of(s, t), kind).dense();
      return damped([data[0], data[1], data[3]], problem.priorPrecision + damping);
    },
  }),
  VA: (problem, { damping }) => ({
    preconditioner: {
      name: "variance adaptation",
      direction(_objective, theta, gradient) {
        const { mean, second } = moments(problem, [theta[0], theta[1]]);
        if (mean[0] === 0 && mean[1] === 0) return new Float64Array(2);
        const signal = mean[0] * gradient[0] + mean[1] * gradient[1];
        const [x, y] = solve(damped(second, damping), mean);
        return Float64Array.of(signal * x, signal * y);
      },
    },
    metric: (theta) => damped(moments(problem, theta).second, damping),
  }),
  DVA: (problem, { damping }) => {
    const factors = (theta: Point): Point => {
      const { mean, second } = moments(problem, theta);
      const factor = (i: 0 | 1): number =>
        mean[i] === 0 ? 0 : mean[i] ** 2 / (second[2 * i] + damping);
      return [factor(0), factor(1)];
    };
    return {
      preconditioner: {
        name: "variance adaptation (diagonal)",
        direction(_objective, theta, gradient) {
          const [p, q] = factors([theta[0], theta[1]]);
          return Float64Array.of(p * gradient[0], q * gradient[1]);
        },
      },
      metric(theta) {
        const [p, q] = factors(theta);
        return diagonalOf(1 / p, 1 / q);
      },
    };
  },
  // at their first step both divide each coordinate by its own size
  Adam: (problem) => ({ preconditioner: adamPreconditioner(), metric: sizes(problem) }),
  sign: (problem) => ({ preconditioner: gradientSign, metric: sizes(problem) }),
  // and this one by nothing: it has seen no noise yet
  MSVAG: () => ({ preconditioner: momentumVariance(), metric: () => [1, 0, 1] }),
};

/** The method on the problem. Throws `DomainError` for settings out of range. */
export function planarMethod(
  problem: PlanarProblem,
  id: MethodId,
  settings: MethodSettings,
): PlanarMethod {
  return makers[id](problem, settings);
}

function solving(name: string, matrixAt: (theta: Point) => Symmetric): PlanarMethod {
  return {
    metric: matrixAt,
    preconditioner: {
      name,
      direction(_objective, theta, gradient) {
        // as the library's `curved`: where the gradient is zero the matrix may be singular
        if (gradient[0] === 0 && gradient[1] === 0) return new Float64Array(2);
        return Float64Array.from(solve(matrixAt([theta[0], theta[1]]), [gradient[0], gradient[1]]));
      },
    },
  };
}

/** Mean and second moment of the stochastic gradients of single samples, prior included. */
function moments(
  { sums, priorPrecision }: PlanarProblem,
  [s, t]: Point,
): { mean: Point; second: Symmetric } {
  const { gradient, empirical } = sums(s, t);
  const [g, h] = gradient;
  const [p, q] = [priorPrecision * s, priorPrecision * t];
  return {
    mean: [g + p, h + q],
    second: [
      empirical[0] + 2 * g * p + p * p,
      empirical[1] + g * q + p * h + p * q,
      empirical[2] + 2 * h * q + q * q,
    ],
  };
}

function sizes({ objective }: PlanarProblem): (theta: Point) => Symmetric | null {
  return (theta) => {
    const [g, h] = objective.gradient(Float64Array.from(theta));
    return diagonalOf(Math.abs(g), Math.abs(h));
  };
}

function diagonalOf(p: number, q: number): Symmetric | null {
  const regular = p > 0 && q > 0 && Number.isFinite(p) && Number.isFinite(q);
  return regular ? [p, 0, q] : null;
}
