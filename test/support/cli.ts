/** Real runs of the command line, from its sources. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface CliRun {
  readonly child: ChildProcess;
  /** when the process is over */
  readonly result: Promise<{
    code: number | null;
    signal: NodeJS.Signals | null;
    out: string;
    err: string;
  }>;
}

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/**
 * Starts `natgrad …args`; `env` is added to the test's own environment, `undefined` removes a variable; `before` is
 * a shell command that the process starts under, as a limit.
 */
export function startCli(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  before?: string,
): CliRun {
  // the condition makes the package's own imports ("#files", "#native") name the sources
  const command = [process.execPath, "--conditions=natgrad-source", main, ...args];
  const [program, ...rest] = before
    ? ["bash", "-c", `${before}; exec "$@"`, "bash", ...command]
    : command;
  const child = spawn(program, rest, {
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, ...env },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const result = new Promise<Awaited<CliRun["result"]>>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, result };
}
