/** Paths of the library's optimizers in the plane, and the fields that they follow. */
import { ConvergenceError, NotPositiveDefiniteError } from "../../../src/errors.ts";
import { preconditioned } from "../../../src/optimizers/preconditioned.ts";
import { type PlanarMethod, planarMethod } from "./directions.ts";
import type { MethodId } from "./methods.ts";
import { damped, type PlanarProblem, type Point, solve } from "./planar.ts";

/** One panel: a method, and what multiplies its step size. */
export interface PanelSpec {
  readonly method: MethodId;
  readonly scale: number;
  readonly damping: number;
  readonly draws: number;
}

/** A run of T steps; arrays end where the run does. */
export interface Path {
  /** `[T + 1, 2]` */
  readonly points: Float64Array;
  /** `[T + 1]` each: loss, ‖∇L‖, cosine of the NGD and the EFGD step at the point (NaN where there is none) */
  readonly loss: Float64Array;
  readonly gradientNorm: Float64Array;
  readonly cosine: Float64Array;
  /** why the run ended early, or null */
  readonly ended: string | null;
}

/** A loss this many times the first ends a run. */
const DIVERGENCE = 1e6;

export function follow(
  problem: PlanarProblem,
  panel: PanelSpec,
  start: Point,
  { stepSize, steps }: { readonly stepSize: number; readonly steps: number },
): Path {
  const points = new Float64Array(2 * (steps + 1));
  const loss = new Float64Array(steps + 1);
  const gradientNorm = new Float64Array(steps + 1);
  const cosine = new Float64Array(steps + 1);
  let count = 0;
  let ended: string | null = null;
  try {
    const { preconditioner } = planarMethod(problem, panel.method, panel);
    const run = preconditioned(problem.objective, preconditioner, {
      start: Float64Array.from(start),
      stepSize: stepSize * panel.scale,
      iterations: steps,
      divergence: DIVERGENCE,
    });
    for (const step of run) {
      points[2 * count] = step.theta[0];
      points[2 * count + 1] = step.theta[1];
      loss[count] = step.loss;
      gradientNorm[count] = step.gradientNorm;
      cosine[count] = agreement(problem, panel.damping, [step.theta[0], step.theta[1]]);
      count++;
    }
    if (count <= steps) ended = `the loss passed ${DIVERGENCE} times the first`;
  } catch (error) {
    if (!(error instanceof ConvergenceError || error instanceof NotPositiveDefiniteError)) {
      throw error;
    }
    ended = error.message;
  }
  return {
    points: points.subarray(0, 2 * count),
    loss: loss.subarray(0, count),
    gradientNorm: gradientNorm.subarray(0, count),
    cosine: cosine.subarray(0, count),
    ended,
  };
}

/** The cosine of the natural and the empirical-Fisher step. */
function agreement(problem: PlanarProblem, damping: number, [s, t]: Point): number {
  const { sums, priorPrecision } = problem;
  const { gradient, fisher, empirical } = sums(s, t);
  const g: Point = [gradient[0] + priorPrecision * s, gradient[1] + priorPrecision * t];
  const lambda = priorPrecision + damping;
  try {
    const [a, b] = solve(damped(fisher, lambda), g);
    const [c, d] = solve(damped(empirical, lambda), g);
    return (a * c + b * d) / (Math.hypot(a, b) * Math.hypot(c, d));
  } catch {
    return Number.NaN;
  }
}

/** `[count², 2]`: what a step of size 1 adds to θ at the nodes of a regular grid, row by row from the lowest. */
export function arrows(
  problem: PlanarProblem,
  panel: PanelSpec,
  { x, y }: { readonly x: Point; readonly y: Point },
  count: number,
): Float64Array {
  const field = new Float64Array(2 * count * count);
  const method = planarMethod(problem, panel.method, panel);
  for (let j = 0, k = 0; j < count; j++) {
    for (let i = 0; i < count; i++, k += 2) {
      const theta: Point = [node(x, i, count), node(y, j, count)];
      const [u, v] = stepAt(problem, method, theta);
      field[k] = panel.scale * u;
      field[k + 1] = panel.scale * v;
    }
  }
  return field;
}

/** The i-th of `count` points of an interval, both ends half a cell inside. */
export function node([low, high]: Point, i: number, count: number): number {
  return low + ((high - low) * (i + 0.5)) / count;
}

/** The first step of size 1 from θ, NaN where there is none. */
export function stepAt(
  problem: PlanarProblem,
  { preconditioner }: PlanarMethod,
  theta: Point,
): Point {
  const at = Float64Array.from(theta);
  try {
    const fresh = preconditioner.fresh?.() ?? preconditioner;
    const direction = fresh.direction(problem.objective, at, problem.objective.gradient(at));
    return [-direction[0], -direction[1]];
  } catch (error) {
    if (error instanceof NotPositiveDefiniteError) return [Number.NaN, Number.NaN];
    throw error;
  }
}
