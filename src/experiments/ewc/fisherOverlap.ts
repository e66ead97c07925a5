/** How much the Fishers of the first and the last task of a run rest on the same weights. */
import { type ByLayer, overlapByLayer } from "../../continual/overlap.ts";
import type { TaskStream } from "../../continual/tasks.ts";
import type { Network } from "../../models/network/network.ts";
import { stream } from "../../random/streams.ts";
import type { FisherConfiguration } from "./configuration.ts";
import { importanceOf } from "./parts.ts";

/** The Fisher of a task, drawn with the same samples wherever it is computed. */
export function fisherOf(
  fisher: FisherConfiguration,
  network: Network,
  theta: Float32Array,
  { tasks }: TaskStream,
  index: number,
  seed: number,
): Float64Array {
  const random = stream(seed, "overlap", index);
  return importanceOf(fisher).compute(network, theta, tasks[index], { random });
}

/** Both at the final parameters, and each where its own task ended. */
export function overlapOf(
  fisher: FisherConfiguration,
  network: Network,
  theta: Float32Array,
  tasks: TaskStream,
  firstWhereItEnded: Float64Array,
  seed: number,
): { atEnd: ByLayer<number>[]; atEach: ByLayer<number>[] } {
  const last = fisherOf(fisher, network, theta, tasks, tasks.tasks.length - 1, seed);
  const first = fisherOf(fisher, network, theta, tasks, 0, seed);
  return {
    atEnd: overlapByLayer(network, first, last),
    atEach: overlapByLayer(network, firstWhereItEnded, last),
  };
}
