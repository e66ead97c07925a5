/** What the networks know after each epoch, as CSV. */
import { methodIds, methodNames } from "./methods.ts";
import type { MemoryResults } from "./results.svelte.ts";

/** A row for each method and epoch, for what is known so far. */
export function table({ tracks, tasks }: MemoryResults): string {
  const names = tasks.map(({ name }) => `accuracy ${name}`);
  const lines = [["method", "training", "epoch", "loss", "penalty", ...names].join(",")];
  for (const id of methodIds) {
    const { epochs, fresh } = tracks[id];
    for (const { task, epoch, loss, penalty, accuracies = [] } of epochs.slice(0, fresh)) {
      lines.push(
        [methodNames[id], tasks[task].name, epoch, loss, penalty, ...accuracies].join(","),
      );
    }
  }
  return `${lines.join("\n")}\n`;
}
