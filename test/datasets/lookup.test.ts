import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { DatasetEntry } from "../../src/datasets/dataset.ts";
import { loadEntry } from "../../src/datasets/load.ts";
import { type DownloadProgress, locate } from "../../src/datasets/lookup.ts";
import { MissingDatasetError } from "../../src/datasets/missing.ts";
import { FormatError, MissingError } from "../../src/errors.ts";
import { places } from "../../src/files/node.ts";
import { temporaryFolder } from "../support/files.ts";
import { closedAddress, serve } from "../support/server.ts";
import { toyEntry, toyText } from "../support/toyEntry.ts";

const file = "toy/toy.csv";

/** Puts the toy file (or something else) into a folder. */
function put(folder: string, contents: string | Uint8Array = toyText): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
  return path;
}

/** Two empty folders, so that no test looks into the user's own. */
function folders() {
  const root = temporaryFolder();
  return { dataFolder: join(root, "data"), cacheFolder: join(root, "cache"), offline: false };
}

const serveToy = () => serve((_, response) => response.end(toyText));

describe("the order of places", () => {
  it("is data folder, cache, download; a download is kept", async () => {
    const { address, requests } = await serveToy();
    const where = folders();
    const entry = toyEntry([address]);
    const origin = async () => (await loadEntry(entry, where)).origin;

    expect(await locate(entry, places(where))).toBeUndefined();
    expect(await origin()).toBe("download");
    expect(readFileSync(join(where.cacheFolder, file), "utf8")).toBe(toyText);
    expect(await locate(entry, places(where))).toBe("cache");
    expect(await origin()).toBe("cache");
    put(where.dataFolder);
    expect(await locate(entry, places(where))).toBe("folder");
    expect(await origin()).toBe("folder");
    expect(requests).toEqual(["/toy.csv"]);
  });

  it("is left for a fresh download when one is asked for", async () => {
    const { address, requests } = await serveToy();
    const where = folders();
    put(where.dataFolder);
    put(where.cacheFolder, "broken");
    expect((await loadEntry(toyEntry([address]), { ...where, fresh: true })).origin).toBe(
      "download",
    );
    expect(requests.length).toBe(1);
    expect(readFileSync(join(where.cacheFolder, file), "utf8")).toBe(toyText);
  });

  it("has a mirror instead of the file's own addresses", async () => {
    const { address, requests } = await serveToy();
    const options = { ...folders(), mirror: `${address}/data/` };
    await loadEntry(toyEntry([await closedAddress()]), options);
    expect(requests).toEqual(["/data/toy/toy.csv"]);
  });
});

describe("a loaded set", () => {
  it("has inputs, targets and names", async () => {
    const where = folders();
    put(where.dataFolder);
    const entry = toyEntry([]);
    const set = await loadEntry(entry, where);
    expect(set).toEqual({
      name: "Toy",
      entry,
      X: { rows: 2, cols: 1, data: Float64Array.of(1.5, -2) },
      y: Float64Array.of(0, 1),
      classes: ["no", "yes"],
      origin: "folder",
    });
    const narrow = await loadEntry(entry, { ...where, precision: "float32" });
    expect(narrow.X).toEqual({ rows: 2, cols: 1, data: Float32Array.of(1.5, -2) });
  });

  it("is refused where its shape is not the entry's", async () => {
    const where = folders();
    put(where.dataFolder);
    const entry: DatasetEntry = { ...toyEntry([]), rows: 3 };
    await expect(loadEntry(entry, where)).rejects.toThrow(
      `${join(where.dataFolder, file)}: found 2 × 1 values and 2 targets, expected 3 × 1 and 3`,
    );
  });
});

describe("a file that is not what it should be", () => {
  it.each([
    ["truncated", toyText.slice(0, -3), "found 19 bytes, expected 22 (truncated?)"],
    ["empty", "", "found an empty file, expected 22 bytes"],
    ["changed", toyText.replace("1.5", "1.6"), "found SHA-256 "],
  ])("is refused in the data folder: %s", async (_, contents, message) => {
    const { address, requests } = await serveToy();
    const where = folders();
    const path = put(where.dataFolder, contents);
    const load = loadEntry(toyEntry([address]), where);
    await expect(load).rejects.toThrow(FormatError);
    await expect(load).rejects.toThrow(`${path}: ${message}`);
    await expect(load).rejects.toThrow(
      "; replace it, or point NATGRAD_DATA elsewhere; its source is",
    );
    expect(requests).toEqual([]);
  });

  it("is refused in the cache, with the command that replaces it", async () => {
    const where = folders();
    put(where.cacheFolder, "broken");
    const load = loadEntry(toyEntry(["http://x"]), where);
    await expect(load).rejects.toThrow(FormatError);
    await expect(load).rejects.toThrow('run "natgrad data fetch Toy --fresh" to replace it');
  });

  it("is refused when it is a cut gzip file", async () => {
    const where = folders();
    const packed = gzipSync(toyText);
    put(where.dataFolder, packed);
    expect((await loadEntry(toyEntry([], "unpacked"), where)).y.length).toBe(2);
    put(where.dataFolder, packed.subarray(0, -4));
    await expect(loadEntry(toyEntry(["http://x"], "unpacked"), where)).rejects.toThrow(
      "found a truncated or damaged gzip file",
    );
  });
});

