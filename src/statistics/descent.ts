/** Two descents from the start of a fit: natural gradient steps, and steps with the empirical Fisher in its place. */
import type { Matrix } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { cosine as cosineOf, dot } from "../linalg/vector.ts";
import { choleskyOrNothing } from "./coordinates.ts";
import { type Curvature, curvatureAt } from "./curvatureAt.ts";
import type { Problem } from "./problem.ts";
import { problemOf } from "./refit.ts";
import type { DescentPath, Fit, FitOptions } from "./results.ts";
import type { RowSource } from "./rows.ts";

/** Steps of each descent. */
const STEPS = 15;
const HALVINGS = 40;
/** a decrement below which there is no direction left, as in the comparison of steps */
const ROUNDING = 1e-12;
const NO_DRAWS = { seed: 0, draws: 0 };

/** Unit steps, halved until the loss falls; at most 15 of each kind. */
export async function descentPaths(
  rows: RowSource,
  fit: Fit,
  options: Pick<FitOptions, "signal"> = {},
): Promise<DescentPath[]> {
  const problem = problemOf(fit, rows, options);
  const first = fit.scoring[0]?.theta ?? fit.theta;
  const optimum = (await curvatureAt(problem, fit, fit.theta, NO_DRAWS)).loss;
  const paths: DescentPath[] = [];
  for (const method of ["NGD", "EFGD"] as const) {
    paths.push(await descend(problem, fit, first, method, optimum));
  }
  return paths;
}

async function descend(
  problem: Problem,
  fit: Fit,
  start: Float64Array,
  method: "NGD" | "EFGD",
  optimum: number,
): Promise<DescentPath> {
  const excess: number[] = [];
  const cosine: number[] = [];
  let current = await curvatureAt(problem, fit, start, NO_DRAWS);
  for (let step = 0; ; step++) {
    excess.push(Math.max(0, current.loss - optimum));
    const natural = solveStep(problem, current.fisher, current.gradient);
    const empirical = solveStep(problem, current.empirical, current.gradient);
    // at the optimum both are rounding errors
    const known = natural && empirical && natural.decrement > ROUNDING;
    cosine.push(known ? cosineOf(natural.step, empirical.step) : Number.NaN);
    const chosen = (method === "NGD" ? natural : empirical)?.step;
    const done = step === STEPS || !chosen || excess[step] < 1e-10 * (1 + Math.abs(optimum));
    const next = done ? undefined : await halved(problem, fit, current, chosen);
    if (!next) return { method, excess, cosine };
    current = next;
  }
}

/** A⁻¹ g in the coordinates of θ, and gᵀA⁻¹g; undefined for a singular A. */
function solveStep(
  problem: Problem,
  A: Matrix,
  gradient: Float64Array,
): { readonly step: Float64Array; readonly decrement: number } | undefined {
  const L = choleskyOrNothing(A);
  if (!L) return undefined;
  const b = { rows: L.rows, cols: 1, data: gradient.slice() };
  kernels().solveTriangular(L, b);
  kernels().solveTriangular(L, b, { transpose: true });
  return { step: problem.coordinates.toTheta(b.data), decrement: dot(b.data, gradient) };
}

async function halved(
  problem: Problem,
  fit: Fit,
  { theta, loss }: Curvature,
  step: Float64Array,
): Promise<Curvature | undefined> {
  for (let k = 0, size = 1; k < HALVINGS; k++, size /= 2) {
    const next = theta.map((value, t) => value - size * step[t]);
    const found = await curvatureAt(problem, fit, next, NO_DRAWS);
    if (found.loss < loss) return found;
  }
  return undefined;
}
