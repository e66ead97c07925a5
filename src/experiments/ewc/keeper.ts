/** Where states are kept between calls. */
import { readCheckpoint } from "../../continual/checkpoint.ts";
import { FormatError } from "../../errors.ts";

export interface Keeper {
  /** its name in messages */
  readonly place: string;
  /** least time between two savings, milliseconds: epochs may be much shorter than a saving */
  readonly interval: number;
  /** what {@link save} was given last, undefined where there is nothing */
  load(): Promise<Uint8Array | undefined>;
  save(bytes: Uint8Array): Promise<void>;
}

/**
 * What was kept under a key, undefined where there is nothing. Throws {@link FormatError} with the place and the remedy
 * where it is damaged, of another version, or was kept under another key.
 */
export async function keptIn(
  { place, load }: Pick<Keeper, "place" | "load">,
  key: string,
): Promise<unknown> {
  const bytes = await load();
  if (!bytes) return undefined;
  try {
    return readCheckpoint(bytes, key);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${place}: ${error.message}. Remove it, and the run starts anew`, {
      cause: error,
    });
  }
}
