/** Progress of work that is usually over at once: nothing is shown before it has taken a second. */
import type { Context } from "./context.ts";
import { type Progress, startProgress } from "./progress.ts";

export interface LateProgress {
  /** `label` says what is being done now; another one starts a new line. */
  update(label: string, fraction: number, note?: string): void;
  /** Removes what is shown. */
  end(): void;
}

/** Starts to count; `now` (in milliseconds) is for tests. */
export function lateProgress({ stderr }: Pick<Context, "stderr">, now = Date.now): LateProgress {
  const start = now();
  let shown: { readonly label: string; readonly progress: Progress } | undefined;
  return {
    update(label, fraction, note) {
      if (now() - start < 1000) return;
      if (shown?.label !== label) {
        shown?.progress.end();
        shown = { label, progress: startProgress({ stream: stderr, label, now }) };
      }
      shown.progress.update(fraction, note);
    },
    end() {
      shown?.progress.end();
      shown = undefined;
    },
  };
}
