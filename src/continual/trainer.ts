/** Training a network on one task, or on several at once, epoch by epoch. */
import { DomainError } from "../errors.ts";
import { categorical } from "../likelihoods/categorical.ts";
import { linearize } from "../models/linearization.ts";
import type { Network } from "../models/network/network.ts";
import { outputRange } from "../models/outputRange.ts";
import { stream } from "../random/streams.ts";
import { requireAgreement, requireState } from "./agreement.ts";
import { requireBounded } from "./divergence.ts";
import type { EarlyStopping, StoppingRecord } from "./earlyStopping.ts";
import type { Penalty } from "./penalty.ts";
import { gather } from "./samples.ts";
import type { Task } from "./tasks.ts";
import type { UpdateMemory, UpdateRule } from "./updates.ts";

export interface TrainingOptions {
  readonly rule: UpdateRule;
  /** passes over the training part, at most */
  readonly epochs: number;
  /** samples a step; default 64. The last step of an epoch sees what is left */
  readonly batch?: number;
  /** names, with the task and the epoch, the streams of the order of samples and of dropout; default 0 */
  readonly seed?: number;
  readonly penalty?: Penalty;
  readonly earlyStopping?: EarlyStopping;
  /** the state after an epoch of an earlier run: goes on from there, to the same bits */
  readonly from?: TrainingState;
  /** θ before the first step; default {@link Network.initial}. Not used with `from` */
  readonly start?: Float32Array;
  /** watches the path that θ takes, for importances that are sums along it */
  readonly path?: PathObserver;
  /** after each step, with its number in the epoch, their number, the mean loss of its batch, and the epoch */
  readonly onStep?: (step: number, steps: number, loss: number, epoch: number) => void;
  /** cancels between steps */
  readonly signal?: AbortSignal;
}

/** Sees each step: the gradient of the task's mini-batch loss, and θ before and after. Keeps none of them. */
export type PathObserver = (
  gradient: Float32Array,
  before: Float32Array,
  after: Float32Array,
) => void;

type CheckedOptions = TrainingOptions & { readonly batch: number };

/** Everything that the epochs to come depend on. */
export interface TrainingState {
  /** epochs done */
  readonly epoch: number;
  /** after them, whatever early stopping goes back to: more epochs would go on from there */
  readonly theta: Float32Array;
  readonly memory: UpdateMemory;
  readonly stopping?: StoppingRecord;
}

/** One epoch, done. */
export interface Epoch {
  /** 1, 2, … */
  readonly epoch: number;
  /** mean over the epoch's samples of the loss that their step saw, without penalty */
  readonly loss: number;
  /** the penalty after the epoch; 0 without one */
  readonly penalty: number;
  /** θ after the epoch, or where early stopping ends the task with it, at the last epoch too, the best one; a copy */
  readonly theta: Float32Array;
  /** to go on from; its arrays are the trainer's own, to be copied by who keeps them past the next epoch */
  readonly state: TrainingState;
  /** early stopping says that this was the last epoch */
  readonly stopped: boolean;
}

/** θ that a training gives which ends in this state: the best that early stopping has seen, without it the last. */
export function outcomeOf({ theta, stopping }: TrainingState): Float32Array {
  return stopping?.best?.theta ?? theta;
}

/**
 * Trains a network on the training part of a task and yields each epoch. Dropout is on during steps, and off in
 * everything else. Inputs and θ are float32. Given several tasks it learns them jointly: an epoch sees all of their
 * samples, each step those of one task, in random order.
 *
 * Throws at once `ShapeError` where network and task do not agree, `DomainError` for options out of range and a state of
 * another rule, or with early stopping where there is none; while
 * iterating `ConvergenceError`, with step size and largest curvature of the penalty, where the loss exceeds 10⁶; and the
 * signal's reason.
 *
 * @example
 * for await (const { epoch, loss } of train(network, task, { rule: sgd({ stepSize: 0.05 }), epochs: 5 })) {
 *   console.log(epoch, loss);
 * }
 */
export function train(
  network: Network,
  task: Task | readonly Task[],
  options: TrainingOptions,
): AsyncGenerator<Epoch, void, undefined> {
  const tasks = "train" in task ? [task] : task;
  if (tasks.length === 0) throw new DomainError("training on no task, expected at least one");
  const { epochs, batch = 64 } = options;
  requireWhole(epochs, "epochs");
  requireWhole(batch, "batch");
  requireAgreement(network, tasks, options);
  if (options.from) requireState(options.from, network.parameters, options);
  return epochsOf(network, tasks, { ...options, batch });
}

