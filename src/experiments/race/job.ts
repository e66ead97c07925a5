/** A piece of the grid search as plain data, so that it can run here, in a worker, or on another machine. */
import type { Matrix } from "../../linalg/matrix.ts";
import type { SparseMatrix } from "../../linalg/sparse.ts";
import type { GridConfiguration, Method } from "../results.ts";
import { cosinesAlong, runSettings, type Setting } from "./grid.ts";
import type { LaneProblem } from "./laneProblem.ts";
import { leastSquaresLanes } from "./leastSquares.ts";
import { logisticLanes } from "./logistic.ts";

/** A data set to race on. `X` comes without a bias column: a column of ones is appended last. */
export interface RaceProblem {
  readonly dataset: string;
  readonly likelihood: "bernoulli" | "gaussian";
  readonly X: Matrix | SparseMatrix;
  readonly y: Float64Array;
}

export type RaceJob = {
  readonly problem: RaceProblem;
  /** identifies the problem's contents: a worker prepares a problem once */
  readonly problemKey: string;
  readonly stop: Pick<GridConfiguration, "iterations" | "divergence">;
} & (
  | { readonly task: "runs"; readonly method: Method; readonly settings: readonly Setting[] }
  | { readonly task: "cosines"; readonly setting: Setting }
);

/** What a job returns, as JSON can hold it: a number that is not finite is null. */
export interface RaceAnswer {
  /** last losses of the runs, or the cosines */
  readonly values: (number | null)[];
  readonly iterations: number;
  readonly best: number;
  readonly curve: number[];
  readonly seconds: number;
}

/** Prepared problems, so that a worker reduces a data set once. */
const prepared = new Map<string, LaneProblem>();
const PREPARED_LIMIT = 8;

/** Runs one job. */
export function runJob(job: RaceJob): RaceAnswer {
  const started = performance.now();
  const problem = preparedProblem(job);
  const seconds = (): number => (performance.now() - started) / 1000;
  if (job.task === "cosines") {
    const cosines = cosinesAlong(problem, job.setting, job.stop.iterations);
    return { values: finite(cosines), iterations: 0, best: -1, curve: [], seconds: seconds() };
  }
  const runs = runSettings(problem, job.method, job.settings, job.stop);
  const { losses, iterations, best, curve } = runs;
  return { values: finite(losses), iterations, best, curve: [...curve], seconds: seconds() };
}

function preparedProblem({ problem, problemKey }: RaceJob): LaneProblem {
  let lanes = prepared.get(problemKey);
  if (!lanes) {
    if (prepared.size === PREPARED_LIMIT) prepared.clear();
    lanes = lanesOf(problem);
    prepared.set(problemKey, lanes);
  }
  return lanes;
}

function finite(values: Float64Array): (number | null)[] {
  return Array.from(values, (v) => (Number.isFinite(v) ? v : null));
}

const families = {
  bernoulli: logisticLanes,
  gaussian: leastSquaresLanes,
} satisfies Record<RaceProblem["likelihood"], unknown>;

/**
 * The lane problem of a data set, bias appended. Where few runs are wanted, fewer `lanes`, a multiple of 16, are done
 * sooner; a run is the same to the last bit.
 */
export function lanesOf({ likelihood, X, y }: RaceProblem, lanes?: number): LaneProblem {
  return families[likelihood](withBias(X), y, lanes);
}

function withBias(X: Matrix | SparseMatrix): Matrix | SparseMatrix {
  return "kind" in X ? sparseWithBias(X) : denseWithBias(X);
}

function denseWithBias({ rows, cols, data }: Matrix): Matrix {
  const extended = new Float64Array(rows * (cols + 1)).fill(1);
  for (let n = 0; n < rows; n++) {
    extended.set(data.subarray(n * cols, (n + 1) * cols), n * (cols + 1));
  }
  return { rows, cols: cols + 1, data: extended };
}

function sparseWithBias(X: SparseMatrix): SparseMatrix {
  const nonzeros = X.values.length + X.rows;
  const columns = new Int32Array(nonzeros).fill(X.cols);
  const values = new Float64Array(nonzeros).fill(1);
  for (let n = 0; n < X.rows; n++) {
    const [from, to] = [X.rowPointers[n], X.rowPointers[n + 1]];
    columns.set(X.columns.subarray(from, to), from + n);
    values.set(X.values.subarray(from, to), from + n);
  }
  return {
    kind: "csr",
    rows: X.rows,
    cols: X.cols + 1,
    rowPointers: Int32Array.from(X.rowPointers, (p, n) => p + n),
    columns,
    values,
  };
}
