/** Who makes the runs: this thread, or a pool of workers (`pool.ts`), behind one interface. */
import type { LabelledImages } from "../../continual/tasks.ts";
import { type EwcEvent, type EwcJob, runEwcJob } from "./job.ts";
import type { EwcRun } from "./results.ts";

/** A job with what it works on. */
export interface EwcTask {
  readonly job: EwcJob;
  /** names the job */
  readonly key: string;
  /** names its first task, where other jobs begin with the same */
  readonly firstKey?: string;
  /** names the images: they are loaded once */
  readonly dataKey: string;
  /** loads the images */
  load(): Promise<LabelledImages>;
}

export interface EwcExecutorOptions {
  readonly onEvent?: (index: number, event: EwcEvent) => void;
  readonly signal?: AbortSignal;
}

export interface EwcExecutor {
  /** how many runs are made at once */
  readonly workers: number;
  /** Makes the runs and yields each as it is finished. Stops with the signal's reason when aborted. */
  run(
    tasks: readonly EwcTask[],
    options?: EwcExecutorOptions,
  ): AsyncIterable<{ readonly index: number; readonly run: EwcRun }>;
  /** Ends the workers; the executor is of no use afterwards. */
  close(): Promise<void>;
}

/** Makes runs one after another on this thread, which gives way to other work between them. No checkpoints. */
export function inlineEwcExecutor(): EwcExecutor {
  return {
    workers: 1,
    async *run(tasks, { onEvent, signal } = {}) {
      const images = new Map<string, LabelledImages>();
      const firsts = new Map<string, Uint8Array>();
      for (const [index, { job, key, firstKey, dataKey, load }] of tasks.entries()) {
        await new Promise((resolve) => setTimeout(resolve));
        signal?.throwIfAborted();
        const data = images.get(dataKey) ?? (await load());
        images.set(dataKey, data);
        const run = await runEwcJob(job, data, {
          key,
          ...(firstKey !== undefined && {
            first: {
              key: firstKey,
              keeper: {
                place: "memory",
                load: async () => firsts.get(firstKey),
                save: async (bytes) => void firsts.set(firstKey, bytes),
              },
            },
          }),
          ...(signal && { signal }),
          onEvent: (event) => onEvent?.(index, event),
        });
        yield { index, run };
      }
    },
    close: async () => {},
  };
}

/** The name of the file in which a run's state lies. */
export function checkpointName(key: string): string {
  return `${key.slice(0, 16)}.checkpoint`;
}
