/** `natgrad lab`: the web lab, served to this machine alone. */
import type { Command } from "commander";
import { type Context, UsageError } from "./context.ts";

export interface LabCommandOptions {
  readonly port?: number;
  readonly open?: boolean;
}

export function register(program: Command, context: Context): void {
  program
    .command("lab")
    .description("serve the web lab on this machine and print its address")
    .argument("[file]", "a table or a result file that the lab opens")
    .option("--port <number>", "where it listens on 127.0.0.1 (default: any free port)", portNumber)
    .option("--open", "open it in the browser")
    .action(async (file: string | undefined, options: LabCommandOptions) => {
      const { lab } = await import("./labCommand.ts");
      await lab(file, options, context);
    });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port is ${text}, expected a whole number from 0 to 65535`);
}
