/** Runs on a pool of worker threads (Node only). Images travel in shared buffers; each worker has one BLAS thread. */
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import type { LabelledImages } from "../../continual/tasks.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { kernels } from "../../linalg/provider.ts";
import type { EwcExecutor, EwcTask } from "./executor.ts";
import type { EwcEvent } from "./job.ts";
import type { EwcRun } from "./results.ts";
import type { WorkerTask } from "./worker.ts";

export interface EwcPoolOptions {
  readonly workers: number;
  /** a folder for the states of runs, one file a run; none: a stopped run starts anew */
  readonly checkpoints?: string;
}

/**
 * A pool of up to `workers` threads, started as runs come. An aborted one stops where it is; what its last epoch left in
 * the folder is gone on from. Close it, or the process stays alive. Throws where the kernels that the environment
 * asks for are not to be had.
 */
export function ewcPool({ workers, checkpoints }: EwcPoolOptions): EwcExecutor {
  kernels();
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const pool = new Piscina<WorkerTask, EwcRun>({
    filename: new URL(`./worker.${extension}`, import.meta.url).href,
    minThreads: 0,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  return {
    workers,
    async *run(tasks, { onEvent, signal } = {}) {
      const shared = new Map<string, Promise<LabelledImages>>();
      const abort = new AbortController();
      const stop = (): void => abort.abort(signal?.reason);
      if (signal?.aborted) stop();
      signal?.addEventListener("abort", stop, { once: true });
      const start = async (
        { job, key, firstKey, dataKey, load }: EwcTask,
        index: number,
      ): Promise<{ index: number; run: EwcRun }> => {
        const images = shared.get(dataKey) ?? load().then(share);
        shared.set(dataKey, images);
        const data = await images;
        const { port1, port2 } = new MessageChannel();
        port1.on("message", (event: EwcEvent) => onEvent?.(index, event));
        try {
          const task = {
            job,
            key,
            data,
            port: port2,
            ...(firstKey !== undefined && { firstKey }),
            ...(checkpoints && { checkpoints }),
          };
          const run = await pool.run(task, { signal: abort.signal, transferList: [port2] });
          return { index, run };
        } finally {
          port1.close();
        }
      };
      // one more than there are threads, so that none waits and images are shared when they are needed
      const waiting = new Map<number, ReturnType<typeof start>>();
      let next = 0;
      try {
        while (next < tasks.length || waiting.size > 0) {
          while (next < tasks.length && waiting.size <= workers) {
            waiting.set(next, start(tasks[next], next));
            next++;
          }
          const done = await Promise.race(waiting.values());
          waiting.delete(done.index);
          yield done;
        }
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        signal?.removeEventListener("abort", stop);
        // what is still running or queued ends with an error that nobody waits for any more
        for (const rest of waiting.values()) rest.catch(() => {});
        if (waiting.size > 0) abort.abort();
      }
    },
    close: () => pool.close({ force: true }),
  };
}

function share({ train, test, classes }: LabelledImages): LabelledImages {
  const part = ({ X, y }: LabelledImages["train"]): LabelledImages["train"] => ({
    X: shareMatrix(X),
    y: Uint8Array.from(y),
  });
  return { train: part(train), test: part(test), classes };
}

function shareMatrix({ rows, cols, data }: Matrix<Float32Array>): Matrix<Float32Array> {
  const shared = new Float32Array(new SharedArrayBuffer(data.byteLength));
  shared.set(data);
  return { rows, cols, data: shared as Float32Array };
}
