/** How often a network is right. */
import type { Network } from "../models/network/network.ts";
import { gather, type Samples } from "./samples.ts";

/** samples that are worked on at once */
const CHUNK = 1000;

/**
 * The share of samples whose largest output, among the outputs from `first` up to `end`, is that of their class; dropout
 * off. NaN without samples.
 *
 * @example
 * accuracy(network, theta, task.test, task.outputs);
 */
export function accuracy(
  network: Network,
  theta: Float32Array,
  samples: Samples,
  [first, end]: readonly [number, number],
): number {
  const N = samples.rows.length;
  let right = 0;
  for (let start = 0; start < N; start += CHUNK) {
    const chosen = Uint32Array.from({ length: Math.min(CHUNK, N - start) }, (_, i) => start + i);
    const { X, targets } = gather(samples, chosen);
    const { data, cols } = network.forward(theta, X);
    for (let n = 0; n < X.rows; n++) {
      let best = first;
      for (let m = first + 1; m < end; m++)
        if (data[n * cols + m] > data[n * cols + best]) best = m;
      if (best - first === targets.data[n]) right++;
    }
  }
  return right / N;
}
