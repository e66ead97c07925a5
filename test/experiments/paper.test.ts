import { describe, expect, it } from "vitest";
import { loadDataset } from "../../src/datasets/load.ts";
import { MissingDatasetError } from "../../src/datasets/missing.ts";
import { FormatError } from "../../src/errors.ts";
import {
  type PaperConfiguration,
  type PaperOptions,
  type PaperPart,
  paperConfiguration,
  runPaper,
} from "../../src/experiments/paper.ts";
import { inlineExecutor } from "../../src/experiments/race/index.ts";
import { statement } from "../../src/experiments/results.ts";
import { statementChecks } from "../../src/experiments/statements/index.ts";
import { figureResult } from "../../src/experiments/summary.ts";
import { tinyPaper } from "../support/tinyPaper.ts";

/** Wine and Iris; everything else is missing. */
const load = async (dataset: string) => {
  if (dataset === "Wine" || dataset === "Iris") return loadDataset(dataset);
  throw new MissingDatasetError(dataset, `${dataset} is not here.`, "Fetch it.");
};

async function run(
  configuration: PaperConfiguration,
  options: Partial<PaperOptions> = {},
): Promise<PaperPart[]> {
  const parts: PaperPart[] = [];
  const executor = inlineExecutor();
  for await (const part of runPaper(configuration, { executor, load, ...options })) {
    parts.push(part);
  }
  return parts;
}

const results = (parts: PaperPart[]) =>
  parts.flatMap((part) => (part.kind === "figure" ? [part.result] : []));

describe("runPaper", () => {
  it("yields missing data sets, then every figure, then the statements", async () => {
    const parts = await run(tinyPaper());
    expect(parts.map((part) => (part.kind === "figure" ? part.result.figure : part.kind))).toEqual([
      "missing",
      1,
      2,
      4,
      3,
      5,
      6,
      "statements",
    ]);
    for (const result of results(parts)) expect(figureResult.parse(result)).toEqual(result);
    const last = parts.at(-1);
    const statements = last?.kind === "statements" ? last.statements : [];
    expect(statements.length).toBe(tinyPaper().statements.length);
    for (const found of statements) expect(statement.parse(found)).toEqual(found);
  });

  it("leaves a panel empty where its data set is missing, and says what to do", async () => {
    const parts = await run({ ...tinyPaper(), figures: [3], statements: [] });
    const empty = {
      status: "missing",
      dataset: "Boston",
      reason: "Boston is not here.",
      remedy: "Fetch it.",
    };
    expect(parts[0]).toEqual({ kind: "missing", panel: empty });
    const [figure3] = results(parts);
    expect(figure3).toMatchObject({ figure: 3, panels: [{ status: "done" }, empty] });
  });

  it("treats a corrupt data set as a missing one, with the message of its error", async () => {
    const parts = await run(
      { ...tinyPaper(), figures: [6], statements: [] },
      {
        load: async () => {
          throw new FormatError("iris.csv: wrong checksum");
        },
      },
    );
    expect(parts[0]).toMatchObject({ panel: { reason: "iris.csv: wrong checksum." } });
  });

  it("lets any other failure through", async () => {
    const broken = run(tinyPaper(), { load: () => Promise.reject(new Error("a bug")) });
    await expect(broken).rejects.toThrow("a bug");
  });

  it("draws Figure 5 on Wine where Boston is missing, and says so; where both are, not at all", async () => {
    const only5 = { ...tinyPaper(), figures: [5], statements: [] } as const;
    const [figure5] = results(await run(only5));
    expect(figure5).toMatchObject({
      configuration: {
        dataset: "Wine",
        substituted: "Wine in place of Boston, which was not to be had.",
      },
    });
    const without = await run(only5, {
      load: (name) => Promise.reject(new MissingDatasetError(name, "None.", "Fetch it.")),
    });
    expect(without.map(({ kind }) => kind)).toEqual(["missing", "missing"]);
    const both = await run(only5, { load: () => loadDataset("Iris") });
    expect(both.length).toBe(1);
    expect(results(both)[0].configuration).not.toHaveProperty("substituted");
  });

  it("races a data set once for Figures 3 and 5, which has the settings of the best runs", async () => {
    const keys: string[] = [];
    const journal = {
      read: () => undefined,
      append: (key: string) => {
        keys.push(key);
      },
    };
    const parts = await run({ ...tinyPaper(), figures: [3, 5], statements: [] }, { journal });
    expect(new Set(keys).size).toBe(keys.length);
    const [figure3, figure5] = results(parts);
    if (figure3.figure !== 3 || figure5.figure !== 5) throw new Error("not in order");
    const [wine] = figure3.panels;
    if (wine.status !== "done") throw new Error("Wine is missing");
    const [, natural, empirical] = wine.grids;
    expect(figure5.configuration.settings).toEqual({
      NGD: { stepSize: natural.stepSize, damping: natural.damping },
      EFGD: { stepSize: empirical.stepSize, damping: empirical.damping },
    });
  });

  it("finds the same again from a journal, without running anything", async () => {
    const kept = new Map<string, unknown>();
    const journal = {
      read: (key: string) => kept.get(key),
      append: (key: string, value: unknown) => {
        kept.set(key, value);
      },
    };
    const races: PaperConfiguration = { ...tinyPaper(), figures: [3, 6], statements: [] };
    const first = await run(races, { journal });
    const size = kept.size;
    const idle = {
      ...inlineExecutor(),
      async *run(jobs: readonly unknown[]) {
        yield* jobs.map(() => {
          throw new Error("there was something left to run");
        });
      },
    };
    // with the seconds: figures that come from a journal keep the time that they took
    expect(await run(races, { journal, executor: idle })).toEqual(first);
    expect(kept.size).toBe(size);
  });

  it("tells how far it is, from little to all, never backwards", async () => {
    const fractions: number[] = [];
    const notes = new Set<string>();
    await run(tinyPaper(), {
      onProgress: (fraction, note) => {
        fractions.push(fraction);
        notes.add(note);
      },
    });
    expect(fractions[0]).toBe(0);
    fractions.reduce((before, fraction) => {
      expect(fraction).toBeGreaterThanOrEqual(before);
      return fraction;
    });
    expect(fractions.at(-1)).toBeCloseTo(1, 12);
    for (const note of ["data sets", "Figure 1", "Wine", "Iris", "statements"])
      expect(notes).toContain(note);
  });

  it("stops between two parts when it is aborted, with the reason that was given", async () => {
    const abort = new AbortController();
    const parts: PaperPart[] = [];
    const running = (async () => {
      const all = runPaper(tinyPaper(), { executor: inlineExecutor(), load, signal: abort.signal });
      for await (const part of all) {
        parts.push(part);
        if (parts.length === 3) abort.abort(new Error("enough"));
      }
    })();
    await expect(running).rejects.toThrow("enough");
    expect(parts.length).toBe(3);
  });
});

describe("the paper's configuration", () => {
  it("is the full grid on all seven data sets", () => {
    const { grid, contests, figures, figure1, samples, statements } = paperConfiguration();
    expect([grid.stepSizes.length, grid.dampings.length, grid.iterations]).toEqual([241, 41, 100]);
    expect([...contests[3], ...contests[6]].map(({ dataset }) => dataset)).toEqual([
      "BreastCancer",
      "Boston",
      "a1a",
      "Wine",
      "Energy",
      "Powerplant",
      "Yacht",
    ]);
    expect([figures.length, figure1.steps, samples]).toEqual([6, 49_999, 1000]);
    expect(statements).toBe(statementChecks);
  });
});
