/** What `natgrad lab` does. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "./context.ts";
import type { LabCommandOptions } from "./lab.ts";
import { startLabServer } from "./labServer.ts";

/** Serves until Ctrl-C. The address is the only line on stdout. `folder` is for tests. */
export async function lab(
  file: string | undefined,
  { port = 0, open }: LabCommandOptions,
  { stdout, stderr, signal }: Context,
  folder = labFolder(),
): Promise<void> {
  const server = await startLabServer({ folder, port, file });
  try {
    stdout.write(`${server.address}\n`);
    stderr.write("The lab is served to this machine alone; Ctrl-C ends it.\n");
    if (open) openBrowser(server.address, (problem) => stderr.write(`${problem}\n`));
    if (!signal.aborted) await once(signal);
  } finally {
    await server.close();
  }
}

/** Beside the compiled program; in a clone, where the program may run from its sources, below `dist`. */
function labFolder(): string {
  const built = join(import.meta.dirname, "..", "lab");
  return existsSync(join(built, "index.html"))
    ? built
    : join(import.meta.dirname, "..", "..", "dist", "lab");
}

function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** The address is already printed: that no browser can be started is worth a line, not an error. */
function openBrowser(address: string, complain: (problem: string) => void): void {
  const [program, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(program, [...args, address], { detached: true, stdio: "ignore" });
  child.on("error", ({ message }) => complain(`no browser could be opened (${message})`));
  child.unref();
}
