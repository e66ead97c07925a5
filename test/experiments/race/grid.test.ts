import { describe, expect, it } from "vitest";
import { cosinesAlong, runSettings, settingsOf } from "../../../src/experiments/race/grid.ts";
import { lanesOf } from "../../../src/experiments/race/job.ts";
import type { GridConfiguration, Method } from "../../../src/experiments/results.ts";
import { bruteRun } from "./bruteForce.ts";
import { denseProblem, indicatorProblem } from "./problems.ts";

const grid: GridConfiguration = {
  stepSizes: [1e-6, 0.01, 0.3, 1, 1.9, 2.5, 1e4],
  dampings: [1e-8, 1e-2, 10],
  iterations: 20,
  divergence: 100,
};

const problems = {
  "linear regression": denseProblem("gaussian", 30, 3),
  "logistic regression": denseProblem("bernoulli", 40, 3),
  "logistic regression on indicators, rank deficient": indicatorProblem(60),
};

describe.each(Object.entries(problems))("%s", (_, { brute, race }) => {
  const lanes = lanesOf(race);

  it.each<Method>(["GD", "NGD", "EFGD"])("%s: every run of the grid as one at a time", (method) => {
    const settings = settingsOf(method, grid);
    const runs = runSettings(lanes, method, settings, grid);
    const expected = settings.map(({ stepSize, damping }) =>
      bruteRun(brute, method, stepSize, damping, grid.iterations),
    );
    // Where a run overshoots for 20 iterations it amplifies rounding: 1e-7 there, 1e-10 where it settles.
    settings.forEach(({ stepSize }, i) => {
      const loss = expected[i].curve.at(-1) ?? Number.NaN;
      const tolerance = stepSize <= 1 ? 1e-10 : 1e-7;
      expect(Math.abs(runs.losses[i] - loss) / loss).toBeLessThan(tolerance);
    });
    expect(runs.iterations).toBe(expected.reduce((sum, { curve }) => sum + curve.length, 0));
    const last = expected.map(({ curve }) => curve.at(-1) ?? Number.NaN);
    const smallest = Math.min(...last);
    expect(runs.losses[runs.best]).toBe(Math.min(...runs.losses));
    expect(runs.losses[runs.best] / smallest).toBeCloseTo(1, 9);
    expect(runs.curve).toHaveLength(expected[runs.best].curve.length);
    runs.curve.forEach((loss, t) => {
      expect(loss / expected[runs.best].curve[t]).toBeCloseTo(1, 7);
    });
  });

  it.each<Method>(["GD", "NGD", "EFGD"])("%s: a run in fewer lanes, to the last bit", (method) => {
    const few = lanesOf(race, 16);
    for (const setting of settingsOf(method, grid)) {
      const [run, alone] = [lanes, few].map((l) => runSettings(l, method, [setting], grid));
      expect(alone).toEqual(run);
    }
    const setting = { stepSize: 0.3, damping: 1e-2 };
    expect(cosinesAlong(few, setting, 20, method)).toEqual(
      cosinesAlong(lanes, setting, 20, method),
    );
  });

  it.each<Method>(["GD", "NGD", "EFGD"])(
    "cosines along the path of %s as in the original coordinates",
    (method) => {
      const setting = { stepSize: 0.3, damping: 1e-2 };
      const cosines = cosinesAlong(lanes, setting, 20, method);
      const expected = bruteRun(brute, method, setting.stepSize, setting.damping, 20).cosines;
      cosines.forEach((cosine, t) => {
        expect(Math.abs(cosine - expected[t])).toBeLessThan(1e-9);
      });
    },
  );
});

describe("runSettings", () => {
  it("takes the first in grid order among equals", () => {
    const lanes = lanesOf(problems["linear regression"].race);
    // Step sizes of nothing leave every run at its start.
    const settings = Array.from({ length: 200 }, () => ({ stepSize: 0, damping: 1 }));
    const runs = runSettings(lanes, "NGD", settings, grid);
    expect(new Set(runs.losses).size).toBe(1);
    expect(runs.best).toBe(0);
  });

  it("a run that leaves the finite numbers loses, and the others go on", () => {
    const lanes = lanesOf(problems["linear regression"].race);
    const settings = [
      { stepSize: Number.POSITIVE_INFINITY, damping: 1 },
      { stepSize: 1, damping: 0 },
    ];
    const runs = runSettings(lanes, "NGD", settings, grid);
    expect(runs.losses[0]).toBeNaN();
    expect(runs.best).toBe(1);
    expect(runs.losses[1]).toBeLessThan(1);
  });

  it("says −1 when no run survives", () => {
    const lanes = lanesOf(problems["logistic regression"].race);
    const runs = runSettings(lanes, "NGD", [{ stepSize: Number.NaN, damping: 1 }], grid);
    expect(runs.best).toBe(-1);
    expect(runs.curve).toHaveLength(0);
  });
});
