/** Resolves once a reactive condition holds; rejects with the signal's reason when aborted before. */
export function until(condition: () => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = $effect.root(() => {
      $effect(() => {
        if (condition()) finish(resolve);
      });
    });
    const abort = (): void => finish(() => reject(signal.reason));
    const finish = (settle: () => void): void => {
      stop();
      signal.removeEventListener("abort", abort);
      settle();
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
  });
}
