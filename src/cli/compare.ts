/** `natgrad compare`: all curvature matrices of a model, data and a checkpoint side by side. */
import type { Command } from "commander";
import type { Context } from "./context.ts";

export interface CompareCommandOptions {
  readonly data?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly example?: boolean;
}

export function register(program: Command, context: Context): void {
  program
    .command("compare")
    .description("compare curvature matrices of a model: one table and one figure")
    .argument("[config]", "what to compare, as JSON (docs/compare.md); - for standard input")
    .option("--example", "print a configuration to start from")
    .option("--data <folder>", "data folder (default: NATGRAD_DATA)")
    .option("--out <folder>", "where the files go (default: out/compare)")
    .option("--json", "print the result as JSON, without the pictures’ entries")
    .action(async (config: string | undefined, options: CompareCommandOptions) => {
      const { compare } = await import("./compareCommand.ts");
      await compare(config, options, context);
    });
}
