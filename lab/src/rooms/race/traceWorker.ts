/** Loads data sets, and runs single settings again for their curves: in lanes too, for the same bits as in the grid. */
import { expose } from "comlink";
import { loadDataset } from "../../../../src/datasets/load.ts";
import { cosinesAlong, runSettings, type Setting } from "../../../../src/experiments/race/grid.ts";
import { lanesOf, type RaceProblem } from "../../../../src/experiments/race/job.ts";
import type { LaneProblem } from "../../../../src/experiments/race/laneProblem.ts";
import type { GridConfiguration, Method } from "../../../../src/experiments/results.ts";
import { embedded } from "./data.ts";

/** the fewest that there are: one run is wanted */
const LANES = 16;

let lanes: LaneProblem | undefined;

function entered(): LaneProblem {
  if (!lanes) throw new Error("a run was asked for before its problem");
  return lanes;
}

const api = {
  /** An embedded set. */
  async load(name: string): Promise<RaceProblem> {
    const found = embedded.find((one) => one.name === name);
    if (!found) throw new Error(`the lab has no data set ${name}`);
    const { X, y } = await loadDataset(name, { offline: true, cacheFolder: false });
    return { dataset: name, likelihood: found.likelihood, X, y };
  },
  enter(problem: RaceProblem): void {
    lanes = lanesOf(problem, LANES);
  },
  /** Losses at iterations 0, 1, …; none for a run that left the finite numbers. */
  losses(
    method: Method,
    setting: Setting,
    stop: Pick<GridConfiguration, "iterations" | "divergence">,
  ): Float64Array {
    return runSettings(entered(), method, [setting], stop).curve;
  },
  /** Cosine of the NGD and the EFGD step along the run of a method. */
  cosines(method: Method, setting: Setting, iterations: number): Float64Array {
    return cosinesAlong(entered(), setting, iterations, method);
  },
};

export type TraceWorker = typeof api;
expose(api);
