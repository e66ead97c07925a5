/** Who runs the jobs: this thread, or a pool of workers (`pool.ts`), behind one interface. */
import { type RaceAnswer, type RaceJob, runJob } from "./job.ts";

export interface Executor {
  /** how many jobs run at once */
  readonly workers: number;
  /** Runs the jobs and yields each answer as it comes. Stops with the signal's reason when aborted. */
  run(
    jobs: readonly RaceJob[],
    options?: { signal?: AbortSignal },
  ): AsyncIterable<{ index: number; answer: RaceAnswer }>;
  /** Ends the workers; the executor is of no use afterwards. */
  close(): Promise<void>;
}

/** Runs jobs one after another on this thread, giving way to other work between them. */
export function inlineExecutor(): Executor {
  return {
    workers: 1,
    async *run(jobs, { signal } = {}) {
      for (const [index, job] of jobs.entries()) {
        await new Promise((resolve) => setTimeout(resolve));
        signal?.throwIfAborted();
        yield { index, answer: runJob(job) };
      }
    },
    close: async () => {},
  };
}
