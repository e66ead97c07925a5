import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { paper } from "../../src/cli/paperCommand.ts";
import { run } from "../../src/cli/program.ts";
import type { PaperConfiguration } from "../../src/experiments/paper.ts";
import { figureFile, summaryFile } from "../../src/experiments/summary.ts";
import { VERSION } from "../../src/version.ts";
import { startCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/files.ts";
import { memoryContext } from "../support/outputs.ts";
import { tinyPaper } from "../support/tinyPaper.ts";

beforeEach(() => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** One call in this process with a small configuration. */
async function call(
  out: string,
  options: { figure?: string[]; fresh?: boolean; json?: boolean } = {},
  configuration: PaperConfiguration = tinyPaper(),
) {
  const context = memoryContext();
  await paper({ out, workers: 1, ...options }, context, configuration);
  return { out: context.stdout.text, err: context.stderr.text };
}

/** For a process of its own. */
const env = { NATGRAD_DATA: "", NATGRAD_OFFLINE: "1", XDG_CACHE_HOME: "/nonexistent" };

const read = (folder: string, name: string) => readFileSync(join(folder, name), "utf8");
const json = (folder: string, name: string): unknown => JSON.parse(read(folder, name));

describe("natgrad paper", { timeout: 20_000 }, () => {
  it("writes every figure as SVG, PNG and JSON, a summary and a page", async () => {
    const folder = join(temporaryFolder(), "new", "paper");
    const { out, err } = await call(folder);
    const files = [1, 2, 3, 4, 5, 6].flatMap((n) =>
      ["json", "png", "svg"].map((form) => `figure-${n}.${form}`),
    );
    expect(readdirSync(folder).sort()).toEqual(
      [...files, "index.html", "journal.jsonl", "summary.json"].sort(),
    );
    for (const n of [1, 2, 3, 4, 5, 6]) {
      const { provenance, result } = figureFile.parse(json(folder, `figure-${n}.json`));
      expect(result.figure).toBe(n);
      expect(result.configuration).toBeDefined();
      expect(provenance).toMatchObject({ natgrad: VERSION, workers: 1 });
      expect(read(folder, `figure-${n}.svg`)).toMatch(/^<svg .*<\/svg>\n$/s);
      expect(
        readFileSync(join(folder, `figure-${n}.png`))
          .subarray(1, 4)
          .toString(),
      ).toBe("PNG");
    }
    const summary = summaryFile.parse(json(folder, "summary.json"));
    expect(summary.figures.map(({ figure }) => figure)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(summary.best.map(({ dataset }) => dataset)).toEqual([
      "Wine",
      "Wine",
      "Wine",
      "Iris",
      "Iris",
      "Iris",
    ]);
    expect(summary.statements.length).toBe(2);
    const page = read(folder, "index.html");
    for (const n of [1, 2, 3, 4, 5, 6]) expect(page).toContain(`id="figure-${n}"`);
    expect(out).toMatch(/^ *6 {2}Optimizers at their best settings, more data +figure-6\.svg/m);
    expect(out).toContain(join(folder, "index.html"));
    expect(err).toContain("Figure 1 is written");

    // a second call has nothing left to search, and says so
    const before = statSync(join(folder, "journal.jsonl")).size;
    const again = await call(folder);
    expect(again.err).toContain("The grid searches were finished before");
    expect(statSync(join(folder, "journal.jsonl")).size).toBe(before);
    const fresh = await call(folder, { figure: ["6"], fresh: true });
    expect(fresh.err).not.toContain("finished before");
  });

  it("goes on without a data set, and says on stderr and in the page what to do", async () => {
    const folder = temporaryFolder();
    const { out, err } = await call(folder, { figure: ["3"] });
    const summary = summaryFile.parse(json(folder, "summary.json"));
    expect(summary.missing).toMatchObject([{ figure: 3, dataset: "Boston" }]);
    expect(err).toContain("Boston is missing:");
    expect(err).toContain("natgrad data fetch Boston");
    expect(read(folder, "index.html")).toContain("natgrad data fetch Boston");
    expect(out).toContain("Without: Boston");
  });

  it("shows figures and statements of earlier calls on the page, but not when it is to be fresh", async () => {
    const folder = temporaryFolder();
    await call(folder, {}, { ...tinyPaper(), figures: [6] });
    await call(folder, { figure: ["4"] });
    const summary = summaryFile.parse(json(folder, "summary.json"));
    expect(summary.figures.map(({ figure }) => figure)).toEqual([4, 6]);
    expect(summary.statements.length).toBe(2);
    await call(folder, { figure: ["6"], fresh: true });
    const anew = summaryFile.parse(json(folder, "summary.json"));
    expect(anew.figures.map(({ figure }) => figure)).toEqual([6]);
    expect(anew.statements).toEqual([]);
  });

  it("does not show what another version, or something else, has left", async () => {
    const folder = temporaryFolder();
    await call(folder, { figure: ["4"] });
    const old = read(folder, "figure-4.json").replace(
      `"natgrad": "${VERSION}"`,
      '"natgrad": "0.0.1"',
    );
    writeFileSync(join(folder, "figure-4.json"), old);
    writeFileSync(join(folder, "figure-1.json"), "{ half a fi");
    writeFileSync(join(folder, ".figure-5.svg.12345678.partial"), "<svg");
    await call(folder, { figure: ["6"] });
    const { figures } = summaryFile.parse(json(folder, "summary.json"));
    expect(figures.map(({ figure }) => figure)).toEqual([6]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("prints the summary with --json, and nothing else on stdout", async () => {
    const folder = temporaryFolder();
    const { out } = await call(folder, { figure: ["2,4"], json: true });
    expect(summaryFile.parse(JSON.parse(out))).toEqual(json(folder, "summary.json"));
  });
});

describe("wrong calls of natgrad paper", () => {
  async function natgrad(...args: string[]) {
    const context = memoryContext();
    const code = await run(["paper", ...args], context);
    return { code, out: context.stdout.text, err: context.stderr.text };
  }

  it.each([
    [["--figure", "7"], "error: there is no Figure 7; the figures are 1, 2, 3, 4, 5, 6\n"],
    [["--figure", "2,x"], "error: there is no Figure x; the figures are 1, 2, 3, 4, 5, 6\n"],
    [["--workers", "0"], "error: --workers is 0, expected a whole number from 1 to 256\n"],
    [["--workers", "two"], "error: --workers is two, expected a whole number from 1 to 256\n"],
  ])("%j is wrong usage", async (args, message) => {
    expect(await natgrad(...args)).toEqual({ code: 2, out: "", err: message });
  });

  it("fails before the work where the output folder cannot be written", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const { code, out, err } = await natgrad("--out", join(file, "paper"));
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^error: cannot write .*a part of the path is a file; name another folder/);
  });

  it("says in a line that the kernels asked for do not exist", async () => {
    const args = ["paper", "--figure", "1", "--out", temporaryFolder()];
    const { code, err } = await startCli(args, { NATGRAD_KERNELS: "fpga" }).result;
    expect(code).toBe(1);
    expect(err).toBe('error: NATGRAD_KERNELS is "fpga", expected "native" or "wasm"\n');
  });
});

describe.skipIf(process.platform === "win32")("natgrad paper where there is no room", () => {
  it("fails before the work and leaves nothing behind", async () => {
    const folder = temporaryFolder();
    const args = ["paper", "--figure", "1", "--out", folder];
    const { code, out, err } = await startCli(args, env, "ulimit -f 64").result;
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^error: cannot write .*larger than the system allows/);
    expect(err).not.toContain("Figure 1");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a stopped call of natgrad paper", () => {
  const start = (folder: string, ...figures: string[]) =>
    startCli(["paper", "--figure", ...figures, "--out", folder, "--workers", "1"], env);
  const pieces = (folder: string): number => {
    const journal = join(folder, "journal.jsonl");
    return existsSync(journal) ? readFileSync(journal, "utf8").split("\n").length - 1 : 0;
  };
  /** Stops the program when so many pieces are finished. */
  async function stopAt(
    folder: string,
    count: number,
    { child, result }: ReturnType<typeof start>,
    signal: NodeJS.Signals,
  ) {
    while (pieces(folder) < count && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill(signal);
    return result;
  }

  it("keeps what is finished, and the next call goes on from there", {
    timeout: 30_000,
  }, async () => {
    const folder = temporaryFolder();
    const killed = await stopAt(folder, 2, start(folder, "2", "6"), "SIGKILL");
    expect(killed.signal).toBe("SIGKILL");
    const kept = pieces(folder);
    expect(figureFile.parse(json(folder, "figure-2.json")).result.figure).toBe(2);
    expect(existsSync(join(folder, "figure-6.json"))).toBe(false);

    const stopped = await stopAt(folder, kept + 2, start(folder, "6"), "SIGINT");
    expect(stopped.code).toBe(130);
    expect(stopped.err).toContain(`${kept} finished pieces are taken from`);
    expect(stopped.err).toContain(`What is finished is kept in ${folder}`);
    const more = pieces(folder);
    expect(more).toBeGreaterThanOrEqual(kept + 2);
    expect(existsSync(join(folder, "figure-6.json"))).toBe(false);

    const finished = await start(folder, "6").result;
    expect(finished.code).toBe(0);
    expect(finished.err).toContain(`${more} finished pieces are taken from`);
    expect(pieces(folder)).toBeGreaterThan(more);
    expect(figureFile.parse(json(folder, "figure-6.json")).result).toMatchObject({
      panels: [
        { status: "done", dataset: "Wine", grids: [{}, { runs: 9881 }, { runs: 9881 }] },
        {},
        {},
        {},
      ],
    });
    expect(read(folder, "index.html")).toContain('id="figure-2"');
  });
});
