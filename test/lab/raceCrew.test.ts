/** The crew of the room Race, and the order of its work, against the library in Node. */
import { describe, expect, it } from "vitest";
import {
  crewExecutor,
  type Finished,
  type Member,
  type Task,
} from "../../lab/src/rooms/race/crew.ts";
import { gridOf, sizeOf } from "../../lab/src/rooms/race/grids.ts";
import { standIn } from "../../lab/src/rooms/race/mapPicture.ts";
import { piecesOf, roundOf, roundsOf } from "../../lab/src/rooms/race/order.ts";
import {
  emptyTallies,
  fractionOf,
  placeOf,
  talliesOf,
  withFinished,
} from "../../lab/src/rooms/race/tally.ts";
import { inlineExecutor } from "../../src/experiments/race/executor.ts";
import { paperGrid, type RaceProblem, runRace } from "../../src/experiments/race/index.ts";
import { type RaceJob, runJob } from "../../src/experiments/race/job.ts";
import { useKernels, wasmKernels } from "../../src/index.ts";
import { iris } from "./raceProblem.ts";

// the kernels of the page
useKernels(wasmKernels());

/** A member that works here, and takes a while now and then. */
function member(): Member {
  let entered: RaceProblem | undefined;
  let calls = 0;
  return {
    async enter(problem) {
      entered = problem;
    },
    async run(task: Task) {
      if (++calls % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      return runJob({ ...task, problem: entered } as RaceJob);
    },
  };
}

describe("the crew of a race", () => {
  const configuration = gridOf("finer", 12);
  const round = (_: string, { stepSize, damping }: { stepSize: number; damping: number }): number =>
    roundOf(
      configuration.stepSizes.indexOf(stepSize),
      Math.max(0, configuration.dampings.indexOf(damping)),
    );

  it.each(["gaussian", "bernoulli"] as const)(
    "finds what the library finds, to the last bit: %s",
    async (likelihood) => {
      const y = likelihood === "bernoulli" ? iris.y.map((c) => (c === 2 ? 1 : 0)) : iris.y;
      const problem = { ...iris, likelihood, y };
      const plain = (panel: unknown): unknown =>
        JSON.parse(JSON.stringify(panel), (key, v) => (key === "seconds" ? 0 : v));
      const expected = await runRace(problem, configuration, { executor: inlineExecutor() });
      let tallies = emptyTallies(configuration);
      const executor = crewExecutor([member(), member(), member()], {
        round,
        onFinished: (finished: Finished) => {
          tallies = withFinished(tallies, finished, configuration);
        },
      });
      const found = await runRace(problem, configuration, { executor });
      expect(plain(found)).toEqual(plain(expected));
      // what was reported on the way is the same
      expect(fractionOf(tallies)).toBe(1);
      const whole = talliesOf(expected, configuration);
      for (const { method, stepSize, loss, curve } of expected.grids) {
        const tally = tallies[method];
        expect([...tally.losses]).toEqual([...whole[method].losses]);
        expect(tally.best).toBe(whole[method].best);
        expect(tally.settings[tally.best].stepSize).toBe(stepSize);
        expect(tally.losses[tally.best]).toBe(loss);
        expect(tally.curve).toEqual(curve);
      }
    },
  );

  it("runs coarse cells of all optimizers before fine ones", async () => {
    const seen: { method: string; rounds: number[] }[] = [];
    const executor = crewExecutor([member()], {
      round,
      onFinished: ({ method, settings }) => {
        seen.push({ method, rounds: settings.map((setting) => round(method, setting)) });
      },
    });
    await runRace(iris, configuration, { executor });
    expect(new Set(seen.slice(0, 3).map(({ method }) => method)).size).toBe(3);
    const natural = seen.filter(({ method }) => method === "NGD");
    expect(Math.max(...natural[0].rounds)).toBeLessThan(3);
    expect(natural[0].rounds).toContain(0);
    expect(natural.slice(1, -1).flatMap(({ rounds }) => rounds)).not.toContain(0);
  });

  it("stops between pieces when it is told to, and reports nothing more", async () => {
    const abort = new AbortController();
    let pieces = 0;
    const executor = crewExecutor([member(), member()], {
      round,
      onFinished: () => {
        pieces++;
        abort.abort(new Error("other inputs"));
      },
    });
    const race = runRace(iris, configuration, { executor, signal: abort.signal });
    await expect(race).rejects.toThrow("other inputs");
    expect(pieces).toBe(1);
  });

  it("gives a member one piece at a time, however often a race is begun anew", async () => {
    let under = 0;
    const slow: Member = {
      enter: async () => {},
      async run(task) {
        expect(++under).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 2));
        under--;
        return runJob({ ...task, problem: iris } as RaceJob);
      },
    };
    const begin = (signal?: AbortSignal) =>
      runRace(iris, configuration, {
        executor: crewExecutor([slow], { round, onFinished: () => {} }),
        ...(signal && { signal }),
      });
    const left: Promise<void>[] = [];
    for (let k = 0; k < 8; k++) {
      const abort = new AbortController();
      left.push(expect(begin(abort.signal)).rejects.toThrow("changed"));
      await new Promise((resolve) => setTimeout(resolve, k));
      abort.abort(new Error("changed"));
    }
    const panel = await begin();
    expect(panel.grids).toHaveLength(3);
    await Promise.all(left);
  });

  it("takes every place once, by ascending round", () => {
    const rounds = roundsOf("NGD", configuration);
    const places = piecesOf(rounds).flat();
    expect([...places].sort((a, b) => a - b)).toEqual(rounds.map((_, place) => place));
    expect(places.map((place) => rounds[place])).toEqual([...rounds].sort((a, b) => a - b));
  });

  it("shows a coarser cell for one that is still to come", () => {
    const tally = { ...emptyTallies(configuration).NGD };
    const losses = tally.losses.slice();
    losses[8 * tally.columns + 16] = 3;
    losses[12 * tally.columns + 16] = 4;
    const filled = { ...tally, losses };
    expect(standIn(filled, 9, 17)).toBe(3);
    expect(standIn(filled, 13, 19)).toBe(4);
    expect(standIn(filled, 3, 3)).toBeNaN();
  });

  it("has grids that are parts of the paper's", () => {
    const paper = paperGrid();
    expect(gridOf("paper", 100)).toEqual(paper);
    for (const name of ["quick", "finer"] as const) {
      const { stepSizes, dampings } = gridOf(name, 10);
      expect([stepSizes.length, dampings.length]).toEqual([...sizeOf(name)]);
      expect(paper.stepSizes).toEqual(expect.arrayContaining(stepSizes));
      expect(paper.dampings).toEqual(expect.arrayContaining(dampings));
    }
  });

  it("finds the nearest cell to a choice, and the best one without", () => {
    const tally = { ...emptyTallies(configuration).EFGD, best: 7 };
    expect(placeOf(tally, null)).toBe(7);
    const { stepSize, damping } = tally.settings[placeOf(tally, [-1.3, -8.2])];
    expect([Math.log10(stepSize), Math.log10(damping)]).toEqual([-1.25, -8]);
  });
});
