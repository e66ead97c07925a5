/** A folder that results are written to: tried before the work, and not left behind empty where there is no result. */
import { rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { MissingError } from "../errors.ts";
import { writeAtomically, writeFailure } from "../files/atomic.ts";

export interface OutputFolder {
  /** Removes what {@link openFolder} made, as far as it is empty. */
  abandon(): Promise<void>;
}

/**
 * Makes the folder where it is missing, and tries whether so many bytes can be written there. Throws {@link MissingError}, naming the folder,
 * where it is read-only, full, or not a folder.
 */
export async function openFolder(path: string, bytes: number): Promise<OutputFolder> {
  const made = await missingFolders(resolve(path));
  const abandon = async (): Promise<void> => {
    for (const folder of made) {
      try {
        await rmdir(folder);
      } catch {
        // it has something in it, and so have those above
        return;
      }
    }
  };
  const probe = join(path, ".room");
  try {
    await writeAtomically(probe, new Uint8Array(bytes));
    await rm(probe);
  } catch (error) {
    await abandon();
    throw error instanceof MissingError ? writeFailure(path, error.cause) : error;
  }
  return { abandon };
}

/** The folders that will have to be made, the innermost first. */
async function missingFolders(path: string): Promise<string[]> {
  const isThere = await stat(path).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== "ENOENT",
  );
  const above = dirname(path);
  return isThere || above === path ? [] : [path, ...(await missingFolders(above))];
}
