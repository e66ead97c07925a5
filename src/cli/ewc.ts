/** `natgrad ewc`: the figures of elastic weight consolidation, or an experiment of one's own. */
import type { Command } from "commander";
import { type Context, UsageError } from "./context.ts";

export interface EwcCommandOptions {
  readonly figure?: readonly string[];
  readonly preset?: string;
  readonly images?: string;
  readonly seeds?: readonly string[];
  readonly data?: string;
  readonly out?: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
  readonly workers?: number;
}

export function register(program: Command, context: Context): void {
  program
    .command("ewc")
    .description(
      "reproduce the figures of elastic weight consolidation: forgetting, and its cure; or run an experiment",
    )
    .argument("[config]", "an experiment as JSON (docs/ewc.md) in place of the figures")
    .option("--figure <names...>", "only these: 2A, 2B, 2C, which-fisher")
    .option("--preset <name>", "paper (long) or quick (default: quick)")
    .option("--images <name>", "MNIST or Digits (default: MNIST where it is to be had)")
    .option("--seeds <numbers...>", "in place of the preset's own seeds")
    .option("--data <folder>", "data folder (default: NATGRAD_DATA)")
    .option("--out <folder>", "where the files go (default: out/ewc)")
    .option("--fresh", "forget what earlier calls have finished or begun")
    .option("--json", "print the summary as JSON")
    .option("--workers <count>", "threads (default: one a core)", workerCount)
    .action(async (config: string | undefined, options: EwcCommandOptions) => {
      const { ewc } = await import("./ewcCommand.ts");
      await ewc(config, options, context);
    });
}

function workerCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count;
  throw new UsageError(`--workers is ${text}, expected a whole number from 1 to 256`);
}
