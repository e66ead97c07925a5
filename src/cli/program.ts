/** The command line as a function: arguments in, exit code out. */
import { styleText } from "node:util";
import { Command, CommanderError } from "commander";
import { VERSION } from "../version.ts";
import * as compare from "./compare.ts";
import { type Context, UsageError } from "./context.ts";
import * as data from "./data.ts";
import * as diagnose from "./diagnose.ts";
import * as doctor from "./doctor.ts";
import * as ewc from "./ewc.ts";
import * as fit from "./fit.ts";
import * as lab from "./lab.ts";
import * as paper from "./paper.ts";

/** A new command is one more module here; it declares its options and imports its work when it runs. */
const commands: readonly { register(program: Command, context: Context): void }[] = [
  fit,
  diagnose,
  paper,
  ewc,
  compare,
  lab,
  data,
  doctor,
];

/** Exit codes: done; failed; called wrongly; stopped by Ctrl-C. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/**
 * Runs one command line.
 *
 *     const code = await run(["data", "list"], { stdout, stderr, signal });
 *
 * Returns the exit code; errors are one line on stderr, with their stack where NATGRAD_DEBUG is set.
 */
export async function run(args: readonly string[], context: Context): Promise<number> {
  const { stdout, stderr, signal } = context;
  const program = new Command("natgrad")
    .description(
      "Fisher information done right: curvature matrices, natural gradients, the papers' figures.",
    )
    .version(VERSION, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      outputError: (text, write) => write(errorLine(text, context)),
    })
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.\n" +
        "Environment: NATGRAD_DATA (folder of data sets), NATGRAD_KERNELS (native or wasm),\n" +
        "  NATGRAD_OFFLINE (no downloads), NATGRAD_MIRROR (server for downloads),\n" +
        "  NATGRAD_DEBUG (errors with their stack), NO_COLOR, FORCE_COLOR.",
    );
  for (const command of commands) command.register(program, context);
  try {
    await program.parseAsync(args, { from: "user" });
    return signal.aborted ? exitCodes.interrupted : exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    }
    if (signal.aborted) {
      stderr.write("stopped\n");
      return exitCodes.interrupted;
    }
    stderr.write(errorLine(`error: ${description(error)}`, context));
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

function description(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return process.env.NATGRAD_DEBUG ? (error.stack ?? error.message) : error.message;
}

/** One line, red where the terminal wants colours; a stack keeps its lines. */
function errorLine(text: string, { stderr }: Context): string {
  const line = process.env.NATGRAD_DEBUG
    ? text.trimEnd()
    : text.trim().replaceAll(/\s*\n\s*/g, " ");
  return `${styleText("red", line, { stream: stderr })}\n`;
}
