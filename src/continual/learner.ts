/** Learning a stream of tasks, one after another, by one method. */
import { DomainError } from "../errors.ts";
import type { Network } from "../models/network/network.ts";
import { stream } from "../random/streams.ts";
import { accuracy } from "./accuracy.ts";
import { unlearned } from "./divergence.ts";
import { earlyStopping } from "./earlyStopping.ts";
import { type Makers, makersOf } from "./makers.ts";
import type { Kept, Method } from "./methods.ts";
import { type ByLayer, sizeByLayer } from "./overlap.ts";
import type { Penalty } from "./penalty.ts";
import type { Task, TaskStream } from "./tasks.ts";
import { outcomeOf, type TrainingState, train } from "./trainer.ts";
import type { UpdateRule } from "./updates.ts";

export interface LearnOptions {
  readonly rule: UpdateRule;
  /** of each task, at most */
  readonly epochs: number;
  /** samples a step; default 64 */
  readonly batch?: number;
  /** names all streams: initial parameters, order, dropout, sampled labels; default 0 */
  readonly seed?: number;
  /**
   * early stopping: a task ends after more than this many checks without improvement; it gives its best parameters then, and
   * after the last epoch, too. Default none: all epochs are run, and the last parameters taken
   */
  readonly patience?: number;
  /** a state that {@link Progress.state} gave: goes on from there, to the same bits */
  readonly from?: LearnerState;
  readonly onStep?: (at: StepPlace) => void;
  /** of the Fisher after a task */
  readonly onImportance?: (task: number, samples: number, total: number) => void;
  /**
   * called before a task where the penalty's steps are explicit and unstable (for SGD stepSize · λ · max F > 2), and after one
   * that has learned nothing: its loss is not below that of a constant prediction, or above that at its start
   */
  readonly onWarning?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** Where training stands. */
export interface StepPlace {
  readonly task: number;
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

/** Everything that what is to come depends on: JSON with typed arrays. */
export interface LearnerState {
  /** index of the task in training, or the number of tasks at the end */
  readonly task: number;
  /** θ when its training began */
  readonly start: Float32Array;
  /** after an epoch of it; absent before the first */
  readonly training?: TrainingState;
  readonly kept: Kept;
  /** what it was made by; not checked where it is absent */
  readonly by?: Makers;
}

/** The end of an epoch. */
export interface EpochReport {
  readonly kind: "epoch";
  readonly task: number;
  readonly epoch: number;
  /** mean training loss of the epoch, without penalty */
  readonly loss: number;
  readonly penalty: number;
  /** on the test part of every task of the stream; computed when read, for those who do not need them each epoch */
  readonly accuracies: readonly number[];
  readonly state: LearnerState;
}

/** The end of a task, after what the method does then. */
export interface TaskReport {
  readonly kind: "task";
  readonly task: number;
  /** epochs that it was trained for */
  readonly epochs: number;
  /** a row of the matrix R */
  readonly accuracies: readonly number[];
  /** the same of the network before any training, for forward transfer; computed when read */
  readonly chance: readonly number[];
  /** θ*, a copy */
  readonly theta: Float32Array;
  /** by which the method holds this task's weights */
  readonly importance?: Float64Array;
  /** n, samples of the task that the method's Fisher was made of; absent where it has none */
  readonly samples?: number;
  /** of {@link importance}: a Fisher's trace and largest entry by layer */
  readonly layers?: readonly ByLayer<{ readonly trace: number; readonly largest: number }>[];
  readonly state: LearnerState;
}

export type Progress = EpochReport | TaskReport;

/**
 * Learns the tasks in their order and reports each epoch and each task. Only training parts are trained on, only validation
 * parts decide when to stop, and accuracies are those of the test parts. The state of a report holds everything that
 * comes after it; its arrays may be changed by what follows, so save them before asking for more.
 *
 * Throws as {@link train} does, also at a task's end, `DomainError` for a state of a longer stream, of another method or rule or of other
 * options of them, and the signal's reason.
 *
 * @example
 * const method = ewc({ strength: 100, importance: exactFisher() });
 * for await (const report of learn(network, tasks, method, { rule: sgd({ stepSize: 0.05 }), epochs: 5 })) {
 *   if (report.kind === "task") console.log(report.accuracies);
 * }
 */
export async function* learn<K extends Kept>(
  network: Network,
  { tasks }: TaskStream,
  method: Method<K>,
  options: LearnOptions,
): AsyncGenerator<Progress, void, undefined> {
  const { seed = 0, from, onImportance, onWarning, signal } = options;
  const first = from?.task ?? 0;
  if (first > tasks.length) {
    throw new DomainError(`a state of task ${first} in a stream of ${tasks.length}`);
  }
  const by = makersOf(method, options.rule, from?.by);
  let kept = from ? (from.kept as K) : method.begin(network.parameters);
  const initial = (): Float32Array => network.initial(stream(seed, "initial parameters"));
  let start = from?.start ?? initial();
  let chance: number[] | undefined;
  for (let index = first; index < tasks.length; index++) {
    const task = tasks[index];
    const resumed = index === first ? from?.training : undefined;
    let theta = resumed ? outcomeOf(resumed) : start;
    let epochs = resumed?.epoch ?? 0;
    for await (const epoch of trainTask(
      network,
      tasks,
      index,
      method,
      kept,
      start,
      resumed,
      options,
    )) {
      theta = epoch.theta;
      epochs = epoch.epoch;
      let accuracies: number[] | undefined;
      yield {
        kind: "epoch",
        task: index,
        epoch: epochs,
        loss: epoch.loss,
        penalty: epoch.penalty,
        get accuracies() {
          accuracies ??= testAccuracies(network, epoch.theta, tasks);
          return accuracies;
        },
        state: { task: index, start, training: epoch.state, kept, by },
      };
    }
    const nothing = unlearned(network, task, start, theta, options.rule, method.penalty(kept));
    if (nothing) onWarning?.(nothing);
    const {
      kept: next,
      importance,
      samples,
    } = method.consolidate(kept, {
      network,
      theta,
      start,
      task,
      index,
      random: stream(seed, "importance", index),
      ...(onImportance && {
        onProgress: (done: number, total: number) => onImportance(index, done, total),
      }),
      ...(signal && { signal }),
    });
    kept = next;
    start = theta;
    yield {
      kind: "task",
      task: index,
      epochs,
      accuracies: testAccuracies(network, theta, tasks),
      get chance() {
        chance ??= testAccuracies(network, initial(), tasks);
        return chance;
      },
      theta,
      ...(samples !== undefined && { samples }),
      ...(importance && { importance, layers: sizeByLayer(network, importance) }),
      state: { task: index + 1, start, kept, by },
    };
  }
}

function trainTask<K extends Kept>(
  network: Network,
  tasks: readonly Task[],
  index: number,
  method: Method<K>,
  kept: K,
  start: Float32Array,
  from: TrainingState | undefined,
  options: LearnOptions,
): ReturnType<typeof train> {
  const { rule, epochs, batch, seed, patience, onStep, onWarning, signal } = options;
  const seen = tasks.slice(0, index + 1);
  const penalty = method.penalty(kept);
  if (penalty) warnOfSteps(rule, penalty, onWarning);
  return train(network, method.joint ? seen : seen[index], {
    rule,
    epochs,
    start,
    ...(batch !== undefined && { batch }),
    ...(seed !== undefined && { seed }),
    ...(from && { from }),
    ...(penalty && { penalty }),
    ...(method.watch && { path: method.watch(kept) }),
    ...(patience !== undefined && { earlyStopping: earlyStopping(seen, patience) }),
    ...(onStep && {
      onStep: (step: number, steps: number, loss: number, epoch: number) =>
        onStep({ task: index, epoch, step, steps, loss }),
    }),
    ...(signal && { signal }),
  });
}

function warnOfSteps(
  { name, stepSize, explicitLimit = Infinity }: UpdateRule,
  penalty: Penalty,
  onWarning: ((message: string) => void) | undefined,
): void {
  const product = stepSize * penalty.largest;
  // implicit steps are always stable
  if (penalty.approach || product <= explicitLimit) return;
  onWarning?.(
    `${name} with ${penalty.name}: stepSize · λ · max F is up to ${product.toPrecision(3)}; above ${explicitLimit} ` +
      "explicit steps of this penalty diverge: take implicit ones, or a smaller step size or strength",
  );
}

function testAccuracies(network: Network, theta: Float32Array, tasks: readonly Task[]): number[] {
  return tasks.map(({ test, outputs }) => accuracy(network, theta, test, outputs));
}
