/** How long a call takes, on a machine that does other things too. */

/** Seconds a call of `work`: the best of several batches, since what else runs can only add time. */
export function secondsPerCall(work: () => void, { budget = 0.3, batches = 7 } = {}): number {
  work();
  let calls = 1;
  let seconds = timed(work, calls);
  while (seconds < budget / batches / 2) {
    calls *= 2;
    seconds = timed(work, calls);
  }
  let best = seconds / calls;
  for (let batch = 1; batch < batches; batch++) best = Math.min(best, timed(work, calls) / calls);
  return best;
}

function timed(work: () => void, calls: number): number {
  const started = performance.now();
  for (let call = 0; call < calls; call++) work();
  return (performance.now() - started) / 1000;
}

/** The middle value, or the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
