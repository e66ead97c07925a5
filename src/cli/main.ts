#!/usr/bin/env node
/** The program `natgrad`. */
import { exitCodes, run } from "./program.ts";

for (const [name, stream] of [
  ["standard output", process.stdout],
  ["standard error", process.stderr],
] as const) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // a reader that has gone (`natgrad data list | head -1`) is no error; what cannot be written is dropped
    if (error.code === "EPIPE") return;
    const { code, message } = error;
    const reason = message.replace(/^[A-Z]+: (.*), write$/, `$1 (${code})`);
    if (stream === process.stdout) {
      process.stderr.write(`error: cannot write to ${name}: ${reason}\n`);
    }
    process.exit(exitCodes.failed);
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
