/** `natgrad doctor`: what natgrad found on this machine, and how to get what is missing. */
import type { Command } from "commander";
import type { Context } from "./context.ts";

export interface DoctorOptions {
  readonly json?: boolean;
}

export function register(program: Command, context: Context): void {
  program
    .command("doctor")
    .description("print kernels, figures, data folders in use, and how to get what is missing")
    .option("--json", "print JSON")
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import("./doctorReport.ts");
      await doctor(options, context);
    });
}
