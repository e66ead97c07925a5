/** Training that came to nothing, in words: with what it can be mended by. */
import { ConvergenceError } from "../errors.ts";
import { categorical } from "../likelihoods/categorical.ts";
import type { Network } from "../models/network/network.ts";
import { outputRange } from "../models/outputRange.ts";
import type { Penalty } from "./penalty.ts";
import { gather, type Samples } from "./samples.ts";
import type { Task } from "./tasks.ts";
import type { UpdateRule } from "./updates.ts";

/** nats: a mean loss that no training comes back from */
const DIVERGED = 1e6;

/** Throws {@link ConvergenceError}, with what it can be mended by, for a loss of 10⁶ or more, or none. */
export function requireBounded(
  loss: number,
  { name }: Task,
  rule: UpdateRule,
  penalty: Penalty | undefined,
): void {
  if (loss < DIVERGED) return;
  throw new ConvergenceError(
    `task ${name}: training diverged, the loss is ${loss}; ${settings(rule, penalty)}. ` +
      "Use a smaller step size",
  );
}

/** samples by which a training is judged */
const JUDGED = 2000;

/**
 * What is to be said of a task whose training ended at θ: undefined where it is better than any prediction that is the same
 * for all samples, and than θ at its start; both by the mean loss of some training samples, dropout off. The loss of the
 * best constant prediction is the entropy of the labels, log M for M classes of one size: a network whose units are all
 * dead has no less. Throws as {@link requireBounded}.
 */
export function unlearned(
  network: Network,
  task: Task,
  start: Float32Array,
  theta: Float32Array,
  rule: UpdateRule,
  penalty: Penalty | undefined,
): string | undefined {
  const N = task.train.rows.length;
  const count = Math.min(N, JUDGED);
  const chosen = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * N) / count));
  const loss = meanLoss(network, theta, task, chosen);
  requireBounded(loss, task, rule, penalty);
  const constant = entropy(task.train, chosen);
  const before = meanLoss(network, start, task, chosen);
  const found =
    loss >= constant
      ? `not below ${inDigits(constant)}, that of a constant prediction`
      : loss > before
        ? `above the ${inDigits(before)} that it began with`
        : undefined;
  return (
    found &&
    `task ${task.name}: training came to nothing, its mean loss is ${inDigits(loss)}, ${found}; ${settings(rule, penalty)}`
  );
}

/** Step size, λ and largest F, the last two apart where the penalty knows them so. */
function settings({ name, stepSize }: UpdateRule, penalty: Penalty | undefined): string {
  const step = `the step size of ${name} is ${stepSize}`;
  if (!penalty) return step;
  const { name: held, largest, strength } = penalty;
  if (strength === undefined) {
    return `${step}, the penalty ${held} has a curvature λ·F of up to ${inDigits(largest)}`;
  }
  const F = strength > 0 ? `, the largest F is ${inDigits(largest / strength)}` : "";
  return `${step}, λ of ${held} is ${strength}${F}`;
}

/** NaN where an output is not finite */
function meanLoss(
  network: Network,
  theta: Float32Array,
  { train, outputs }: Task,
  chosen: Uint32Array,
): number {
  const { X, targets } = gather(train, chosen);
  const predictions = outputRange(network, ...outputs).forward(theta, X);
  if (!predictions.data.every(Number.isFinite)) return Number.NaN;
  const likelihood = categorical(outputs[1] - outputs[0]);
  const losses = likelihood.negativeLogLikelihood(predictions, targets);
  return losses.reduce((sum, loss) => sum + loss, 0) / chosen.length;
}

function entropy({ labels }: Samples, chosen: Uint32Array): number {
  const counts = new Map<number, number>();
  for (const n of chosen) counts.set(labels[n], (counts.get(labels[n]) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= count * Math.log(count / chosen.length);
  return sum / chosen.length;
}

function inDigits(value: number): string {
  return value.toPrecision(3);
}
