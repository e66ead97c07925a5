/** Worker threads (Node only), and answers of theirs in the order in which they come. */
import { Piscina } from "piscina";
import { kernels } from "../linalg/provider.ts";

/**
 * A pool of up to `workers` threads that run `worker.ts` beside the module of this URL, started as jobs come. Close it, or
 * the process stays alive. Throws where the kernels that the environment asks for are not to be had, as each worker
 * would.
 */
export function workerPool<Job, Answer>(module: string, workers: number): Piscina<Job, Answer> {
  kernels();
  const extension = module.endsWith(".ts") ? "ts" : "js";
  return new Piscina<Job, Answer>({
    filename: new URL(`./worker.${extension}`, module).href,
    minThreads: 0,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
}

export interface AnswerOptions {
  /** how many are under way at once; default all */
  readonly most?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts `count` jobs and yields each answer as it comes. When one fails, the signal is aborted or nobody asks on, the
 * signal that `start` was given stops the others. Throws the signal's reason, or what a job throws.
 */
export async function* asTheyCome<Answer>(
  count: number,
  start: (index: number, signal: AbortSignal) => Promise<Answer>,
  { most = count, signal }: AnswerOptions = {},
): AsyncGenerator<Answer, void, undefined> {
  const abort = new AbortController();
  const stop = (): void => abort.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const waiting = new Map<number, Promise<{ readonly index: number; readonly answer: Answer }>>();
  let next = 0;
  try {
    while (next < count || waiting.size > 0) {
      for (; next < count && waiting.size < most; next++) {
        const index = next;
        const answer = start(index, abort.signal);
        waiting.set(
          index,
          answer.then((found) => ({ index, answer: found })),
        );
      }
      const done = await Promise.race(waiting.values());
      waiting.delete(done.index);
      yield done.answer;
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
}
