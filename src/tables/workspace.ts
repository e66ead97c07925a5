/** A folder for what is too large to hold: gone when the work is over, however it ends. */
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MissingError } from "../errors.ts";
import { writeFailure } from "../files/atomic.ts";

export interface Workspace extends AsyncDisposable {
  readonly folder: string;
}

/**
 * A new folder in `parent` (default: the system's folder of temporary files, which TMPDIR names). It is removed by
 * disposal, and at the latest when the process exits. Throws `MissingError` where none can be made.
 */
export async function openWorkspace(parent: string = tmpdir()): Promise<Workspace> {
  const folder = await mkdtemp(join(parent, "natgrad-")).catch((cause) => {
    throw temporaryFailure(join(parent, "natgrad-…"), cause);
  });
  const atExit = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", atExit);
  return {
    folder,
    async [Symbol.asyncDispose]() {
      process.off("exit", atExit);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The error of a temporary file or folder that cannot be written: says where another place is named. */
export function temporaryFailure(path: string, cause: unknown): MissingError {
  const { message } = writeFailure(path, cause);
  return new MissingError(`${message}; TMPDIR names the folder`, { cause });
}
