/**
 * Figure 5: natural-gradient and empirical-Fisher descent from starts at different distances of the minimum, on a
 * data set with the best settings of its grid, and on a problem in one dimension.
 */
import { ConvergenceError, MissingError, NotPositiveDefiniteError } from "../errors.ts";
import { fromRows, type Matrix } from "../linalg/matrix.ts";
import { type SparseMatrix, toDense } from "../linalg/sparse.ts";
import { empiricalFisherDescent } from "../optimizers/empiricalFisherDescent.ts";
import { naturalGradient } from "../optimizers/naturalGradient.ts";
import type { Step } from "../optimizers/step.ts";
import { linearRegression, minimum, type PaperProblem } from "./problem.ts";
import type { Figure5, RacePanel } from "./results.ts";

type Configuration = Figure5["configuration"];
type Settings = Configuration["settings"];
type Curve = Figure5["dataset"][number];

const FACTORS: readonly number[] = [0.875, 0.75, 0.5, 0];
const ITERATIONS = 20;
const QUADRATIC: Configuration["quadratic"] = {
  starts: [0.5, 1, 2, 4],
  stepSize: 0.5,
  damping: 1e-6,
  iterations: 10,
};
const methods = { NGD: naturalGradient, EFGD: empiricalFisherDescent } as const;

/** The data set of the left panel; X without its bias, which is appended last. */
export interface StartingPointData {
  readonly dataset: string;
  readonly X: Matrix | SparseMatrix;
  readonly y: Float64Array;
  /** said in the figure where it stands in for another one */
  readonly substituted?: string;
}

/** The step sizes and dampings of the best runs of a race. Throws {@link MissingError} for an empty panel. */
export function bestSettings(panel: RacePanel): Settings {
  const best = (method: "NGD" | "EFGD"): Settings["NGD"] => {
    const grid = panel.status === "done" && panel.grids.find((found) => found.method === method);
    if (!grid) throw new MissingError(`${panel.dataset}: found no race of ${method}`);
    return { stepSize: grid.stepSize, damping: grid.damping ?? 0 };
  };
  return { NGD: best("NGD"), EFGD: best("EFGD") };
}

/**
 * Figure 5 with the given step sizes and dampings, those of the best runs of the race on the same data. Starts
 * are c · θ*, θ* the least-squares minimum. The problem in one dimension, (x − ½)² + (x + ½)², is the
 * linear regression of the targets ½ and −½ on a constant: its loss is a quarter of that sum (which scales
 * EFGD's steps: the empirical Fisher is not homogeneous in the loss), its gradient x, its Fisher 1 and
 * its empirical Fisher x² + ¼.
 */
export function figure5(data: StartingPointData, settings: Settings): Figure5 {
  const { dataset, substituted } = data;
  const problem = linearRegression({ X: withBias(data.X), y: data.y });
  const lowest = minimum(problem.objective);
  const line = linearRegression({ X: fromRows([[1], [1]]), y: Float64Array.of(0.5, -0.5) });
  const fixed = { stepSize: QUADRATIC.stepSize, damping: QUADRATIC.damping };
  return {
    figure: 5,
    configuration: {
      dataset,
      ...(substituted ? { substituted } : {}),
      factors: [...FACTORS],
      iterations: ITERATIONS,
      settings,
      quadratic: QUADRATIC,
    },
    dataset: curves(problem, settings, FACTORS, ITERATIONS, (c) => lowest.map((t) => c * t)),
    quadratic: curves(
      line,
      { NGD: fixed, EFGD: fixed },
      QUADRATIC.starts,
      QUADRATIC.iterations,
      (x) => Float64Array.of(x),
    ),
  };
}

function curves(
  { objective, fromObjective }: PaperProblem,
  settings: Settings,
  starts: readonly number[],
  iterations: number,
  place: (start: number) => Float64Array,
): Curve[] {
  return (["NGD", "EFGD"] as const).flatMap((method) =>
    starts.map((start) => {
      const options = { ...settings[method], iterations, start: place(start) };
      const steps = methods[method](objective, options);
      return { start, method, curve: losses(steps).map(fromObjective) };
    }),
  );
}

/** The losses of a run, up to where it leaves the finite numbers or meets a singular matrix. */
function losses(steps: Iterable<Step>): number[] {
  const found: number[] = [];
  try {
    for (const { loss } of steps) found.push(loss);
  } catch (error) {
    const ended = error instanceof ConvergenceError || error instanceof NotPositiveDefiniteError;
    if (!ended) throw error;
  }
  return found;
}

function withBias(inputs: Matrix | SparseMatrix): Matrix {
  const X = "kind" in inputs ? toDense(inputs) : inputs;
  const data = new Float64Array(X.rows * (X.cols + 1)).fill(1);
  for (let n = 0; n < X.rows; n++) {
    data.set(X.data.subarray(n * X.cols, (n + 1) * X.cols), n * (X.cols + 1));
  }
  return { rows: X.rows, cols: X.cols + 1, data };
}
