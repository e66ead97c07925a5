/**
 * Requests to a worker while inputs change: one is under way at a time, and of those that come meanwhile only the
 * newest is kept. Answers arrive in the order of their requests, each one newer than what is shown.
 */
export interface Latest<Q> {
  /** Asks, now or as soon as the request under way is answered; forgets what waited. */
  ask(request: Q): void;
  /** Answers that are still to come are dropped. */
  cancel(): void;
}

export function latest<Q, A>(
  work: (request: Q) => Promise<A>,
  show: (answer: A, request: Q) => void,
  fail: (error: unknown) => void,
): Latest<Q> {
  let waiting: { readonly request: Q } | undefined;
  let busy = false;
  let generation = 0;
  const run = async (): Promise<void> => {
    busy = true;
    while (waiting) {
      const { request } = waiting;
      waiting = undefined;
      const asked = generation;
      try {
        const answer = await work(request);
        if (asked === generation) show(answer, request);
      } catch (error) {
        if (asked === generation) fail(error);
      }
    }
    busy = false;
  };
  return {
    ask(request) {
      waiting = { request };
      if (!busy) void run();
    },
    cancel() {
      waiting = undefined;
      generation++;
    },
  };
}
