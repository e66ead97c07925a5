import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MissingError } from "../../src/errors.ts";
import { places as browserPlaces } from "../../src/files/browser.ts";
import { defaultCacheFolder, places } from "../../src/files/node.ts";
import { temporaryFolder } from "../support/files.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe("defaultCacheFolder", () => {
  it.each([
    ["XDG_CACHE_HOME", { XDG_CACHE_HOME: "/xdg" }, "linux", "/xdg/natgrad/data"],
    [
      "no relative XDG_CACHE_HOME",
      { XDG_CACHE_HOME: "xdg" },
      "linux",
      "/home/me/.cache/natgrad/data",
    ],
    ["Linux", {}, "linux", "/home/me/.cache/natgrad/data"],
    ["macOS", {}, "darwin", "/home/me/Library/Caches/natgrad/data"],
    ["Windows", { LOCALAPPDATA: "/local" }, "win32", "/local/natgrad/cache/data"],
    ["Windows without LOCALAPPDATA", {}, "win32", "/home/me/AppData/Local/natgrad/cache/data"],
  ] as const)("knows %s", (_, env, platform, folder) => {
    expect(defaultCacheFolder(env, platform, "/home/me").replaceAll("\\", "/")).toBe(folder);
  });
});

describe("places in Node", () => {
  it("takes options before the environment", () => {
    vi.stubEnv("NATGRAD_DATA", "/from/environment");
    vi.stubEnv("XDG_CACHE_HOME", "/xdg");
    vi.stubEnv("NATGRAD_OFFLINE", "1");
    vi.stubEnv("NATGRAD_MIRROR", "http://mirror");
    const found = places();
    expect(found.folder?.location).toBe("/from/environment");
    expect(found.cache?.location).toBe("/xdg/natgrad/data");
    expect([found.offline, found.mirror]).toEqual([true, "http://mirror"]);
    const told = places({ dataFolder: "/told", cacheFolder: false, offline: false });
    expect(told.folder?.location).toBe("/told");
    expect(told.cache).toBeUndefined();
    expect(told.offline).toBe(false);
  });

  it("has no data folder where none is named", () => {
    vi.stubEnv("NATGRAD_DATA", "");
    expect(places().folder).toBeUndefined();
  });

  it("reads, finds and writes files", async () => {
    const folder = temporaryFolder();
    const place = places({ cacheFolder: folder }).cache;
    expect(await place?.has("a/b")).toBe(false);
    expect(await place?.read("a/b")).toBeUndefined();
    await place?.write("a/b", Uint8Array.from([7]));
    expect(await place?.has("a/b")).toBe(true);
    expect(await place?.has("a")).toBe(false);
    expect([...((await place?.read("a/b")) ?? [])]).toEqual([7]);
    expect([...readFileSync(join(folder, "a", "b"))]).toEqual([7]);
  });

  it("says what it cannot read, and takes a path through a file for nothing there", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "file"), "");
    const place = places({ dataFolder: folder }).folder;
    await expect(place?.read("a")).rejects.toThrow(MissingError);
    await expect(place?.read("a")).rejects.toThrow(`cannot read ${join(folder, "a")}: EISDIR`);
    expect(await place?.read("file/x")).toBeUndefined();
  });
});

describe("places in a browser", () => {
  it("keeps files in the cache storage", async () => {
    const kept = new Map<string, Response>();
    const opened: string[] = [];
    vi.stubGlobal("caches", {
      open: async (name: string) => {
        opened.push(name);
        return {
          match: async (key: string) => kept.get(key)?.clone(),
          put: async (key: string, response: Response) => void kept.set(key, response),
        };
      },
    });
    const { cache, folder, offline } = browserPlaces();
    expect([folder, offline]).toEqual([undefined, false]);
    expect(await cache?.has("a/b")).toBe(false);
    expect(await cache?.read("a/b")).toBeUndefined();
    await cache?.write("a/b", Uint8Array.from([7, 8]));
    expect(await cache?.has("a/b")).toBe(true);
    expect([...((await cache?.read("a/b")) ?? [])]).toEqual([7, 8]);
    expect(new Set(opened)).toEqual(new Set(["natgrad-data"]));
  });

  it("says where the storage is full, and does without one", async () => {
    vi.stubGlobal("caches", {
      open: async () => {
        throw new Error("QuotaExceededError");
      },
    });
    await expect(browserPlaces().cache?.write("x", new Uint8Array())).rejects.toThrow(
      "cannot write x to the cache storage: Error: QuotaExceededError",
    );
    expect(browserPlaces({ cacheFolder: false }).cache).toBeUndefined();
    vi.unstubAllGlobals();
    expect(browserPlaces({ mirror: "http://m" })).toEqual({ offline: false, mirror: "http://m" });
  });
});
