/** Data files in a browser: no folder; the page's cache storage, where the browser has one. */
import { MissingError } from "../errors.ts";
import type { Place, PlaceOptions, Places } from "./places.ts";

/** The places that options name; `cacheFolder` is the name of the cache. There is no data folder in a browser. */
export function places(options: PlaceOptions = {}): Places {
  const cached = options.cacheFolder !== false && "caches" in globalThis;
  return {
    ...(cached ? { cache: storage(options.cacheFolder || "natgrad-data") } : {}),
    ...(options.mirror ? { mirror: options.mirror } : {}),
    offline: options.offline ?? false,
  };
}

function storage(location: string): Place {
  // a cache is keyed by addresses; this host never resolves, so that no real one is shadowed
  const key = (path: string): string => `https://natgrad.invalid/${path}`;
  return {
    location: `cache storage ${location}`,
    name: (path) => `cache storage ${location}: ${path}`,
    has: async (path) => (await (await caches.open(location)).match(key(path))) !== undefined,
    read: async (path) => {
      const found = await (await caches.open(location)).match(key(path));
      return found && new Uint8Array(await found.arrayBuffer());
    },
    write: async (path, bytes) => {
      try {
        const cache = await caches.open(location);
        await cache.put(key(path), new Response(bytes as Uint8Array<ArrayBuffer>));
      } catch (cause) {
        throw new MissingError(`cannot write ${path} to the cache storage: ${cause}`, { cause });
      }
    },
  };
}
