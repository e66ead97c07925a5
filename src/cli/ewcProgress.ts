/** Live progress of `natgrad ewc`: how much is done, and the losses and accuracies of the run that was heard of last. */

import { labelOf } from "../experiments/ewc/configuration.ts";
import type { EwcEvent, EwcJob } from "../experiments/ewc/job.ts";
import { jobName } from "../experiments/ewc/job.ts";
import type { Progress } from "./progress.ts";

export interface EwcProgress {
  heard(fraction: number, job: EwcJob, event: EwcEvent): void;
}

const percent = (share: number): string => (100 * share).toFixed(1);

export function ewcProgress(progress: Pick<Progress, "update" | "log">): EwcProgress {
  const accuracies = new Map<EwcJob, readonly number[]>();
  return {
    heard(fraction, job, event) {
      const name = jobName(job);
      if (event.kind === "warning") {
        progress.log(`${name}: ${event.message}`);
        return;
      }
      if (event.kind === "resumed") {
        const after =
          event.epoch > 0 ? `epoch ${event.epoch} of task ${event.task + 1}` : `task ${event.task}`;
        progress.log(`${name} goes on after ${after}`);
        return;
      }
      if (event.kind !== "step" && event.kind !== "importance" && event.accuracies) {
        accuracies.set(job, event.accuracies);
      }
      const known = accuracies.get(job) ?? [];
      const last = known
        .slice(0, event.task + 1)
        .map(percent)
        .join(" ");
      const short = `${labelOf(job.method)}${job.strength === null ? "" : ` ${job.strength}`} #${job.seed}`;
      const place =
        event.kind === "importance"
          ? "Fisher"
          : event.kind === "task"
            ? ""
            : `${event.epoch}/${job.training.epochs} loss ${event.loss.toFixed(3)}`;
      progress.update(
        fraction,
        [short, `task ${event.task + 1}`, place, last && `acc ${last}`].filter(Boolean).join(" "),
      );
    },
  };
}

/** A run in a line. */
export function runLine(job: EwcJob, accuracies: readonly number[], seconds: number): string {
  const average = accuracies.reduce((sum, a) => sum + a, 0) / accuracies.length;
  return `${jobName(job)}: ${accuracies.map(percent).join(" ")}, average ${percent(average)} % (${seconds.toFixed(1)} s)`;
}
