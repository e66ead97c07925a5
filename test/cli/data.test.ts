import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { run } from "../../src/cli/program.ts";
import { embeddedFile } from "../../src/datasets/embedded/index.ts";
import { datasets } from "../../src/datasets/registry.ts";
import { temporaryFolder } from "../support/files.ts";
import { memoryContext } from "../support/outputs.ts";
import { closedAddress, serve } from "../support/server.ts";

let root = "";
const iris = "sklearn/iris.csv";

beforeEach(() => {
  root = temporaryFolder();
  vi.stubEnv("NATGRAD_DATA", "");
  vi.stubEnv("XDG_CACHE_HOME", join(root, "xdg"));
  vi.stubEnv("NATGRAD_OFFLINE", "");
  vi.stubEnv("NATGRAD_MIRROR", "");
  vi.stubEnv("FORCE_COLOR", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Runs `natgrad data …`. */
async function data(...args: string[]) {
  const context = memoryContext();
  const code = await run(["data", ...args], context);
  return { code, out: context.stdout.text, err: context.stderr.text };
}

/** A mirror that has the embedded Iris and nothing else. */
async function irisMirror() {
  const file = await embeddedFile(iris);
  const server = await serve((request, response) => {
    if (request.url === `/${iris}`) {
      response.setHeader("content-length", file?.bytes.length ?? 0);
      response.end(file?.bytes);
    } else response.writeHead(404).end();
  });
  vi.stubEnv("NATGRAD_MIRROR", server.address);
  return server;
}

describe("natgrad data list", () => {
  it("prints a line for each set and where it is", async () => {
    const { code, out, err } = await data("list");
    expect([code, err]).toEqual([0, ""]);
    const lines = out.trimEnd().split("\n");
    expect(lines.length).toBe(datasets.length + 1);
    expect(lines[0]).toMatch(/^name +samples +features +task/);
    expect(out).toMatch(/^Wine +178 +13 +classification +categorical +embedded +CC BY 4\.0$/m);
    expect(out).toMatch(/^MNIST +60000 +784 .*not here/m);
  });

  it("prints JSON with the facts of the registry", async () => {
    const { out } = await data("list", "--json");
    const listed = JSON.parse(out);
    expect(listed.map((set: { name: string }) => set.name)).toEqual(datasets.map((d) => d.name));
    expect(listed[0]).toMatchObject({
      name: "BreastCancer",
      rows: 569,
      columns: 30,
      licence: "CC BY 4.0",
      origin: "embedded",
      files: datasets[0].files,
    });
    expect(listed[1]).toMatchObject({ name: "a1a", origin: null });
  });
});

describe("natgrad data fetch", () => {
  it("says where a set is that is here already", async () => {
    expect(await data("fetch", "iris", "wine")).toEqual({
      code: 0,
      out: "ok       Iris          embedded\nok       Wine          embedded\n",
      err: "",
    });
  });

  it("downloads with progress on stderr, checks and keeps", async () => {
    const { requests } = await irisMirror();
    const { code, out, err } = await data("fetch", "iris", "--fresh");
    expect([code, out]).toEqual([0, "ok       Iris          downloaded\n"]);
    expect(err).toContain("Iris: sklearn/iris.csv:  100 %  2.7 kB\n");
    expect(requests).toEqual([`/${iris}`]);
    const kept = readFileSync(join(root, "xdg", "natgrad", "data", iris));
    expect(kept).toEqual(Buffer.from((await embeddedFile(iris))?.bytes ?? []));
    expect((await data("verify", "iris")).out).toBe("ok       Iris          cache\n");
  });

  it("keeps in another folder when told to", async () => {
    await irisMirror();
    await data("fetch", "iris", "--fresh", "--cache", join(root, "other"));
    expect(existsSync(join(root, "other", iris))).toBe(true);
    expect(existsSync(join(root, "xdg"))).toBe(false);
  });

  it("fails where the cache cannot be written", async () => {
    await irisMirror();
    writeFileSync(join(root, "file"), "");
    const { code, out, err } = await data(
      "fetch",
      "iris",
      "--fresh",
      "--cache",
      join(root, "file"),
    );
    expect(code).toBe(1);
    expect(out).toMatch(/^missing +Iris +cannot write .*: a part of the path is a file/);
    expect(err).toMatch(/error: 1 of 1 data sets could not be fetched: Iris\n$/);
  });

  it("fails where the server has wrong bytes, and stores nothing", async () => {
    const { address } = await serve((_, response) => response.end("wrong"));
    vi.stubEnv("NATGRAD_MIRROR", address);
    const { code, out } = await data("fetch", "iris", "--fresh", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual([
      {
        name: "Iris",
        status: "broken",
        origin: null,
        message: expect.stringContaining("found 5 bytes, expected 2734 (truncated?)"),
      },
    ]);
    expect(existsSync(join(root, "xdg"))).toBe(false);
  });

  it("goes on after a set that is not to be had, and fails at the end", async () => {
    vi.stubEnv("NATGRAD_MIRROR", await closedAddress());
    const { code, out, err } = await data("fetch", "yacht", "iris");
    expect(code).toBe(1);
    expect(out).toMatch(/^missing +Yacht .*ECONNREFUSED.*\nok +Iris +embedded\n$/);
    expect(err).toBe("error: 1 of 2 data sets could not be fetched: Yacht\n");
  });

  it("uses no network with --offline", async () => {
    const { requests } = await irisMirror();
    const { code, out } = await data("fetch", "yacht", "--offline");
    expect(code).toBe(1);
    expect(out).toContain("downloads are switched off. To get it, run");
    expect(requests).toEqual([]);
  });

  it("answers an unknown name with the nearest one, as wrong usage", async () => {
    const { code, out, err } = await data("fetch", "bostn");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^error: unknown data set "bostn"; did you mean Boston\? \(known: .*\)\n$/);
  });
});

describe("natgrad data verify", () => {
  it("checks what is here; what is not is no fault unless it is named", async () => {
    const all = await data("verify");
    expect(all.code).toBe(0);
    expect(all.out.match(/^ok .*embedded$/gm)?.length).toBe(4);
    expect(all.out.match(/^missing /gm)?.length).toBe(datasets.length - 4);
    const named = await data("verify", "yacht");
    expect(named.code).toBe(1);
    expect(named.err).toBe("error: 1 of 1 data sets failed the check: Yacht\n");
  });

  it("finds a changed file, in the environment's folder or a named one", async () => {
    mkdirSync(join(root, "sklearn"));
    writeFileSync(join(root, iris), "150,4,a,b,c\n");
    for (const args of [["verify"], ["verify", "iris", "--data", root]]) {
      vi.stubEnv("NATGRAD_DATA", args.length === 1 ? root : "");
      const { code, out } = await data(...args);
      expect(code).toBe(1);
      expect(out).toContain(
        `broken   Iris          ${join(root, iris)}: found 12 bytes, expected 2734 (truncated?)`,
      );
    }
  });
});
