/** Jobs on a pool of worker threads (Node only). Data travel in shared buffers; each worker has one BLAS thread. */
import type { Matrix } from "../../linalg/matrix.ts";
import type { SparseMatrix } from "../../linalg/sparse.ts";
import { asTheyCome, workerPool } from "../workerPool.ts";
import type { Executor } from "./executor.ts";
import type { RaceAnswer, RaceJob, RaceProblem } from "./job.ts";

/** See {@link workerPool}. */
export function poolExecutor(workers: number): Executor {
  const pool = workerPool<RaceJob, RaceAnswer>(import.meta.url, workers);
  return {
    workers,
    async *run(jobs, { signal } = {}) {
      const shared = new Map<string, RaceProblem>();
      const start = async (
        index: number,
        stopped: AbortSignal,
      ): Promise<{ index: number; answer: RaceAnswer }> => {
        const job = jobs[index];
        const problem = shared.get(job.problemKey) ?? shareProblem(job.problem);
        shared.set(job.problemKey, problem);
        return { index, answer: await pool.run({ ...job, problem }, { signal: stopped }) };
      };
      yield* asTheyCome(jobs.length, start, { signal });
    },
    close: () => pool.close({ force: true }),
  };
}

function shareProblem(problem: RaceProblem): RaceProblem {
  return { ...problem, X: shareInputs(problem.X), y: share(problem.y) };
}

function shareInputs(X: Matrix | SparseMatrix): Matrix | SparseMatrix {
  if (!("kind" in X)) return { ...X, data: share(X.data) };
  return {
    ...X,
    rowPointers: Int32Array.from(X.rowPointers),
    columns: Int32Array.from(X.columns),
    values: share(X.values),
  };
}

function share(values: Float64Array): Float64Array {
  const shared = new Float64Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}
