import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ewcImages } from "../../src/cli/ewcImages.ts";
import { run } from "../../src/cli/program.ts";
import { type EwcRun, ewcFigureFile, ewcSummaryFile } from "../../src/experiments/ewc/results.ts";
import { VERSION } from "../../src/version.ts";
import { startCli } from "../support/cli.ts";
import { type PanelDraft, panelDraft } from "../support/ewcResults.ts";
import { temporaryFolder } from "../support/files.ts";
import { memoryContext } from "../support/outputs.ts";

/** No data but the embedded ones. */
const env = { NATGRAD_DATA: "", NATGRAD_OFFLINE: "1", XDG_CACHE_HOME: "/nonexistent" };
beforeEach(() => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function natgrad(...args: string[]) {
  const context = memoryContext();
  const code = await run(["ewc", ...args], context);
  return { code, out: context.stdout.text, err: context.stderr.text };
}

function configuration(folder: string, changes: Partial<PanelDraft> = {}): string {
  const path = join(folder, "small.json");
  writeFileSync(path, JSON.stringify({ draw: "curves", panels: [panelDraft(changes)] }));
  return path;
}

const read = (folder: string, name: string) => readFileSync(join(folder, name), "utf8");
const json = (folder: string, name: string): unknown => JSON.parse(read(folder, name));
const runsOf = (folder: string, name = "experiment") =>
  ewcFigureFile
    .parse(json(folder, `figure-${name}.json`))
    .result.runs.map(({ seconds: _, ...run }: EwcRun) => run);

describe("natgrad ewc", { timeout: 60_000 }, () => {
  it("runs an experiment from a file and writes SVG, PNG, JSON, a summary and a page", async () => {
    const folder = temporaryFolder();
    const out = join(folder, "new", "out");
    const first = await natgrad(configuration(folder), "--out", out, "--workers", "1");
    expect(first.code).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      "figure-experiment.json",
      "figure-experiment.png",
      "figure-experiment.svg",
      "index.html",
      "journal.jsonl",
      "summary.json",
    ]);
    const { provenance, preset, result } = ewcFigureFile.parse(json(out, "figure-experiment.json"));
    expect([preset, provenance.natgrad, provenance.workers]).toEqual(["small.json", VERSION, 1]);
    expect(result.configuration.panels[0].training.batch).toBe(32);
    expect(result.runs.map(({ method }) => method)).toEqual(["EWC", "SGD"]);
    expect(ewcSummaryFile.parse(json(out, "summary.json")).figures[0].files.png).toBe(
      "figure-experiment.png",
    );
    expect(read(out, "index.html")).toContain('id="figure-experiment"');
    expect(first.out).toMatch(/^EWC +10 +\d+\.\d +\d+\.\d +\d+\.\d( +-?\d+\.\d){3}$/m);
    expect(first.out).toContain("  EWC: exact Fisher on 180 samples a task, merged penalty, ");
    expect(first.out).toContain("Settings: Digits, 200 training images");
    expect(first.out).toContain(join(out, "index.html"));
    expect(first.err).toMatch(/small, EWC λ = 10, seed 0: \d+\.\d \d+\.\d, average/);
    expect(first.err).toContain("loss ");

    // the second call has nothing left to do, and says so; another seed is another run
    const again = await natgrad(configuration(folder), "--out", out, "--json");
    expect(again.err).toContain("2 runs were finished before");
    expect(ewcSummaryFile.parse(JSON.parse(again.out))).toEqual(json(out, "summary.json"));
    const seeded = await natgrad(configuration(folder), "--out", out, "--seeds", "5,6");
    expect(seeded.err).not.toContain("finished before");
    expect(runsOf(out).map(({ seed }) => seed)).toEqual([5, 6, 5, 6]);
    const fresh = await natgrad(configuration(folder), "--out", out, "--fresh");
    expect(fresh.err).not.toContain("finished before");
  });

  it("takes the embedded digits where MNIST is not to be had, and says so", async () => {
    const folder = temporaryFolder();
    const { code, out, err } = await natgrad("--figure", "2c", "--seeds", "0", "--out", folder);
    expect(code).toBe(0);
    for (const text of [out, err]) {
      expect(text).toContain("MNIST is not to be had, so these are the embedded 8 × 8 digits");
    }
    const { result, preset } = ewcFigureFile.parse(json(folder, "figure-2C.json"));
    expect(preset).toBe("quick, 8 × 8 digits");
    expect(result.configuration.panels.every(({ data }) => data.name === "Digits")).toBe(true);
    expect(out).toMatch(/^both at the final network( +\d\.\d{3}){5}$/m);
    expect(out).toMatch(/^[✓✗] Similar tasks share weights/m);
  });
});

