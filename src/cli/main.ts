#!/usr/bin/env node
/** The program `natgrad`. */
import { exitCodes, run } from "./program.ts";

// a reader that has gone (`natgrad data list | head -1`) is no error; what cannot be written is dropped
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const interrupt = new AbortController();
process.on("SIGINT", () => {
  // the first lets the command finish what it is writing; a second, or five seconds, do not wait for it
  if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
  interrupt.abort(new Error("interrupted"));
  setTimeout(() => process.exit(exitCodes.interrupted), 5000).unref();
});
// listeners of "exit" remove temporary files, which the default of these signals does not wait for
process.once("SIGTERM", () => process.exit(143));
process.once("SIGHUP", () => process.exit(129));

const { stdout, stderr } = process;
process.exitCode = await run(process.argv.slice(2), { stdout, stderr, signal: interrupt.signal });