describe("a download", () => {
  /** The cache must be as empty after a failure as before. */
  const nothingIn = (folder: string) => !existsSync(folder) || readdirSync(folder).length === 0;

  it("reports its progress with set and file", async () => {
    const { address } = await serve((_, response) => {
      response.setHeader("content-length", toyText.length);
      response.end(toyText);
    });
    const seen: DownloadProgress[] = [];
    await loadEntry(toyEntry([address]), { ...folders(), onProgress: (p) => seen.push(p) });
    expect(seen.at(-1)).toEqual({ dataset: "Toy", path: file, received: 22, total: 22 });
  });

  it("goes on to the next address after a failure", async () => {
    const bad = await serve((_, response) => response.writeHead(404).end());
    const good = await serveToy();
    const entry = toyEntry([await closedAddress(), bad.address, good.address]);
    expect((await loadEntry(entry, folders())).origin).toBe("download");
  });

  it("that is interrupted stores nothing and says what happened", async () => {
    const { address } = await serve((_, response) => {
      response.writeHead(200, { "content-length": toyText.length });
      response.write(toyText.slice(0, 5));
      setTimeout(() => response.destroy(), 20);
    });
    const where = folders();
    await expect(loadEntry(toyEntry([address]), where)).rejects.toThrow(MissingDatasetError);
    expect(nothingIn(where.cacheFolder)).toBe(true);
  });

  it.each([
    ["wrong", "<html>Sign in to this network</html>", "found 36 bytes, expected 22"],
    ["changed", toyText.replace("-2", "-3"), "found SHA-256"],
    ["too short", toyText.slice(0, 4), "found 4 bytes, expected 22 (truncated?)"],
    ["no", "", "found an empty file"],
  ])("of %s bytes stores nothing and is a FormatError", async (_, contents, message) => {
    const { address } = await serve((_, response) => response.end(contents));
    const where = folders();
    const load = loadEntry(toyEntry([address]), where);
    await expect(load).rejects.toThrow(FormatError);
    await expect(load).rejects.toThrow(
      `the download of toy/toy.csv (data set Toy) failed: ${address}/toy.csv: ${message}`,
    );
    await expect(load).rejects.toThrow("nothing was stored, try again later");
    expect(nothingIn(where.cacheFolder)).toBe(true);
  });

  it("that never ends is cut", async () => {
    const { address } = await serve((_, response) => {
      const more = () => response.write("x".repeat(20_000), () => setImmediate(more));
      more();
    });
    await expect(loadEntry(toyEntry([address]), folders())).rejects.toThrow(
      "more than the 65580 bytes that were expected at most",
    );
  });

  it("of a server that falls silent is given up", async () => {
    const { address } = await serve(() => {});
    await expect(loadEntry(toyEntry([address]), { ...folders(), patience: 0.05 })).rejects.toThrow(
      "no answer for 0.05 s",
    );
  });

  it("that cannot be kept is used all the same, with a warning, unless keeping is asked for", async () => {
    const { address } = await serveToy();
    const where = folders();
    writeFileSync(where.cacheFolder, "a file, not a folder");
    const warnings: string[] = [];
    const options = { ...where, onWarning: (message: string) => warnings.push(message) };
    expect((await loadEntry(toyEntry([address]), options)).origin).toBe("download");
    expect(warnings).toEqual([
      expect.stringMatching(/^toy\/toy.csv was downloaded but not kept: cannot write .*toy\.csv/),
    ]);
    await expect(loadEntry(toyEntry([address]), { ...where, requireCache: true })).rejects.toThrow(
      /^cannot write .*: a part of the path is a file/,
    );
  });

  it("stops with its signal", async () => {
    const { address } = await serve((_, response) => {
      response.write("2");
    });
    const abort = new AbortController();
    const where = folders();
    const load = loadEntry(toyEntry([address]), {
      ...where,
      signal: abort.signal,
      onProgress: () => abort.abort(new Error("stop")),
    });
    await expect(load).rejects.toThrow("stop");
    expect(nothingIn(where.cacheFolder)).toBe(true);
  });
});

describe("a set that is not to be had", () => {
  it("says where it was looked for, why there is no download, and how to get it", async () => {
    const where = folders();
    const address = await closedAddress();
    const error = await loadEntry(toyEntry([address]), where).catch((caught) => caught);
    expect(error).toBeInstanceOf(MissingError);
    expect(error.dataset).toBe("Toy");
    expect(error.reason).toBe(
      `data set Toy: toy/toy.csv was not found in the data folder ${where.dataFolder} nor in the ` +
        `cache ${where.cacheFolder}, and the download failed (${address}/toy.csv: connect ECONNREFUSED ` +
        `${address.slice(7)}).`,
    );
    expect(error.remedy).toBe(
      'To get it, run "natgrad data fetch Toy" with a network, or set NATGRAD_DATA to a folder that has ' +
        `toy/toy.csv (its source: ${address}/toy.csv).`,
    );
    expect(error.message).toBe(`${error.reason} ${error.remedy}`);
  });

  it("asks no server when downloads are switched off", async () => {
    const { address, requests } = await serveToy();
    const load = loadEntry(toyEntry([address]), { ...folders(), offline: true });
    await expect(load).rejects.toThrow("and downloads are switched off. To get it, run");
    expect(requests).toEqual([]);
  });
});