async function* epochsOf(
  network: Network,
  tasks: readonly Task[],
  options: CheckedOptions,
): AsyncGenerator<Epoch, void, undefined> {
  const { rule, epochs, seed = 0, penalty, earlyStopping, from } = options;
  const theta = (from?.theta ?? options.start ?? network.initial()).slice();
  const memory = from ? copyMemory(from.memory) : rule.begin(network.parameters);
  const names = tasks.map(({ name }) => name).join(", ");
  let stopping = from?.stopping ?? earlyStopping?.begin();
  if (stopping?.stop) return;
  for (let epoch = (from?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
    const steps = stepsOf(tasks, options.batch, stream(seed, "order", names, epoch));
    const training = network.training(stream(seed, "dropout", names, epoch));
    const loss = await oneEpoch(training, epoch, steps, theta, memory, options);
    if (earlyStopping && stopping) stopping = earlyStopping.check(network, theta, stopping);
    const stopped = stopping?.stop ?? false;
    const state = { epoch, theta, memory, ...(stopping && { stopping }) };
    const given = stopped || epoch === epochs ? outcomeOf(state) : theta;
    yield {
      epoch,
      loss,
      penalty: penalty?.value(given) ?? 0,
      theta: given.slice(),
      state,
      stopped,
    };
    if (stopped) return;
  }
}

/** The samples of one step. */
interface StepSamples {
  readonly task: Task;
  /** positions in its training part */
  readonly chosen: Uint32Array;
}

function stepsOf(
  tasks: readonly Task[],
  batch: number,
  random: ReturnType<typeof stream>,
): StepSamples[] {
  const steps = tasks.flatMap((task) => {
    const order = random.permutation(task.train.rows.length);
    const count = Math.ceil(order.length / batch);
    return Array.from({ length: count }, (_, i) => ({
      task,
      chosen: order.subarray(i * batch, Math.min((i + 1) * batch, order.length)),
    }));
  });
  if (tasks.length > 1) random.shuffle(steps);
  return steps;
}

/** One pass over the training parts; the mean loss. θ and what the rule remembers are changed in place. */
async function oneEpoch(
  network: Network,
  epoch: number,
  steps: readonly StepSamples[],
  theta: Float32Array,
  memory: UpdateMemory,
  { rule, batch, penalty, path, onStep, signal }: CheckedOptions,
): Promise<number> {
  const room = new Float32Array(batch * network.inputShape.reduce((a, b) => a * b, 1));
  const before = path && new Float32Array(theta.length);
  const breathe = breather();
  let total = 0;
  let seen = 0;
  for (const [i, { task, chosen }] of steps.entries()) {
    signal?.throwIfAborted();
    const { loss, gradient } = lossAndGradient(network, task, chosen, theta, room);
    requireBounded(loss, task, rule, penalty);
    before?.set(theta);
    const own = path && gradient.slice();
    rule.step(theta, gradient, memory, penalty);
    if (path && before && own) path(own, before, theta);
    total += loss * chosen.length;
    seen += chosen.length;
    onStep?.(i + 1, steps.length, loss, epoch);
    await breathe();
  }
  return total / seen;
}

/** Mean loss of some samples of a task, and its gradient. */
function lossAndGradient(
  network: Network,
  { train, outputs }: Task,
  chosen: Uint32Array,
  theta: Float32Array,
  room: Float32Array,
): { readonly loss: number; readonly gradient: Float32Array } {
  const likelihood = categorical(outputs[1] - outputs[0]);
  const { X, targets } = gather(train, chosen, room);
  const at = linearize(outputRange(network, ...outputs), theta, X);
  const residual = likelihood.residual(at.outputs, targets);
  for (let i = 0; i < residual.data.length; i++) residual.data[i] /= X.rows;
  let sum = 0;
  for (const loss of likelihood.negativeLogLikelihood(at.outputs, targets)) sum += loss;
  return { loss: sum / X.rows, gradient: at.vjp(residual) };
}

/** Lets other work of the process (signals, a page) happen about ten times a second. */
function breather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 100) return;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  };
}

function copyMemory({ steps, arrays }: UpdateMemory): UpdateMemory {
  return {
    steps,
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, a]) => [name, a.slice()])),
  };
}

function requireWhole(value: number, what: string): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) {
    throw new DomainError(`${what} is ${value}, expected a positive whole number`);
  }
}
