/** The curvature matrices at points of the path of Fisher scoring, and the steps that they give. */
import { kernels } from "../linalg/provider.ts";
import { dot, norm } from "../linalg/vector.ts";
import { compareDamping, compareMatrices, compareSteps } from "./comparisons.ts";
import { choleskyOrNothing } from "./coordinates.ts";
import { type Curvature, curvatureAt } from "./curvatureAt.ts";
import type { Problem } from "./problem.ts";
import { problemOf } from "./refit.ts";
import type { CurvaturePoint, Fit } from "./results.ts";
import type { RowSource } from "./rows.ts";

export interface PathOptions {
  readonly seed: number;
  /** k of the Monte-Carlo Fisher */
  readonly draws: number;
  /** multiples of the mean eigenvalue of the Fisher */
  readonly damping: readonly number[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Points of the path that are looked at, besides start and optimum. */
const POINTS = 8;

/** Start, some steps of Fisher scoring, and the optimum. */
export async function curvaturePath(
  rows: RowSource,
  fit: Fit,
  options: PathOptions,
): Promise<CurvaturePoint[]> {
  const problem = problemOf(fit, rows, options);
  const chosen = choosePoints(fit);
  const found: { point: Curvature; iteration: number; label: string }[] = [];
  for (const { theta, iteration, label } of chosen) {
    found.push({ point: await curvatureAt(problem, fit, theta, options), iteration, label });
    options.onProgress?.(found.length, chosen.length);
  }
  const least = found[found.length - 1].point.loss;
  return found.map(({ point, iteration, label }) =>
    describe(problem, fit, point, iteration, label, least, options),
  );
}

interface PathPoint {
  readonly theta: Float64Array;
  readonly iteration: number;
  readonly label: string;
}

function choosePoints({ scoring, theta }: Fit): PathPoint[] {
  const moved = scoring.filter((step) => step.stepSize > 0);
  const points: PathPoint[] = moved.map((step) => ({
    theta: step.theta,
    iteration: step.iteration,
    label: step.iteration === 0 ? "start" : `step ${step.iteration}`,
  }));
  // where scoring needs one step, and corrects rounding afterwards, there is nothing in between
  const distinct = points.filter((_, k) => k === 0 || moved[k].decrement > 1e-8);
  const last = { theta, iteration: moved.length, label: "optimum" };
  return [...distinct.slice(0, POINTS + 1), last];
}

function describe(
  problem: Problem,
  fit: Fit,
  point: Curvature,
  iteration: number,
  label: string,
  least: number,
  { damping }: PathOptions,
): CurvaturePoint {
  const { coordinates } = problem;
  const L = choleskyOrNothing(point.fisher);
  const theta = Array.from(point.theta);
  const gradient = toThetaGradient(problem, point.gradient);
  const gradientNorm = norm(gradient);
  const base = {
    label,
    iteration,
    loss: point.loss - least - fit.logLikelihood,
    excess: point.loss - least,
    gradientNorm,
    theta,
  };
  if (!L) return { ...base, decrement: Number.NaN, matrices: [], steps: [], damping: [] };
  const whitened = { rows: L.rows, cols: 1, data: point.gradient.slice() };
  kernels().solveTriangular(L, whitened);
  const decrement = dot(whitened.data, whitened.data);
  const matrices = compareMatrices(coordinates, L, point);
  if (!(decrement > 1e-12)) return { ...base, decrement, matrices, steps: [], damping: [] };
  return {
    ...base,
    decrement,
    matrices,
    steps: compareSteps(coordinates, L, point, gradient),
    damping: compareDamping(coordinates, point, damping),
  };
}

/** Tᵀ ∇: the gradient by θ. */
function toThetaGradient({ coordinates }: Problem, gradient: Float64Array): Float64Array {
  const P = coordinates.columns;
  const result = new Float64Array(gradient.length);
  for (let start = 0; start < gradient.length; start += P) {
    const part = gradient.subarray(start, start + P);
    kernels().gemv(coordinates.lower, part, result.subarray(start, start + P));
  }
  return result;
}
