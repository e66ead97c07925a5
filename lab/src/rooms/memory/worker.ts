/** Trains the networks of the room Memory: the runs of `natgrad ewc`, one step of each in turn. */
import { expose } from "comlink";
import { loadDataset } from "../../../../src/datasets/load.ts";
import {
  type FigureConfiguration,
  type FisherConfiguration,
  labelOf,
} from "../../../../src/experiments/ewc/configuration.ts";
import { firstTaskOf } from "../../../../src/experiments/ewc/firstTask.ts";
import { loadImages } from "../../../../src/experiments/ewc/images.ts";
import { type EwcJob, jobsOf, runEwcJob } from "../../../../src/experiments/ewc/job.ts";
import { networkOf, tasksOf } from "../../../../src/experiments/ewc/parts.ts";
import type { EpochRecord, EwcRun } from "../../../../src/experiments/ewc/results.ts";
import { fisherByInput } from "./pixels.ts";
import { type Learned, type Opinion, opinionsOf } from "./reading.ts";
import { type TaskView, viewsOf } from "./stream.ts";

export interface Request {
  readonly configuration: FigureConfiguration;
  /** with which EWC compares the first and the last task */
  readonly overlap: FisherConfiguration;
  /** methods that have to be run */
  readonly labels: readonly string[];
}

/** Something found. */
export type Part =
  | { readonly kind: "stream"; readonly tasks: readonly TaskView[] }
  | { readonly kind: "epochs"; readonly method: string; readonly epochs: readonly EpochRecord[] }
  | {
      readonly kind: "task";
      readonly method: string;
      readonly task: number;
      readonly accuracies: readonly number[];
      /** of EWC: {@link fisherByInput} */
      readonly fisher?: Float64Array;
    }
  | { readonly kind: "run"; readonly method: string; readonly run: EwcRun }
  | { readonly kind: "failure"; readonly method: string; readonly message: string };

export type Receive = (parts: readonly Part[]) => void;

/** ms between two messages to the page */
const INTERVAL = 40;
/** first tasks that are kept */
const KEPT = 4;

interface First {
  readonly bytes: Uint8Array;
  readonly epochs: readonly EpochRecord[];
}

const images = loadImages({ name: "Digits", pixels: "unit" }, (name) =>
  loadDataset(name, { precision: "float32" }),
);
/** by all that they depend on */
const firsts = new Map<string, First>();
/** the newest networks, by method */
const networks = new Map<string, Learned>();
let controller = new AbortController();

