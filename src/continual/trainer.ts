/** Training a network on one task, epoch by epoch. */
import { ConvergenceError, DomainError, ShapeError } from "../errors.ts";
import { categorical } from "../likelihoods/categorical.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { linearize } from "../models/linearization.ts";
import type { Model } from "../models/model.ts";
import type { Network } from "../models/network/network.ts";
import { outputRange } from "../models/outputRange.ts";
import { stream } from "../random/streams.ts";
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
  /** after each step, with its number in the epoch and the mean loss of its batch */
  readonly onStep?: (step: number, steps: number, loss: number) => void;
  /** cancels between steps */
  readonly signal?: AbortSignal;
}

/** Everything that the epochs to come depend on. */
export interface TrainingState {
  /** epochs done */
  readonly epoch: number;
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
  /** θ after the epoch; a copy */
  readonly theta: Float32Array;
  /** to go on from; its arrays are the trainer's own, to be copied by who keeps them past the next epoch */
  readonly state: TrainingState;
  /** early stopping says that this was the last epoch; `theta` is then what it went back to */
  readonly stopped: boolean;
}

/**
 * Trains a network on the training part of a task and yields each epoch. Dropout is on during steps, and off in
 * everything else. Inputs and θ are float32.
 *
 * Throws at once `ShapeError` where network and task do not agree, `DomainError` for options out of range; while
 * iterating `ConvergenceError`, with step size and largest penalty, where the loss leaves the finite numbers; and the
 * signal's reason.
 *
 * @example
 * for await (const { epoch, loss } of train(network, task, { rule: sgd({ stepSize: 0.05 }), epochs: 5 })) {
 *   console.log(epoch, loss);
 * }
 */
export function train(
  network: Network,
  task: Task,
  options: TrainingOptions,
): AsyncGenerator<Epoch, void, undefined> {
  const { epochs, batch = 64, penalty, from, start } = options;
  requireWhole(epochs, "epochs");
  requireWhole(batch, "batch");
  const { images } = task.train;
  const inputs = network.inputShape.reduce((product, size) => product * size, 1);
  if (images.cols !== inputs) {
    throw new ShapeError(
      `task ${task.name} has ${images.cols} inputs, the network takes ${inputs}`,
    );
  }
  for (const [what, D] of [
    ["penalty", penalty?.parameters],
    ["start", start?.length],
    ["state", from?.theta.length],
  ] as const) {
    if (D !== undefined && D !== network.parameters) {
      throw new ShapeError(
        `the ${what} is of ${D} parameters, the network has ${network.parameters}: it belongs to another network`,
      );
    }
  }
  outputRange(network, ...task.outputs);
  return epochsOf(network, task, { ...options, batch });
}

async function* epochsOf(
  network: Network,
  task: Task,
  options: TrainingOptions & { readonly batch: number },
): AsyncGenerator<Epoch, void, undefined> {
  const { rule, epochs, seed = 0, penalty, earlyStopping, from } = options;
  const theta = (from?.theta ?? options.start ?? network.initial()).slice();
  const memory = from ? copyMemory(from.memory) : rule.begin(network.parameters);
  let stopping = from?.stopping ?? earlyStopping?.begin();
  for (let epoch = (from?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
    const order = stream(seed, "order", task.name, epoch).permutation(task.train.rows.length);
    const dropout = stream(seed, "dropout", task.name, epoch);
    const model = outputRange(network.training(dropout), ...task.outputs);
    const loss = await oneEpoch(model, task, order, theta, memory, options);
    if (earlyStopping && stopping) stopping = earlyStopping.check(network, theta, stopping);
    const stopped = stopping?.stop ?? false;
    if (stopped && stopping?.best) theta.set(stopping.best.theta);
    yield {
      epoch,
      loss,
      penalty: penalty?.value(theta) ?? 0,
      theta: theta.slice(),
      state: { epoch, theta, memory, ...(stopping && { stopping }) },
      stopped,
    };
    if (stopped) return;
  }
}

/** One pass over the training part; the mean loss. θ and what the rule remembers are changed in place. */
async function oneEpoch(
  model: Model<Matrix<Float32Array>, Float32Array>,
  task: Task,
  order: Uint32Array,
  theta: Float32Array,
  memory: UpdateMemory,
  { rule, batch, penalty, onStep, signal }: TrainingOptions & { readonly batch: number },
): Promise<number> {
  const { train } = task;
  const N = order.length;
  const likelihood = categorical(task.outputs[1] - task.outputs[0]);
  const room = new Float32Array(batch * train.images.cols);
  const steps = Math.ceil(N / batch);
  const breathe = breather();
  let total = 0;
  for (let step = 0; step < steps; step++) {
    signal?.throwIfAborted();
    const chosen = order.subarray(step * batch, Math.min((step + 1) * batch, N));
    const { X, targets } = gather(train, chosen, room);
    const at = linearize(model, theta, X);
    let sum = 0;
    for (const loss of likelihood.negativeLogLikelihood(at.outputs, targets)) sum += loss;
    if (!Number.isFinite(sum)) throw diverged(task, rule, penalty, sum / X.rows);
    const residual = likelihood.residual(at.outputs, targets);
    for (let i = 0; i < residual.data.length; i++) residual.data[i] /= X.rows;
    rule.step(theta, at.vjp(residual), memory, penalty);
    total += sum;
    onStep?.(step + 1, steps, sum / X.rows);
    await breathe();
  }
  return total / N;
}

function diverged(
  { name }: Task,
  rule: UpdateRule,
  penalty: Penalty | undefined,
  loss: number,
): ConvergenceError {
  const about = penalty
    ? `, the penalty ${penalty.name} has a curvature of up to ${penalty.largest.toPrecision(3)}`
    : "";
  return new ConvergenceError(
    `task ${name}: training diverged, the loss is ${loss}; the step size of ${rule.name} is ${rule.stepSize}${about}. ` +
      "Use a smaller step size",
  );
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
