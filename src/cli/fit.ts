/** `natgrad fit`: a generalized linear model, its coefficients and three kinds of standard errors. */
import type { Command } from "commander";
import type { Context } from "./context.ts";
import { declareModelOptions, type ModelOptions } from "./modelOptions.ts";

export function register(program: Command, context: Context): void {
  declareModelOptions(program.command("fit"))
    .description("fit a linear, logistic, categorical or Poisson regression to a table")
    .action(async (file: string | undefined, options: ModelOptions) => {
      const { fit } = await import("./fitCommand.ts");
      await fit(file, options, context);
    });
}
