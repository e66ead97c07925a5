/** `natgrad diagnose`: can the empirical Fisher be trusted on these rows, and what does it cost? */
import type { Command } from "commander";
import type { Context } from "./context.ts";
import { declareModelOptions, type ModelOptions } from "./modelOptions.ts";

/** As they are typed. */
export interface DiagnoseCommandOptions extends ModelOptions {
  readonly form?: string;
  readonly indicators?: string;
  readonly bootstrap?: string;
  readonly seed?: string;
  readonly draws?: string;
  readonly failOn?: readonly string[];
}

export function register(program: Command, context: Context): void {
  declareModelOptions(program.command("diagnose"))
    .description("say whether the empirical Fisher can be trusted on a table, and what it costs")
    .option("--form <name>", "of White's test: efficient, chesher-lancaster or white-1982")
    .option("--indicators <which>", "of White's test: full or diagonal (default: by the rows)")
    .option("--bootstrap <count>", "fits simulated from the model, 0 for none (default: 199)")
    .option("--seed <number>", "of everything that is random (default: 0)")
    .option("--draws <count>", "a row of the Monte-Carlo Fisher (default: 1)")
    .option(
      "--fail-on <verdicts>",
      "exit code 1 where it says so: misspecified, empirical-fisher, standard-errors",
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .action(async (file: string | undefined, options: DiagnoseCommandOptions) => {
      const { diagnose } = await import("./diagnoseCommand.ts");
      await diagnose(file, options, context);
    });
}
