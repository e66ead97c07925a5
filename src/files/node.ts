/** Data files in Node: the folder that NATGRAD_DATA names, and the user's cache folder. */
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { MissingError } from "../errors.ts";
import { writeAtomically } from "./atomic.ts";
import type { Place, PlaceOptions, Places } from "./places.ts";

/** The places that options and environment name. */
export function places(options: PlaceOptions = {}): Places {
  const { env } = process;
  const data = options.dataFolder ?? env.NATGRAD_DATA;
  const cache = options.cacheFolder ?? defaultCacheFolder(env, process.platform, homedir());
  const mirror = options.mirror ?? env.NATGRAD_MIRROR;
  return {
    ...(data ? { folder: folder(resolve(data)) } : {}),
    ...(cache ? { cache: folder(resolve(cache)) } : {}),
    ...(mirror ? { mirror } : {}),
    offline: options.offline ?? Boolean(env.NATGRAD_OFFLINE),
  };
}

/**
 * The folder of cached data: `natgrad/data` in XDG_CACHE_HOME, or in the platform's own cache folder.
 * A relative XDG_CACHE_HOME is not used, as its specification asks.
 */
export function defaultCacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): string {
  const { XDG_CACHE_HOME: named, LOCALAPPDATA: local } = env;
  if (named && isAbsolute(named)) return join(named, "natgrad", "data");
  if (platform === "darwin") return join(home, "Library", "Caches", "natgrad", "data");
  if (platform === "win32") {
    return join(local ?? join(home, "AppData", "Local"), "natgrad", "cache", "data");
  }
  return join(home, ".cache", "natgrad", "data");
}

function folder(location: string): Place {
  const name = (path: string): string => join(location, ...path.split("/"));
  return {
    location,
    name,
    has: (path) =>
      stat(name(path)).then(
        (found) => found.isFile(),
        () => false,
      ),
    read: async (path) => {
      try {
        return await readFile(name(path));
      } catch (cause) {
        const { code, message } = cause as NodeJS.ErrnoException;
        if (code === "ENOENT" || code === "ENOTDIR") return undefined;
        throw new MissingError(`cannot read ${name(path)}: ${message}`, { cause });
      }
    },
    write: (path, bytes) => writeAtomically(name(path), bytes),
  };
}
