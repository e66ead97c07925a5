/** What is said of a run by its matrix R: average accuracy, forgetting, transfer. */
import { metrics } from "../../continual/metrics.ts";
import type { EwcRun } from "./results.ts";

/**
 * The run with R and what follows from it, as figures have it. Records in a journal do not: theirs are the accuracies that R is
 * made of. What one task cannot say (forgetting, transfer) is absent, and so is forward transfer where the accuracies
 * before training are not known.
 */
export function withMetrics(run: EwcRun): EwcRun {
  const R = run.learned.map(({ accuracies }) => [...accuracies]);
  const { average, forgetting, backwardTransfer, forwardTransfer } = metrics(R, run.before);
  return {
    ...run,
    R,
    metrics: {
      average,
      ...(Number.isFinite(forgetting) && { forgetting }),
      ...(Number.isFinite(backwardTransfer) && { backwardTransfer }),
      ...(Number.isFinite(forwardTransfer) && { forwardTransfer }),
    },
  };
}