describe("wrong calls of natgrad ewc", () => {
  it.each([
    [["--figure", "2D"], "there is no Figure 2D; the figures are 2A, 2B, 2C, which-fisher"],
    [["--preset", "slow"], "--preset is slow, expected paper or quick"],
    [["--images", "CIFAR"], "--images is CIFAR, expected MNIST or Digits"],
    [["--seeds", "-1"], "--seeds has -1, expected whole numbers of at least 0"],
    [["--seeds", "1.5"], "--seeds has 1.5, expected whole numbers of at least 0"],
    [["--seeds", ","], "--seeds has no number, expected at least one"],
    [["--figure", ","], "--figure has no name; the figures are 2A, 2B, 2C, which-fisher"],
    [
      ["--figure", "2A", "conf.json"],
      "--figure is for the paper's figures; conf.json has its own settings: natgrad ewc conf.json",
    ],
    [["--workers", "0"], "--workers is 0, expected a whole number from 1 to 256"],
    [
      ["some.json", "--preset", "paper"],
      "--preset is for the figures; some.json has its own settings",
    ],
  ])("%j is wrong usage", async (args, message) => {
    expect(await natgrad(...args)).toEqual({ code: 2, out: "", err: `error: ${message}\n` });
  });

  it("says where a configuration is wrong", async () => {
    const folder = temporaryFolder();
    const path = configuration(folder, { methods: [{ method: "l2", strength: -3 }] });
    const { code, err } = await natgrad(path, "--out", join(folder, "out"));
    expect(code).toBe(2);
    expect(err).toMatch(/^error: .*small\.json: panels\[0\]\.methods\[0\]\.strength: .+\n$/);
    expect(existsSync(join(folder, "out"))).toBe(false);
    writeFileSync(path, '{ "draw": ');
    expect((await natgrad(path)).err).toMatch(/small\.json is no JSON: /);
    const absent = await natgrad(join(folder, "absent.json"));
    expect([absent.code, absent.err]).toEqual([
      1,
      `error: cannot read ${join(folder, "absent.json")}: there is no such file\n`,
    ]);
  });

  it("says which entry asks for more than there is, before the work", async () => {
    const folder = temporaryFolder();
    const refused = async (changes: Partial<PanelDraft>) => {
      const path = configuration(folder, changes);
      const { code, err } = await natgrad(path, "--out", join(folder, "out"));
      expect(code).toBe(2);
      expect(existsSync(join(folder, "out"))).toBe(false);
      return err;
    };
    const samples = { kind: "exact", samples: 5000 } as const;
    expect(
      await refused({
        methods: [{ method: "sgd" }, { method: "ewc", strength: 1, fisher: samples }],
      }),
    ).toContain(
      "small.json: panels[0].methods[1].fisher.samples: 5,000 samples, but a task has at most 180",
    );
    const groups = [
      [0, 1],
      [2, 3],
    ];
    const stream = { kind: "split", groups } as const;
    expect(await refused({ stream, data: { name: "Digits", train: 200, test: 2 } })).toMatch(
      /small\.json: panels\[0\]\.stream: .*test part of task 0\/1.*seed 0/,
    );
  });

  it("fails before the work where the output folder cannot be written", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const { code, err } = await natgrad("--images", "Digits", "--out", join(file, "out"));
    expect(code).toBe(1);
    expect(err).toMatch(/^error: cannot write .*a part of the path is a file/);
  });

  it("names a damaged MNIST file instead of taking other images", async () => {
    const data = temporaryFolder();
    mkdirSync(join(data, "mnist"));
    writeFileSync(join(data, "mnist", "t10k-images-idx3-ubyte.gz"), "no gzip");
    const { code, err } = await natgrad("--figure", "2A", "--data", data);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: .*t10k-images-idx3-ubyte\.gz/);
  });

  it("says which run diverged, with step size and λ", {
    timeout: 60_000,
  }, async () => {
    const folder = temporaryFolder();
    const path = configuration(folder, {
      methods: [{ method: "ewc", strength: 3, fisher: { kind: "exact" } }],
      training: { rule: { name: "sgd", stepSize: 1e30 }, epochs: 1 },
    });
    const { code, err } = await natgrad(path, "--out", join(folder, "out"));
    expect(code).toBe(1);
    expect(err).toMatch(/error: small, EWC λ = 3, seed 0: task A: training diverged.*1e\+30/);
  });
});

