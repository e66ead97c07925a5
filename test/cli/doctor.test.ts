import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Finding, kernelFindings, runtime } from "../../src/cli/doctorReport.ts";
import { run } from "../../src/cli/program.ts";
import { temporaryFolder } from "../support/files.ts";
import { memoryContext } from "../support/outputs.ts";

let root = "";

beforeEach(() => {
  root = temporaryFolder();
  vi.stubEnv("NATGRAD_DATA", "");
  vi.stubEnv("XDG_CACHE_HOME", join(root, "cache"));
  vi.stubEnv("NATGRAD_OFFLINE", "");
  vi.stubEnv("NATGRAD_MIRROR", "");
  vi.stubEnv("FORCE_COLOR", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Runs `natgrad doctor --json` and returns its findings by name. */
async function findings(): Promise<Record<string, Finding>> {
  const context = memoryContext();
  expect(await run(["doctor", "--json"], context)).toBe(0);
  expect(context.stderr.text).toBe("");
  const list: Finding[] = JSON.parse(context.stdout.text);
  return Object.fromEntries(list.map((finding) => [finding.name, finding]));
}

describe("natgrad doctor", () => {
  it("prints one line for each thing, and how to get what is missing", async () => {
    const context = memoryContext();
    expect(await run(["doctor"], context)).toBe(0);
    const lines = context.stdout.text.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^ok +runtime +natgrad \d+\.\d+\.\d+, Node \d+\./);
    for (const name of ["kernels", "figures (SVG)", "figures (PNG)", "data folder", "cache"]) {
      expect(lines.filter((line) => line.slice(9).startsWith(name)).length).toBeGreaterThan(0);
    }
    expect(lines.at(-1)).toMatch(/^ +→ run "natgrad data fetch", or set NATGRAD_DATA/);
  });

  it("says where the data sets are", async () => {
    const { "data sets": sets } = await findings();
    expect(sets.status).toBe("missing");
    expect(sets.found).toMatch(
      /^embedded: BreastCancer, Wine, Iris, Digits; not here: a1a, Boston/,
    );
    mkdirSync(join(root, "libsvm"));
    writeFileSync(join(root, "libsvm", "a1a"), "");
    vi.stubEnv("NATGRAD_DATA", root);
    const { "data sets": more } = await findings();
    expect(more.found).toMatch(/^data folder: a1a; embedded: .*; not here: Boston/);
  });

  it("says what is wrong with NATGRAD_DATA, and what the environment changes", async () => {
    vi.stubEnv("NATGRAD_DATA", join(root, "nowhere"));
    vi.stubEnv("NATGRAD_OFFLINE", "1");
    vi.stubEnv("NATGRAD_MIRROR", "http://mirror");
    const { "data folder": folder } = await findings();
    expect(folder).toEqual({
      name: "data folder",
      status: "missing",
      found:
        `${join(root, "nowhere")} (NATGRAD_DATA): there is no such folder; downloads are switched ` +
        "off by NATGRAD_OFFLINE; downloads come from NATGRAD_MIRROR, http://mirror",
      remedy: "correct NATGRAD_DATA or unset it",
    });
  });

  it("says that the cache cannot be written", async () => {
    expect((await findings()).cache).toEqual({
      name: "cache",
      status: "ok",
      found: join(root, "cache", "natgrad", "data"),
    });
    writeFileSync(join(root, "cache"), "a file");
    const { cache } = await findings();
    expect(cache.status).toBe("missing");
    expect(cache.remedy).toBe("make it writable, or set XDG_CACHE_HOME to a folder that is");
  });
});

describe("runtime", () => {
  it.each([
    ["24.21.0", "ok"],
    ["22.18.0", "ok"],
    ["22.17.1", "missing"],
    ["20.20.2", "missing"],
  ])("Node %s is %s", (node, status) => {
    expect(runtime(node).status).toBe(status);
  });
});

describe("kernelFindings", () => {
  const wasm = { name: "wasm", library: "natgrad WebAssembly SIMD", threads: 1 } as const;

  it("says provider, library and threads", () => {
    const provider = { name: "native", library: "OpenBLAS 0.3.21", threads: 2 } as const;
    expect(kernelFindings({ provider })).toEqual([
      { name: "kernels", status: "ok", found: "native: OpenBLAS 0.3.21, 2 threads" },
    ]);
    expect(kernelFindings({ provider: wasm, forced: "wasm" })[0].found).toBe(
      "wasm: natgrad WebAssembly SIMD, 1 thread (NATGRAD_KERNELS is wasm)",
    );
  });

  it("says why it is not the system's BLAS, and how to install that", () => {
    const report = { provider: wasm, nativeProblem: "no BLAS was found", install: "install one" };
    expect(kernelFindings(report)).toEqual([
      { name: "kernels", status: "ok", found: "wasm: natgrad WebAssembly SIMD, 1 thread" },
      {
        name: "native kernels",
        status: "missing",
        found: "no BLAS was found",
        remedy: "install one",
      },
    ]);
  });

  it("says that there are none, and what to do", () => {
    const nativeProblem = "it could not be loaded";
    expect(kernelFindings({ forced: "gpu", nativeProblem })).toEqual([
      {
        name: "kernels",
        status: "missing",
        found: "none: it could not be loaded",
        remedy: "unset NATGRAD_KERNELS, or set it to native or wasm",
      },
    ]);
    for (const forced of [{}, { forced: "native" }]) {
      const report = { ...forced, nativeProblem, install: "install one" };
      expect(kernelFindings(report)[0].remedy).toBe("install one");
    }
  });
});
