/** Runs on a pool of worker threads (Node only). Images travel in shared buffers; each worker has one BLAS thread. */
import { MessageChannel } from "node:worker_threads";
import type { LabelledImages } from "../../continual/tasks.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { asTheyCome, workerPool } from "../workerPool.ts";
import type { EwcExecutor } from "./executor.ts";
import type { EwcEvent } from "./job.ts";
import type { EwcRun } from "./results.ts";
import type { WorkerTask } from "./worker.ts";

export interface EwcPoolOptions {
  readonly workers: number;
  /** a folder for the states of runs, one file a run; none: a stopped run starts anew */
  readonly checkpoints?: string;
}

/** See {@link workerPool}. An aborted one stops where it is; what its last epoch left in the folder is gone on from. */
export function ewcPool({ workers, checkpoints }: EwcPoolOptions): EwcExecutor {
  const pool = workerPool<WorkerTask, EwcRun>(import.meta.url, workers);
  return {
    workers,
    async *run(tasks, { onEvent, signal } = {}) {
      const shared = new Map<string, Promise<LabelledImages>>();
      const start = async (
        index: number,
        stopped: AbortSignal,
      ): Promise<{ index: number; run: EwcRun }> => {
        const { job, key, firstKey, dataKey, load } = tasks[index];
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
          return { index, run: await pool.run(task, { signal: stopped, transferList: [port2] }) };
        } finally {
          port1.close();
        }
      };
      // one more than there are threads, so that none waits and images are shared when they are needed
      yield* asTheyCome(tasks.length, start, { most: workers + 1, signal });
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
