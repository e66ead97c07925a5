/** Jobs on a pool of worker threads (Node only). Data travel in shared buffers; each worker has one BLAS thread. */
import { Piscina } from "piscina";
import type { Matrix } from "../../linalg/matrix.ts";
import { kernels } from "../../linalg/provider.ts";
import type { SparseMatrix } from "../../linalg/sparse.ts";
import type { Executor } from "./executor.ts";
import type { RaceAnswer, RaceJob, RaceProblem } from "./job.ts";

/**
 * A pool of up to `workers` threads, started as jobs come. Close it, or the process stays alive. Throws where the
 * kernels that the environment asks for are not to be had, as each worker would.
 */
export function poolExecutor(workers: number): Executor {
  kernels();
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const pool = new Piscina<RaceJob, RaceAnswer>({
    filename: new URL(`./worker.${extension}`, import.meta.url).href,
    minThreads: 0,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  return {
    workers,
    async *run(jobs, { signal } = {}) {
      const shared = new Map<string, RaceProblem>();
      const abort = new AbortController();
      const stop = (): void => abort.abort(signal?.reason);
      if (signal?.aborted) stop();
      signal?.addEventListener("abort", stop, { once: true });
      const waiting = new Map<number, Promise<{ index: number; answer: RaceAnswer }>>();
      try {
        for (const [index, job] of jobs.entries()) {
          const problem = shared.get(job.problemKey) ?? shareProblem(job.problem);
          shared.set(job.problemKey, problem);
          waiting.set(
            index,
            pool
              .run({ ...job, problem }, { signal: abort.signal })
              .then((answer) => ({ index, answer })),
          );
        }
        while (waiting.size > 0) {
          const done = await Promise.race(waiting.values());
          waiting.delete(done.index);
          yield done;
        }
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        signal?.removeEventListener("abort", stop);
        // What is still queued ends with an error that nobody waits for any more.
        for (const rest of waiting.values()) rest.catch(() => {});
        if (waiting.size > 0) abort.abort();
      }
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