describe("two calls of natgrad ewc in one folder", { timeout: 60_000 }, () => {
  it("have both figures in the summary of the later one", async () => {
    const out = temporaryFolder();
    const other = join(temporaryFolder(), "conf.json");
    const panel = panelDraft({ methods: [{ method: "sgd" }] });
    writeFileSync(other, JSON.stringify({ draw: "curves", title: "Mine", panels: [panel] }));
    let during: Promise<unknown> | undefined;
    const context = memoryContext();
    const write = context.stderr._write.bind(context.stderr);
    // the other call is made while this one is at work
    context.stderr._write = (chunk, encoding, done) => {
      if (String(chunk).includes("average"))
        during ??= natgrad(other, "--out", out, "--workers", "1");
      write(chunk, encoding, done);
    };
    const args = ["ewc", "--figure", "2C", "--images", "Digits", "--seeds", "0", "--out", out];
    expect(await run([...args, "--workers", "1"], context)).toBe(0);
    await during;
    const figures = () =>
      ewcSummaryFile.parse(json(out, "summary.json")).figures.map(({ figure }) => figure);
    expect(figures()).toEqual(["2C", "experiment"]);
    // --fresh forgets figures, too
    expect((await natgrad(other, "--out", out, "--fresh")).code).toBe(0);
    expect(figures()).toEqual(["experiment"]);
  });
});

describe("MNIST that is not to be had", { timeout: 60_000 }, () => {
  const seen = (data: string) =>
    ewcImages({ data }, { signal: new AbortController().signal, onWarning: () => {} });

  it("is not asked of a silent server for long, and nobody waits without a word", async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    vi.stubEnv("NATGRAD_OFFLINE", "");
    vi.stubEnv("NATGRAD_MIRROR", `http://127.0.0.1:${port}`);
    const said: string[] = [];
    try {
      const { images, notice } = await ewcImages(
        {},
        { signal: new AbortController().signal, onWarning: (message) => said.push(message) },
      );
      expect(images).toBe("Digits");
      expect(notice).toContain("MNIST is not to be had");
      expect(said).toEqual(["looking for MNIST on the network …"]);
    } finally {
      server.close();
    }
  });

  it("is the digits, too, where only one of its parts is there", async () => {
    const data = temporaryFolder();
    mkdirSync(join(data, "mnist"));
    // only looked for, not read
    for (const part of ["images-idx3", "labels-idx1"]) {
      writeFileSync(join(data, "mnist", `t10k-${part}-ubyte.gz`), "");
    }
    const { images, notice } = await seen(data);
    expect(images).toBe("Digits");
    expect(notice).toMatch(/^The training part of MNIST is not to be had, so .*data fetch MNIST"/);
    for (const part of ["images-idx3", "labels-idx1"]) {
      writeFileSync(join(data, "mnist", `train-${part}-ubyte.gz`), "");
    }
    expect(await seen(data)).toEqual({ images: "MNIST" });
  });
});

