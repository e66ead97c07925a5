/** One run as plain data: a stream of tasks, learned by one method with one strength and one seed. */
import { accuracy } from "../../continual/accuracy.ts";
import { writeCheckpoint } from "../../continual/checkpoint.ts";
import {
  type LearnerState,
  learn,
  type Progress,
  type StepPlace,
} from "../../continual/learner.ts";
import type { LabelledImages } from "../../continual/tasks.ts";
import type {
  FigureConfiguration,
  MethodConfiguration,
  PanelConfiguration,
} from "./configuration.ts";
import { labelOf, strengthsOf } from "./configuration.ts";
import { type FirstTaskKeeper, loadFirstTask, saveFirstTask } from "./firstTask.ts";
import { fisherOf, overlapOf } from "./fisherOverlap.ts";
import { type Keeper, keptIn } from "./keeper.ts";
import { fisherSamples } from "./limits.ts";
import { methodOf, networkOf, ruleOf, tasksOf } from "./parts.ts";
import type { EpochRecord, EwcRun, TaskRecord } from "./results.ts";

/** A run to be made. */
export interface EwcJob extends Omit<PanelConfiguration, "name" | "methods" | "seeds"> {
  readonly panel: string;
  readonly method: MethodConfiguration;
  readonly strength: number | null;
  readonly seed: number;
  /** test accuracies after each epoch, not only after each task */
  readonly everyEpoch: boolean;
}

/** What happens during a run. */
export type EwcEvent =
  /** it goes on from a checkpoint: after this epoch of this task, 0 before its first */
  | { readonly kind: "resumed"; readonly task: number; readonly epoch: number }
  | ({ readonly kind: "step" } & StepPlace)
  | { readonly kind: "importance"; readonly task: number; readonly fraction: number }
  | ({ readonly kind: "epoch" } & EpochRecord)
  | { readonly kind: "task"; readonly task: number; readonly accuracies: readonly number[] }
  | { readonly kind: "warning"; readonly message: string };

export interface EwcJobOptions {
  /** names the job: what another job has kept is refused */
  readonly key: string;
  readonly keeper?: Keeper;
  /** the first task's training, shared with other jobs: taken from there, or left there for them */
  readonly first?: FirstTaskKeeper;
  readonly onEvent?: (event: EwcEvent) => void;
  /** each report of `learn`, for who wants Fishers or parameters, which events do not have; the run waits for it */
  readonly onReport?: (report: Progress) => Promise<void> | undefined;
  readonly signal?: AbortSignal;
}

/** The runs of a figure, in the order of panels, methods, strengths, seeds. */
export function jobsOf({ draw, panels }: FigureConfiguration): EwcJob[] {
  return panels.flatMap(({ name, methods, seeds, ...panel }) =>
    methods.flatMap((method) => {
      const strengths = strengthsOf(method);
      return (strengths.length === 0 ? [null] : strengths).flatMap((strength) =>
        seeds.map((seed) => ({
          ...panel,
          panel: name,
          method,
          strength,
          seed,
          everyEpoch: draw === "curves",
        })),
      );
    }),
  );
}

/** How a run is called in messages. */
export function jobName({ panel, method, strength, seed }: EwcJob): string {
  const lambda = strength === null ? "" : ` λ = ${strength}`;
  return `${panel}, ${labelOf(method)}${lambda}, seed ${seed}`;
}

/** What a run has come to; everything that the rest of it depends on, and what is already known. */
interface Kept {
  readonly state: LearnerState;
  readonly epochs: EpochRecord[];
  readonly learned: TaskRecord[];
  readonly warnings: string[];
  readonly before?: number[] | undefined;
  /** Fisher's diagonal of the first task, where its training ended */
  readonly firstFisher?: Float64Array | undefined;
  readonly seconds: number;
}

/**
 * Runs one job. With a keeper it goes on from where an earlier call was stopped, to the same result, bit for bit, on the same
 * kernels. Throws what `learn` does, with the name of the run; `FormatError` for a checkpoint that is damaged or of
 * another job; the signal's reason.
 */
