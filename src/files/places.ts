/**
 * Where data files may lie, as the package import "#files" offers it: folders in Node (`node.ts`), the cache
 * storage in a browser (`browser.ts`).
 */

/** A folder-like store of files by path (with "/"). */
export interface Place {
  /** its name in messages: a folder */
  readonly location: string;
  /** The file's own name in messages. */
  name(path: string): string;
  has(path: string): Promise<boolean>;
  /** The file's bytes, `undefined` where there is none. Throws `MissingError` where it cannot be read. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Stores the file as a whole or not at all. Throws `MissingError` where it cannot. */
  write(path: string, bytes: Uint8Array): Promise<void>;
}

export interface Places {
  /** the user's data folder, where one is named */
  readonly folder?: Place;
  /** the user cache, where there is one */
  readonly cache?: Place;
  /** no downloads, by the user's wish */
  readonly offline: boolean;
  /** a server laid out as a data folder, to be asked instead of the files' own addresses */
  readonly mirror?: string;
}

export interface PlaceOptions {
  /** data folder; default: the environment variable NATGRAD_DATA */
  readonly dataFolder?: string;
  /** folder of the user cache, `false` for none; default: that of the platform */
  readonly cacheFolder?: string | false;
  /** default: whether NATGRAD_OFFLINE is set */
  readonly offline?: boolean;
  /** default: the environment variable NATGRAD_MIRROR */
  readonly mirror?: string;
}