describe("a stopped call of natgrad ewc", { timeout: 120_000 }, () => {
  /** Long enough to be stopped in the middle of a run. */
  const long: Partial<PanelDraft> = {
    data: { name: "Digits" },
    network: { hidden: [100, 100] },
    training: { rule: { name: "sgd", stepSize: 0.1 }, batch: 16, epochs: 25 },
    methods: [{ method: "ewc", strength: 10, fisher: { kind: "exact" } }],
  };
  const start = (path: string, out: string) =>
    startCli(["ewc", path, "--out", out, "--workers", "1"], env);
  const checkpoint = (out: string): string | undefined => {
    const folder = join(out, "checkpoints");
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.find((name) => name.endsWith(".checkpoint") && !name.startsWith("."));
  };

  /** Stops a call as soon as `ready`. */
  async function stop(
    { child, result }: ReturnType<typeof start>,
    signal: NodeJS.Signals,
    ready: () => boolean,
  ) {
    while (!ready()) {
      if (child.exitCode !== null) throw new Error("the call ended before it was stopped");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill(signal);
    return result;
  }

  it("goes on from where it was, to the same bits", async () => {
    const folder = temporaryFolder();
    const path = configuration(folder, long);
    const [whole, stopped] = [join(folder, "whole"), join(folder, "stopped")];
    expect((await start(path, whole).result).code).toBe(0);

    const killed = await stop(start(path, stopped), "SIGKILL", () => !!checkpoint(stopped));
    expect(killed.signal).toBe("SIGKILL");
    expect(existsSync(join(stopped, "figure-experiment.json"))).toBe(false);

    const second = start(path, stopped);
    let heard = "";
    second.child.stderr?.on("data", (text) => {
      heard += text;
    });
    const interrupted = await stop(second, "SIGINT", () => heard.includes("goes on after"));
    expect(interrupted.code).toBe(130);
    expect(interrupted.err).toMatch(
      /small, EWC λ = 10, seed 0 goes on after (epoch \d+ of )?task \d/,
    );
    expect(interrupted.err).toContain("the same call goes on from there");

    const finished = await start(path, stopped).result;
    expect(finished.code).toBe(0);
    expect(finished.err).toContain("goes on after");
    expect(runsOf(stopped)).toEqual(runsOf(whole));
    // what is finished needs no state any more
    expect(checkpoint(stopped)).toBeUndefined();
  });

  it("leaves the states of other, interrupted calls where they are", async () => {
    const folder = temporaryFolder();
    const path = configuration(folder, long);
    const out = join(folder, "out");
    await stop(start(path, out), "SIGKILL", () => !!checkpoint(out));
    const states = () =>
      readdirSync(join(out, "checkpoints")).filter((name) => !name.startsWith("."));
    const [left] = states();
    const other = join(folder, "other");
    mkdirSync(other);
    expect((await natgrad(configuration(other), "--out", out)).code).toBe(0);
    expect(states()).toEqual([left]);
  });

  it("refuses a damaged state by its name, and --fresh begins anew", async () => {
    const folder = temporaryFolder();
    const path = configuration(folder, long);
    const out = join(folder, "out");
    await stop(start(path, out), "SIGKILL", () => !!checkpoint(out));
    const file = join(out, "checkpoints", checkpoint(out)!);
    writeFileSync(file, readFileSync(file).subarray(0, -8));
    const { code, err } = await start(path, out).result;
    expect(code).toBe(1);
    expect(err).toMatch(/error: .*\.checkpoint: the checkpoint has .*truncated.*Remove it/);
    const fresh = await startCli(["ewc", path, "--out", out, "--fresh"], env).result;
    expect([fresh.code, fresh.err.includes("goes on")]).toEqual([0, false]);
  });
});
