/**
 * The experiments of elastic weight consolidation (Kirkpatrick et al. 2017): configurations in, results as plain JSON
 * out. Reads images through the loader that it is given and writes nothing.
 */
import { loadDataset } from "../../datasets/load.ts";
import { ConvergenceError } from "../../errors.ts";
import { VERSION } from "../../version.ts";
import type { Journal } from "../race/index.ts";
import type { Statement } from "../results.ts";
import type { FigureConfiguration } from "./configuration.ts";
import type { EwcExecutor } from "./executor.ts";
import { firstTaskOf } from "./firstTask.ts";
import { type LoadImages, loadImages } from "./images.ts";
import { type EwcEvent, type EwcJob, jobName, jobsOf } from "./job.ts";
import { imageSizes } from "./limits.ts";
import { readings } from "./readings.ts";
import { type EwcFigureName, type EwcResult, type EwcRun, ewcRun } from "./results.ts";
import { withMetrics } from "./runMetrics.ts";

/** A figure to be made. */
export interface EwcFigure {
  readonly figure: EwcFigureName;
  readonly configuration: FigureConfiguration;
}

export interface EwcOptions {
  readonly executor: EwcExecutor;
  /** finished runs are read from and appended to it */
  readonly journal?: Journal;
  /** default {@link loadDataset} */
  readonly load?: LoadImages;
  /** the finished `fraction` of the work of all figures, and the run that something happened in */
  readonly onProgress?: (fraction: number, job: EwcJob, event: EwcEvent) => void;
  readonly signal?: AbortSignal;
}

/** Something finished. */
export type EwcPart =
  | {
      readonly kind: "run";
      readonly job: EwcJob;
      readonly key: string;
      /** names its first task, absent where no other run can begin with the same */
      readonly firstKey?: string;
      readonly run: EwcRun;
      /** by an earlier call */
      readonly reused: boolean;
    }
  | {
      readonly kind: "figure";
      readonly result: EwcResult;
      readonly statements: readonly Statement[];
      /** of computing, added up over the workers, earlier calls included */
      readonly seconds: number;
    };

interface Place {
  readonly job: EwcJob;
  readonly key: string;
  readonly firstKey?: string;
  /** index of its figure, and its own among the runs of it */
  readonly figure: number;
  readonly index: number;
}

/**
 * Makes all runs of the figures, in their order, as many at once as the executor can, and yields each run, and each figure
 * when its last run is there. Throws what the loader does, and what a run does.
 *
 * @example
 * const figures = [{ figure: "2A", configuration: ewcPreset("2A", "quick", "Digits") }] as const;
 * for await (const part of runEwc(figures, { executor: inlineEwcExecutor() })) console.log(part.kind);
 */
export async function* runEwc(
  figures: readonly EwcFigure[],
  options: EwcOptions,
): AsyncGenerator<EwcPart, void, undefined> {
  const { executor, journal, signal } = options;
  const load = options.load ?? ((name) => loadDataset(name, { precision: "float32" }));
  const runs = figures.map((): EwcRun[] => []);
  const places: Place[] = [];
  for (const [f, { configuration }] of figures.entries()) {
    for (const [index, job] of jobsOf(configuration).entries()) {
      const key = await digest([VERSION, recordedAs(job), ...revisionsOf(job)]);
      places.push({ job, key, ...(await firstKeyOf(job)), figure: f, index });
    }
  }
  const left = figures.map((_, f) => places.filter(({ figure }) => figure === f).length);
  function* finish({ figure, index }: Place, run: EwcRun): Generator<EwcPart> {
    runs[figure][index] = run;
    left[figure]--;
    if (left[figure] === 0) yield figurePart(figures[figure], runs[figure]);
  }

  const open: Place[] = [];
  for (const place of places) {
    const known = ewcRun.safeParse(journal?.read(place.key)).data;
    if (!known) open.push(place);
    else {
      yield runPart(place, known, true);
      yield* finish(place, known);
    }
  }
  const advance = progressOver(places, open);
  const tasks = open.map(({ job, key, firstKey }) => ({
    job,
    key,
    // alone it would be kept for nobody
    ...(firstKey !== undefined &&
      open.filter((other) => other.firstKey === firstKey).length > 1 && { firstKey }),
    dataKey: JSON.stringify(job.data),
    load: () => loadImages(job.data, load),
  }));
  const running = executor.run(tasks, {
    ...(signal && { signal }),
    onEvent: (index, event) => options.onProgress?.(advance(index, event), open[index].job, event),
  });
  for await (const { index, run } of running) {
    const place = open[index];
    requireFinite(place.job, run);
    journal?.append(place.key, run);
    advance(index, "done");
    yield runPart(place, run, false);
    yield* finish(place, run);
  }
}

