/** Files that are there as a whole or not at all. */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { MissingError } from "../errors.ts";

/**
 * Writes `contents` to `path`: into a new file beside it, which then takes its name, so that neither a failure nor
 * a kill leaves a half-written file there. Makes the folder where it is missing.
 *
 *     await writeAtomically("out/figure-1.svg", svg);
 *
 * Throws {@link MissingError} for a folder that is read-only, full, or not a folder, with what to do.
 */
export async function writeAtomically(path: string, contents: Uint8Array | string): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.partial`);
  try {
    await makeFolder(dirname(path));
    const file = await open(beside, "wx");
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw writeFailure(path, cause);
  }
}

/** Node's own recursive mkdir never returns where the system answers ENOENT for a folder that exists (as /proc does). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && dirname(path) !== path) {
      await makeFolder(dirname(path));
      await mkdir(path).catch(ignoreExisting);
    } else if (!(await stat(path).catch(() => undefined))?.isDirectory()) {
      throw error;
    }
  }
}

/** Another process may have made it meanwhile. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the device; free some or name another folder",
  EDQUOT: "the disk quota is used up; free some space or name another folder",
  EFBIG: "the file would be larger than the system allows; name a folder on another file system",
  EROFS: "the file system is read-only; name another folder",
  EACCES: "permission is denied; make the folder writable or name another",
  EPERM: "the operation is not permitted; make the folder writable or name another",
  ENOTDIR: "a part of the path is a file; name another folder",
  EEXIST: "a part of the path is a file; name another folder",
  EISDIR: "it is a folder, expected a file; remove it or name another folder",
  ENOENT: "the folder cannot be made; name another",
};

/** The error of natgrad for a failed write: path, reason, what to do. */
export function writeFailure(path: string, cause: unknown): MissingError {
  const { code } = cause as NodeJS.ErrnoException;
  const reason = (code && reasons[code]) ?? (cause instanceof Error ? cause.message : `${cause}`);
  return new MissingError(`cannot write ${path}: ${reason}${code ? ` (${code})` : ""}`, { cause });
}