export async function runEwcJob(
  job: EwcJob,
  data: LabelledImages,
  options: EwcJobOptions,
): Promise<EwcRun> {
  try {
    return await runNameless(job, data, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    // as it is, because its kind says what to do
    if (error instanceof Error) error.message = `${jobName(job)}: ${error.message}`;
    throw error;
  }
}

async function runNameless(
  job: EwcJob,
  data: LabelledImages,
  { key, keeper, first, onEvent, onReport, signal }: EwcJobOptions,
): Promise<EwcRun> {
  const started = performance.now();
  const { seed, method, training } = job;
  const tasks = tasksOf(job, data, seed);
  const network = networkOf(job.network, method.dropout, tasks);
  const kept = keeper && ((await keptIn(keeper, key)) as Kept | undefined);
  if (kept) {
    const { task, training: at } = kept.state;
    onEvent?.({ kind: "resumed", task, epoch: at?.epoch ?? 0 });
  }
  const how = methodOf(method, job.strength ?? 0);
  const shared = first && !kept ? await loadFirstTask(first) : undefined;
  const from =
    kept?.state ??
    (shared && {
      task: 0,
      start: shared.start,
      training: shared.training,
      kept: how.begin(network.parameters),
    });
  const epochs = kept?.epochs ?? [...(shared?.epochs ?? [])];
  const learned = kept?.learned ?? [];
  const warnings = kept?.warnings ?? [];
  let firstFisher = kept?.firstFisher;
  let before = kept?.before;
  const seconds = (): number => (kept?.seconds ?? 0) + (performance.now() - started) / 1000;
  let saved = performance.now();
  const save = async (state: LearnerState): Promise<void> => {
    if (!keeper || performance.now() - saved < keeper.interval) return;
    const value: Kept = { state, epochs, learned, warnings, seconds: seconds() };
    const found = { ...(before && { before }), ...(firstFisher && { firstFisher }) };
    await keeper.save(writeCheckpoint(key, { ...value, ...found }));
    saved = performance.now();
  };
  let firstState: LearnerState | undefined;
  let theta = kept?.state.start ?? new Float32Array();
  const reports = learn(network, tasks, how, {
    rule: ruleOf(training),
    epochs: training.epochs,
    batch: training.batch,
    seed,
    ...(method.patience !== undefined && { patience: method.patience }),
    ...(from && { from }),
    ...(signal && { signal }),
    onStep: (place) => onEvent?.({ kind: "step", ...place }),
    onImportance: (task, done, total) =>
      onEvent?.({ kind: "importance", task, fraction: done / total }),
    onWarning: (message) => {
      if (warnings.includes(message)) return;
      warnings.push(message);
      onEvent?.({ kind: "warning", message });
    },
  });
  for await (const report of reports) {
    await onReport?.(report);
    if (report.kind === "epoch") {
      const { task, epoch, loss, penalty } = report;
      const accuracies = job.everyEpoch ? { accuracies: [...report.accuracies] } : {};
      const record: EpochRecord = { task, epoch, loss, penalty, ...accuracies };
      epochs.push(record);
      if (task === 0) firstState = report.state;
      onEvent?.({ kind: "epoch", ...record });
    } else {
      const { task, accuracies, layers } = report;
      if (task === 0 && first && firstState?.training && !shared) {
        const { start, training: done } = firstState;
        await saveFirstTask(first, { start, training: done, epochs });
      }
      theta = report.theta;
      before ??= [...report.chance];
      learned.push({
        epochs: report.epochs,
        accuracies: [...accuracies],
        ...(layers && { importance: layers.map(({ layer, value }) => ({ layer, ...value })) }),
        ...samplesUsed(method, tasks.tasks[task].train.rows.length),
      });
      if (job.overlap && task === 0) {
        firstFisher = fisherOf(job.overlap, network, report.theta, tasks, 0, seed);
      }
      onEvent?.({ kind: "task", task, accuracies });
    }
    await save(report.state);
  }
  return {
    panel: job.panel,
    method: labelOf(method),
    strength: job.strength,
    seed,
    tasks: tasks.tasks.map(({ name }) => name),
    epochs,
    learned,
    ...(before && { before }),
    validation: tasks.tasks.map(({ validation, outputs }) =>
      accuracy(network, theta, validation, outputs),
    ),
    ...(job.overlap &&
      firstFisher && { overlap: overlapOf(job.overlap, network, theta, tasks, firstFisher, seed) }),
    warnings,
    seconds: seconds(),
  };
}

/** On how many of the N samples of a task the method's Fisher is computed. */
function samplesUsed(method: MethodConfiguration, N: number): Pick<TaskRecord, "samples"> {
  if (method.method !== "ewc" && method.method !== "kronecker") return {};
  return { samples: fisherSamples(method) ?? N };
}