function runPart({ job, key, firstKey }: Place, run: EwcRun, reused: boolean): EwcPart {
  return { kind: "run", job, key, ...(firstKey !== undefined && { firstKey }), run, reused };
}

/** JSON has no NaN: what is not finite must not become a record. */
function requireFinite(job: EwcJob, run: EwcRun): void {
  const [issue] = ewcRun.safeParse(run).error?.issues ?? [];
  if (!issue) return;
  const { path, message } = issue;
  throw new ConvergenceError(`${jobName(job)}: its ${path.join(".")} is no result: ${message}`);
}

function figurePart({ figure, configuration }: EwcFigure, runs: EwcRun[]): EwcPart {
  const result = { figure, configuration, runs: runs.map(withMetrics) };
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0);
  return { kind: "figure", result, statements: readings(result), seconds };
}

/** About how much work a run is: samples × weights × epochs × tasks. */
function effort({ data, network, stream, training }: EwcJob): number {
  const { train, side, classes } = imageSizes[data.name];
  const samples = data.train ?? train;
  const widths = [side ** 2, ...network.hidden, classes];
  const weights = widths.slice(1).reduce((sum, width, i) => sum + width * widths[i], 0);
  const tasks = stream.kind === "permuted" ? stream.tasks : 1;
  return samples * weights * training.epochs * tasks;
}

/** Adds up how far all runs are; gives the function that is told what happens in one of the open ones. */
function progressOver(
  all: readonly Place[],
  open: readonly Place[],
): (index: number, event: EwcEvent | "done") => number {
  const total = all.reduce((sum, { job }) => sum + effort(job), 0);
  const efforts = open.map(({ job }) => effort(job));
  const fractions = open.map(() => 0);
  const before = total - efforts.reduce((sum, e) => sum + e, 0);
  return (index, event) => {
    if (event === "done") fractions[index] = 1;
    else if (event.kind !== "warning") fractions[index] = fractionOf(open[index].job, event);
    return (before + fractions.reduce((sum, part, i) => sum + part * efforts[i], 0)) / total;
  };
}

/** How far a run is when something happens in it. */
function fractionOf(
  { stream, training }: EwcJob,
  event: Exclude<EwcEvent, { kind: "warning" }>,
): number {
  const tasks = stream.kind === "permuted" ? stream.tasks : stream.groups.length;
  if (event.kind === "step") {
    return (event.task + (event.epoch - 1 + event.step / event.steps) / training.epochs) / tasks;
  }
  if (event.kind === "epoch" || event.kind === "resumed") {
    return (event.task + event.epoch / training.epochs) / tasks;
  }
  return (event.task + 1) / tasks;
}

/** The job as its records are named by: implicit steps, which it always had, are not said. */
function recordedAs(job: EwcJob): unknown {
  if (!("step" in job.method) || job.method.step === "explicit") return job;
  const { step: _, ...method } = job.method;
  return { ...job, method };
}

/** What has changed within a version in how a job is run: its records from before are others. */
function revisionsOf({ method, training }: EwcJob): string[] {
  return [
    ...(method.patience === undefined ? [] : ["the best parameters at a task's last epoch, too"]),
    ...(method.method === "kronecker" && training.rule.name === "adam"
      ? ["Adam takes the gradient of the penalty"]
      : []),
  ];
}

/** The name of a job's first task, absent where it cannot be shared. */
async function firstKeyOf(job: EwcJob): Promise<{ firstKey?: string }> {
  const first = firstTaskOf(job);
  return first === undefined ? {} : { firstKey: await digest([VERSION, first]) };
}

/** SHA-256 of a value's JSON, in hexadecimal. */
async function digest(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
