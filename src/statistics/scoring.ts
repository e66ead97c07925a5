/** Fisher scoring: natural gradient steps of length 1, halved while the loss does not fall. */
import { ConvergenceError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { choleskyOrNothing } from "./coordinates.ts";
import { type Evaluation, evaluate, type Problem } from "./problem.ts";
import type { ScoringStep } from "./results.ts";
import { separatingDirection } from "./separation.ts";
import { reportSeparation } from "./separationReport.ts";

export interface ScoringOptions {
  readonly maxIterations: number;
  /** of gᵀ H⁻¹ g */
  readonly tolerance: number;
}

export interface Scored {
  readonly theta: Float64Array;
  readonly steps: readonly ScoringStep[];
  readonly converged: boolean;
}

const HALVINGS = 60;

/**
 * Minimizes the loss from `start` `[D]`. Canonical links make Fisher scoring Newton's method. Stops when the decrement
 * gᵀH⁻¹g falls below the tolerance, after that step. Throws {@link ConvergenceError}, `SeparationError`.
 */
export async function score(
  problem: Problem,
  start: Float64Array,
  options: ScoringOptions,
): Promise<Scored> {
  if (problem.scorer.family === "gaussian") return leastSquares(problem, start);
  const steps: ScoringStep[] = [];
  let theta = start;
  let current = await evaluate(problem, theta);
  requireStart(current);
  let previous: { delta: Float64Array; decrement: number } | undefined;
  for (let iteration = 0; ; iteration++) {
    const step = await newtonStep(problem, theta, current, previous, iteration);
    const { decrement, delta } = step;
    const record = { iteration, loss: current.loss, decrement, theta };
    await checkComplete(problem, current, theta);
    if (isSteady(steps, decrement)) await checkDirection(problem, delta, decrement);
    const converged = decrement <= options.tolerance || hasStalled(steps, decrement);
    if (converged || iteration === options.maxIterations) {
      steps.push({ ...record, stepSize: converged ? 1 : 0 });
      return { theta: converged ? moved(theta, delta, 1) : theta, steps, converged };
    }
    const taken = await descend(problem, theta, delta, current, decrement, iteration + 1);
    steps.push({ ...record, stepSize: taken.stepSize });
    theta = taken.theta;
    current = taken.evaluation;
    previous = { delta, decrement };
  }
}

/**
 * Least squares: H does not change, so the first step solves the problem, and the next ones correct rounding until
 * that stops to help (iterative refinement).
 */
async function leastSquares(problem: Problem, start: Float64Array): Promise<Scored> {
  const steps: ScoringStep[] = [];
  let theta = start;
  let current = await evaluate(problem, theta);
  requireStart(current);
  const L = choleskyOrNothing(current.fisher as Matrix);
  if (!L) throw singular(0);
  for (let iteration = 0; ; iteration++) {
    const { delta, decrement } = solve(problem, L, current.gradient);
    const record = { iteration, loss: current.loss, decrement, theta };
    const last = steps.at(-1);
    const done = decrement === 0 || (last && decrement > 1e-4 * last.decrement) || iteration === 20;
    if (done) {
      // a correction that rounding alone makes can be worse than the point that it corrects
      const better = last && decrement > last.decrement ? last.theta : theta;
      steps.push({ ...record, stepSize: 0 });
      return { theta: better, steps, converged: iteration < 20 };
    }
    steps.push({ ...record, stepSize: 1 });
    theta = moved(theta, delta, 1);
    current = await evaluate(problem, theta, { fisher: false, iteration: iteration + 1 });
  }
}

/** −H⁻¹ g as a step in θ, and gᵀ H⁻¹ g. */
function solve(
  { coordinates }: Problem,
  L: Matrix,
  gradient: Float64Array,
): { delta: Float64Array; decrement: number } {
  const b = { rows: L.rows, cols: 1, data: gradient.slice() };
  kernels().solveTriangular(L, b);
  let decrement = 0;
  for (const value of b.data) decrement += value * value;
  kernels().solveTriangular(L, b, { transpose: true });
  return { delta: coordinates.toTheta(b.data.map((value) => -value)), decrement };
}

async function newtonStep(
  problem: Problem,
  theta: Float64Array,
  { fisher, gradient, margin }: Evaluation,
  previous: { delta: Float64Array; decrement: number } | undefined,
  iteration: number,
): Promise<{ delta: Float64Array; decrement: number }> {
  const L = choleskyOrNothing(fisher as Matrix);
  if (L) return solve(problem, L, gradient);
  // curvature vanishes where all probabilities are 0 or 1
  if (margin > 0) await reportSeparation(problem, { direction: theta, complete: true });
  if (previous) await checkDirection(problem, previous.delta, previous.decrement);
  throw singular(iteration);
}

function singular(iteration: number): ConvergenceError {
  return new ConvergenceError(
    `the Fisher information is singular at iteration ${iteration}, though the columns are independent: the fitted ` +
      "values leave no information about some coefficient. Use a ridge, or leave out columns",
  );
}

function requireStart({ loss }: Evaluation): void {
  if (Number.isFinite(loss)) return;
  throw new ConvergenceError(
    `the loss at the starting values is ${loss}: offsets or values of the target are too large, change their units`,
  );
}

/** The first of the steps 1, ½, ¼, … that lowers the loss enough (Armijo's condition, up to rounding). */
async function descend(
  problem: Problem,
  theta: Float64Array,
  delta: Float64Array,
  { loss }: Evaluation,
  decrement: number,
  iteration: number,
): Promise<{ theta: Float64Array; evaluation: Evaluation; stepSize: number }> {
  const rounding = 1e-12 * Math.abs(loss);
  let stepSize = 1;
  for (let halving = 0; halving < HALVINGS; halving++, stepSize /= 2) {
    const next = moved(theta, delta, stepSize);
    const evaluation = await evaluate(problem, next, { iteration });
    if (evaluation.loss <= loss - 1e-4 * stepSize * decrement + rounding) {
      return { theta: next, evaluation, stepSize };
    }
  }
  throw new ConvergenceError(
    `no step along the scoring direction lowers the loss ${loss} at iteration ${iteration - 1}`,
  );
}

function moved(theta: Float64Array, delta: Float64Array, stepSize: number): Float64Array {
  return theta.map((value, t) => value + stepSize * delta[t]);
}

/** Whether the decrement no longer falls although it is already at the level of rounding. */
function hasStalled(steps: readonly ScoringStep[], decrement: number): boolean {
  const last = steps.at(-1);
  return last !== undefined && decrement < 1e-9 && decrement > 0.5 * last.decrement;
}

/** Towards infinity each unit step divides the decrement by e; towards a minimum it falls ever faster. */
function isSteady(steps: readonly ScoringStep[], decrement: number): boolean {
  const path = [...steps.slice(-2).map((step) => step.decrement), decrement];
  return (
    path.length === 3 &&
    path.every((d, i) => i === 0 || (d > 0.2 * path[i - 1] && d < 0.6 * path[i - 1]))
  );
}

/** Throws where there is separation along a step. */
async function checkDirection(
  problem: Problem,
  delta: Float64Array,
  decrement: number,
): Promise<void> {
  if (problem.ridge > 0) return;
  const found = await separatingDirection(problem, delta, decrement);
  if (found) await reportSeparation(problem, found);
}

/** θ itself separates the classes completely if every row's own class has the largest predictor. */
async function checkComplete(
  problem: Problem,
  { margin }: Evaluation,
  theta: Float64Array,
): Promise<void> {
  if (margin > 0 && margin < Infinity && problem.ridge === 0 && !problem.offset) {
    await reportSeparation(problem, { direction: theta, complete: true });
  }
}
