/** Runs the chosen settings from other starting points. */
import { expose } from "comlink";
import type { Setting } from "../../../../src/experiments/race/grid.ts";
import type { RaceProblem } from "../../../../src/experiments/race/job.ts";
import type { Figure5 } from "../../../../src/experiments/results.ts";
import { figure5 } from "../../../../src/experiments/startingPoints.ts";
import type { Point } from "../../compute/planar.ts";
import type { Grid } from "../../compute/surface.ts";
import {
  lossOver,
  runFrom,
  type StartMethod,
  type StartPlane,
  type StartRun,
  startPlane,
} from "./starts.ts";

export type Settings = Readonly<Record<StartMethod, Setting>>;

/** The loss over the plane of starting points. */
export interface Ground {
  readonly grid: Grid;
  /** of the goal, if that is the minimum */
  readonly lowest: number | null;
}

export type StartRuns = Readonly<Record<StartMethod, StartRun>>;

const NODES = 41;
/** runs that are kept: while one start is dragged, those from the others are the same */
const KEPT = 64;

let plane: StartPlane | undefined;
const known = new Map<string, StartRuns>();

const api = {
  enter(problem: RaceProblem, x: Point, y: Point): Ground {
    known.clear();
    plane = startPlane(problem);
    const lowest = plane.isMinimum ? plane.problem.loss(plane.goal) : null;
    return { grid: lossOver(plane, x, y, NODES), lowest };
  },
  run(settings: Settings, starts: readonly Point[]): StartRuns[] {
    const here = plane;
    if (!here) throw new Error("a run was asked for before its problem");
    return starts.map((start) => {
      const key = JSON.stringify([settings, start]);
      const runs = known.get(key) ?? {
        NGD: runFrom(here, "NGD", settings.NGD, start),
        EFGD: runFrom(here, "EFGD", settings.EFGD, start),
      };
      if (known.size >= KEPT) known.clear();
      known.set(key, runs);
      return runs;
    });
  },
  /** Figure 5 of a linear regression. */
  figure({ dataset, X, y }: RaceProblem, settings: Settings): Figure5 {
    return figure5({ dataset, X, y }, settings);
  },
};

export type StartsWorker = typeof api;
expose(api);
