/** `natgrad paper`: every figure and statement of the empirical-Fisher paper, as pictures, numbers and a page. */
import type { Command } from "commander";
import { type Context, UsageError } from "./context.ts";

export interface PaperCommandOptions {
  readonly figure?: readonly string[];
  readonly data?: string;
  readonly out: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
  readonly workers?: number;
}

export function register(program: Command, context: Context): void {
  program
    .command("paper")
    .description("reproduce the figures and check the statements of the empirical-Fisher paper")
    .option("--figure <numbers...>", "only these figures, and no statements")
    .option("--data <folder>", "data folder (default: NATGRAD_DATA)")
    .option("--out <folder>", "where the files go", "out/paper")
    .option("--fresh", "forget what earlier calls have finished")
    .option("--json", "print the summary as JSON")
    .option("--workers <count>", "threads (default: one a core)", workerCount)
    .action(async (options: PaperCommandOptions) => {
      const { paper } = await import("./paperCommand.ts");
      await paper(options, context);
    });
}

function workerCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count;
  throw new UsageError(`--workers is ${text}, expected a whole number from 1 to 256`);
}