const api = {
  /** Runs the methods and hands over what they find; answers false where it was stopped. */
  async run({ configuration, overlap, labels }: Request, receive: Receive): Promise<boolean> {
    const { signal } = renewed();
    const jobs = jobsOf(configuration)
      .filter(({ method }) => labels.includes(labelOf(method)))
      .map((job) => (job.method.method === "ewc" ? { ...job, overlap } : job));
    const data = await images;
    const post = poster(receive);
    const [leader, ...others] = jobs;
    post.send({ kind: "stream", tasks: viewsOf(tasksOf(leader, data, leader.seed).tasks) });
    const key = firstKeyOf(leader);
    const trained = Promise.withResolvers<void>();
    if (firsts.has(key)) trained.resolve();
    const start = async (job: EwcJob): Promise<void> => {
      const method = labelOf(job.method);
      const stream = tasksOf(job, data, job.seed);
      const learned: Learned = {
        network: networkOf(job.network, job.method.dropout, stream),
        tasks: stream.tasks,
        thetas: [],
      };
      networks.set(method, learned);
      const epochs = [...(firsts.get(key)?.epochs ?? [])];
      if (epochs.length > 0) post.send({ kind: "epochs", method, epochs: [...epochs] });
      try {
        const run = await runEwcJob(job, data, {
          key: method,
          first: {
            key,
            keeper: {
              place: "memory",
              load: async () => firsts.get(key)?.bytes,
              save: async (bytes) => {
                keep(key, { bytes, epochs });
                trained.resolve();
              },
            },
          },
          signal,
          onEvent: (event) => {
            if (event.kind !== "epoch") return;
            const { kind, ...record } = event;
            if (record.task === 0) epochs.push(record);
            post.send({ kind: "epochs", method, epochs: [record] });
          },
          onReport: (report) => {
            if (report.kind === "task") {
              const { task, accuracies, importance, theta } = report;
              learned.thetas[task] = theta;
              const fisher =
                job.method.method === "ewc" && importance
                  ? { fisher: fisherByInput(importance, job.network.hidden[0]) }
                  : {};
              post.send({ kind: "task", method, task, accuracies: [...accuracies], ...fisher });
            }
            return turn();
          },
        });
        post.send({ kind: "run", method, run });
      } catch (error) {
        if (signal.aborted) throw error;
        const message = error instanceof Error ? error.message : String(error);
        post.send({ kind: "failure", method, message });
      }
    };
    try {
      // the others begin where the first task of the leader ends
      const leading = start(leader);
      await Promise.race([trained.promise, leading]);
      await Promise.all([leading, ...others.map(start)]);
    } catch (error) {
      if (!signal.aborted) throw error;
      return false;
    }
    await post.flush();
    return true;
  },

  /** Makes the runs with the strengths that are named; answers false where it was stopped. */
  async sweep(
    configuration: FigureConfiguration,
    strengths: readonly number[],
    receive: (run: EwcRun) => Promise<void> | void,
  ): Promise<boolean> {
    const { signal } = renewed();
    const data = await images;
    try {
      for (const job of jobsOf(configuration)) {
        if (job.strength === null || !strengths.includes(job.strength)) continue;
        const key = firstKeyOf(job);
        const run = await runEwcJob(job, data, {
          key: "sweep",
          first: {
            key,
            keeper: {
              place: "memory",
              load: async () => firsts.get(key)?.bytes,
              save: async () => {},
            },
          },
          signal,
          onReport: turn,
        });
        await receive(run);
        signal.throwIfAborted();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      return false;
    }
    return true;
  },

  /** What the network of each method, after a task, reads in an image `[64]` that is shown as each task shows it. */
  read(image: Float64Array, after: number): Opinion[] {
    return [...networks].flatMap(([method, learned]) => opinionsOf(method, learned, image, after));
  },

  /** Ends what is under way. */
  stop(): void {
    controller.abort();
  },
};

export type MemoryWorker = typeof api;
expose(api);

function renewed(): AbortController {
  controller.abort();
  controller = new AbortController();
  return controller;
}

let given = 0;
let giving: Promise<void> | undefined;

/** Lets messages in from time to time: runs take turns by promises, which leave no room for them. */
function turn(): Promise<void> | undefined {
  if (giving || performance.now() - given < INTERVAL) return giving;
  giving = new Promise((resolve) => {
    setTimeout(() => {
      giving = undefined;
      given = performance.now();
      resolve();
    });
  });
  return giving;
}

/** Runs that look at every epoch share their first task with those that do not. */
function firstKeyOf(job: EwcJob): string {
  return JSON.stringify(firstTaskOf({ ...job, everyEpoch: true }));
}

function keep(key: string, first: First): void {
  firsts.set(key, first);
  const [oldest] = firsts.keys();
  if (firsts.size > KEPT) firsts.delete(oldest);
}

/** Hands over parts, several at once. */
function poster(receive: Receive): { send(part: Part): void; flush(): Promise<void> } {
  let parts: Part[] = [];
  let last = 0;
  const flush = async (): Promise<void> => {
    last = performance.now();
    const ready = parts;
    parts = [];
    await receive(ready);
  };
  return {
    send(part) {
      parts.push(part);
      if (performance.now() - last > INTERVAL) void flush();
    },
    flush,
  };
}
