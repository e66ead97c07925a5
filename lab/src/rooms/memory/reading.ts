/** What networks read in an image. */
import type { Task } from "../../../../src/continual/tasks.ts";
import { categorical } from "../../../../src/likelihoods/categorical.ts";
import type { Network } from "../../../../src/models/network/network.ts";
import { outputRange } from "../../../../src/models/outputRange.ts";
import { asShown, PIXELS } from "./pixels.ts";
import { orderOf } from "./stream.ts";

/** A network with its parameters where each task ended. */
export interface Learned {
  readonly network: Network;
  readonly tasks: readonly Task[];
  readonly thetas: Float32Array[];
}

/** What a network says when it is shown the image as a task shows it. */
export interface Opinion {
  readonly method: string;
  readonly task: number;
  /** index among the classes of the task */
  readonly answer: number;
  /** what the network gives it */
  readonly probability: number;
}

/** One for each task, after the task `after`; none where that is not learned yet. */
export function opinionsOf(
  method: string,
  { network, tasks, thetas }: Learned,
  image: Float64Array,
  after: number,
): Opinion[] {
  const theta = thetas[after];
  if (!theta) return [];
  return tasks.map((task, index) => {
    const [first, end] = task.outputs;
    const X = { rows: 1, cols: PIXELS, data: asShown(image, orderOf(task)) };
    const outputs = outputRange(network, first, end).forward(theta, X);
    const { data } = categorical(end - first).mean(outputs);
    const answer = data.reduce((best, p, c) => (p > data[best] ? c : best), 0);
    return { method, task: index, answer, probability: data[answer] };
  });
}
