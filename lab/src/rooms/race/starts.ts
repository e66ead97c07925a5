/** Runs from other starting points, as Figure 5 has them, in a plane of the parameters. */
import { curvature } from "../../../../src/curvature/curvature.ts";
import { fisher } from "../../../../src/curvature/kinds.ts";
import { ConvergenceError, NotPositiveDefiniteError } from "../../../../src/errors.ts";
import {
  linearRegression,
  logisticRegression,
  minimum,
  type PaperProblem,
} from "../../../../src/experiments/problem.ts";
import type { Setting } from "../../../../src/experiments/race/grid.ts";
import type { RaceProblem } from "../../../../src/experiments/race/job.ts";
import { empiricalFisherDescent } from "../../../../src/optimizers/empiricalFisherDescent.ts";
import { naturalGradient } from "../../../../src/optimizers/naturalGradient.ts";
import type { Step } from "../../../../src/optimizers/step.ts";
import type { Point } from "../../compute/planar.ts";
import type { Grid } from "../../compute/surface.ts";

/** Those of Figure 5. */
export const methods = { NGD: naturalGradient, EFGD: empiricalFisherDescent } as const;
export type StartMethod = keyof typeof methods;

/** Steps of a run, as many as in Figure 5. */
export const STEPS = 20;

/** Damping of the step that spans the plane; the one of Figure 1. */
const DAMPING = 1e-8;

/**
 * The plane θ = c·goal + b·across. It holds the origin, where races start, the goal, and the first step of the
 * empirical Fisher from the origin. In the metric of the Fisher at the origin `across` is orthogonal to the goal and as long.
 */
export interface StartPlane {
  readonly problem: PaperProblem;
  readonly goal: Float64Array;
  readonly across: Float64Array;
  /** the goal is the minimum, and not just where the natural gradient came to where there is none */
  readonly isMinimum: boolean;
  /** θ in coordinates of the plane: its projection in that metric */
  project(theta: Float64Array): Point;
}

export function startPlane(race: RaceProblem): StartPlane {
  const problem = paperProblem(race);
  const { objective } = problem;
  const { goal, isMinimum } = goalOf(problem);
  const F = curvature(objective, new Float64Array(objective.dimension), fisher());
  const inner = (a: Float64Array, b: Float64Array): number => dot(a, F.multiply(b));
  const length = inner(goal, goal);
  const first = firstStep(problem);
  const share = inner(first, goal) / length;
  const rest = first.map((value, i) => value - share * goal[i]);
  const scale = Math.sqrt(length / inner(rest, rest));
  const across = rest.map((value) => value * scale);
  const [dualGoal, dualAcross] = [F.multiply(goal), F.multiply(across)];
  return {
    problem,
    goal,
    across,
    isMinimum,
    project: (theta) => [dot(theta, dualGoal) / length, dot(theta, dualAcross) / length],
  };
}

/** θ at a point of the plane. */
export function at({ goal, across }: StartPlane, [c, b]: Point): Float64Array {
  return goal.map((value, i) => c * value + b * across[i]);
}

/** Loss and place of each step of a run; fewer where it left the finite numbers or met a singular matrix. */
export interface StartRun {
  readonly losses: Float64Array;
  readonly path: readonly Point[];
}

export function runFrom(
  plane: StartPlane,
  method: StartMethod,
  setting: Setting,
  start: Point,
): StartRun {
  const { problem } = plane;
  const losses: number[] = [];
  const path: Point[] = [];
  const options = { ...setting, iterations: STEPS, start: at(plane, start) };
  for (const { loss, theta } of steps(methods[method](problem.objective, options))) {
    losses.push(problem.fromObjective(loss));
    path.push(plane.project(theta));
  }
  return { losses: Float64Array.from(losses), path };
}

/** The loss on a regular grid of the plane. */
export function lossOver(plane: StartPlane, x: Point, y: Point, count: number): Grid {
  const values = new Float64Array(count * count);
  for (let j = 0, k = 0; j < count; j++) {
    for (let i = 0; i < count; i++, k++) {
      const c = x[0] + ((x[1] - x[0]) * i) / (count - 1);
      const b = y[0] + ((y[1] - y[0]) * j) / (count - 1);
      values[k] = plane.problem.loss(at(plane, [c, b]));
    }
  }
  return { x, y, count, values };
}

function paperProblem({ likelihood, X, y }: RaceProblem): PaperProblem {
  if ("kind" in X) throw new TypeError("races of the lab have dense inputs");
  const data = new Float64Array(X.rows * (X.cols + 1)).fill(1);
  for (let n = 0; n < X.rows; n++) {
    data.set(X.data.subarray(n * X.cols, (n + 1) * X.cols), n * (X.cols + 1));
  }
  const samples = { X: { rows: X.rows, cols: X.cols + 1, data }, y };
  return likelihood === "gaussian" ? linearRegression(samples) : logisticRegression(samples);
}

/** The minimum; where there is none, the point to which as many natural gradient steps lead. */
function goalOf({ objective }: PaperProblem): { goal: Float64Array; isMinimum: boolean } {
  try {
    return { goal: minimum(objective), isMinimum: true };
  } catch (error) {
    if (!isEnd(error)) throw error;
  }
  let goal: Float64Array = new Float64Array(objective.dimension);
  const options = { damping: DAMPING, iterations: STEPS };
  for (const { theta } of steps(naturalGradient(objective, options))) goal = theta;
  return { goal, isMinimum: false };
}

function firstStep({ objective }: PaperProblem): Float64Array {
  const [first] = steps(empiricalFisherDescent(objective, { damping: DAMPING, iterations: 1 }));
  return first?.step ?? objective.gradient(new Float64Array(objective.dimension));
}

/** The steps of a run, up to where it leaves the finite numbers or meets a singular matrix. */
function steps(run: Iterable<Step>): Step[] {
  const found: Step[] = [];
  try {
    for (const step of run) found.push(step);
  } catch (error) {
    if (!isEnd(error)) throw error;
  }
  return found;
}

function isEnd(error: unknown): boolean {
  return error instanceof ConvergenceError || error instanceof NotPositiveDefiniteError;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
