/** Entry of a worker thread: one run a message, one BLAS thread, states of runs in files. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MessagePort } from "node:worker_threads";
import type { LabelledImages } from "../../continual/tasks.ts";
import { writeAtomically } from "../../files/atomic.ts";
import { setThreads } from "../../linalg/provider.ts";
import { checkpointName } from "./executor.ts";
import { type EwcEvent, type EwcJob, runEwcJob } from "./job.ts";
import type { Keeper } from "./keeper.ts";
import type { EwcRun } from "./results.ts";

/** What a worker is sent. */
export interface WorkerTask {
  readonly job: EwcJob;
  readonly key: string;
  readonly firstKey?: string;
  readonly data: LabelledImages;
  /** for events */
  readonly port: MessagePort;
  readonly checkpoints?: string;
}

// The workers are the parallelism: more BLAS threads would only contend for the same cores.
setThreads(1);

/** milliseconds between two reports of steps */
const INTERVAL = 150;

export default async function work({
  job,
  key,
  firstKey,
  data,
  port,
  checkpoints,
}: WorkerTask): Promise<EwcRun> {
  const keeperOf = (name: string): Keeper | undefined =>
    checkpoints === undefined ? undefined : fileKeeper(join(checkpoints, checkpointName(name)));
  const keeper = keeperOf(key);
  const first = firstKey === undefined ? undefined : keeperOf(firstKey);
  const run = await runEwcJob(job, data, {
    key,
    ...(keeper && { keeper }),
    ...(first && firstKey !== undefined && { first: { key: firstKey, keeper: first } }),
    onEvent: throttled((event) => port.postMessage(event)),
  });
  port.close();
  return run;
}

function fileKeeper(path: string): Keeper {
  return {
    place: path,
    interval: 500,
    async load() {
      try {
        return await readFile(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    save: (bytes) => writeAtomically(path, bytes),
  };
}

function throttled(send: (event: EwcEvent) => void): (event: EwcEvent) => void {
  let last = 0;
  return (event) => {
    if (event.kind === "step" || event.kind === "importance") {
      if (performance.now() - last < INTERVAL) return;
      last = performance.now();
    }
    send(event);
  };
}
