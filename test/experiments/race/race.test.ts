import { describe, expect, it } from "vitest";
import {
  inlineExecutor,
  type Journal,
  paperGrid,
  type RaceOptions,
  runRace,
} from "../../../src/experiments/race/index.ts";
import { type GridConfiguration, racePanel } from "../../../src/experiments/results.ts";
import { denseProblem } from "./problems.ts";

const grid: GridConfiguration = {
  stepSizes: Array.from({ length: 30 }, (_, i) => 10 ** (-4 + i / 5)),
  dampings: Array.from({ length: 25 }, (_, i) => 10 ** (-6 + i / 3)),
  iterations: 10,
  divergence: 100,
};
const { race: problem } = denseProblem("bernoulli", 25, 2);

function memoryJournal(): Journal & { entries: Map<string, unknown> } {
  const entries = new Map<string, unknown>();
  return {
    entries,
    read: (key) => entries.get(key),
    append: (key, value) => entries.set(key, JSON.parse(JSON.stringify(value))),
  };
}

const race = (options: Partial<RaceOptions> = {}): ReturnType<typeof runRace> =>
  runRace(problem, grid, { executor: inlineExecutor(), ...options });

/** A panel without what differs from run to run. */
function timeless(panel: Awaited<ReturnType<typeof runRace>>): unknown {
  return { ...panel, grids: panel.grids.map((g) => ({ ...g, seconds: 0 })) };
}

describe("runRace", () => {
  it("returns a whole panel that its schema accepts", async () => {
    const panel = await race();
    expect(racePanel.parse(JSON.parse(JSON.stringify(panel)))).toEqual(panel);
    expect(panel.grids.map((g) => [g.method, g.runs])).toEqual([
      ["GD", 30],
      ["NGD", 750],
      ["EFGD", 750],
    ]);
    for (const { losses, loss, curve, stepSize, damping } of panel.grids) {
      const all = losses.flat().map((v) => v ?? Number.POSITIVE_INFINITY);
      expect(loss).toBe(Math.min(...all));
      expect(curve.at(-1)).toBe(loss);
      const columns = losses[0].length;
      const place = all.indexOf(loss);
      expect(stepSize).toBe(grid.stepSizes[Math.floor(place / columns)]);
      expect(damping).toBe(columns === 1 ? null : grid.dampings[place % columns]);
    }
    expect(panel.cosines).toHaveLength(11);
  });

  it("a settled run keeps its digits when the step size moves by 1e-12", async () => {
    const panel = await race();
    for (const { digits, reproducible, loss } of panel.grids) {
      expect(digits).toBeGreaterThanOrEqual(9);
      expect(reproducible?.loss).toBe(loss);
    }
  });

  it("resumes from a journal to the same result, and does not run what is known", async () => {
    const journal = memoryJournal();
    const abort = new AbortController();
    const interrupted = race({
      journal,
      signal: abort.signal,
      onProgress: (done) => {
        if (done > 600) abort.abort(new Error("stopped by the test"));
      },
    });
    await expect(interrupted).rejects.toThrow("stopped by the test");
    const kept = journal.entries.size;
    expect(kept).toBeGreaterThan(0);
    const resumed = await race({ journal });
    expect(timeless(resumed)).toEqual(timeless(await race()));
    let jobs = 0;
    const inline = inlineExecutor();
    await race({
      journal,
      executor: {
        ...inline,
        run: (list, options) => {
          jobs += list.length;
          return inline.run(list, options);
        },
      },
    });
    expect(jobs).toBe(0);
  });

  it("reports progress up to the whole", async () => {
    const seen: number[] = [];
    await race({
      onProgress: (done, total) => {
        expect(total).toBe(1530);
        seen.push(done);
      },
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1530);
  });

  it("does not confuse problems of the same name", async () => {
    const journal = memoryJournal();
    await race({ journal });
    const other = { ...problem, y: problem.y.map((v) => 1 - v) };
    const panel = await runRace(other, grid, { executor: inlineExecutor(), journal });
    const fresh = await runRace(other, grid, { executor: inlineExecutor() });
    expect(timeless(panel)).toEqual(timeless(fresh));
  });
});

describe("paperGrid", () => {
  it("has the paper's 241 step sizes and 41 dampings", () => {
    const { stepSizes, dampings } = paperGrid();
    expect([stepSizes.length, stepSizes[0], stepSizes[240]]).toEqual([241, 1e-20, 1e10]);
    expect([dampings.length, dampings[0], dampings[40]]).toEqual([41, 1e-10, 1e10]);
  });
});
