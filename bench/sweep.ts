/** The grid searches of Figures 3 and 6, data set by data set. */
import { availableParallelism } from "node:os";
import { loadDataset } from "../src/datasets/load.ts";
import { MissingDatasetError } from "../src/datasets/missing.ts";
import { type Contest, paperConfiguration } from "../src/experiments/paper.ts";
import {
  type Executor,
  paperGrid,
  type RaceProblem,
  runRace,
} from "../src/experiments/race/index.ts";
import { poolExecutor } from "../src/experiments/race/pool.ts";
import { bernoulli } from "../src/likelihoods/bernoulli.ts";
import { gaussian } from "../src/likelihoods/gaussian.ts";
import { glm } from "../src/objective.ts";
import { empiricalFisherDescent } from "../src/optimizers/empiricalFisherDescent.ts";
import { naturalGradient } from "../src/optimizers/naturalGradient.ts";
import type { Benchmark, Row } from "./report.ts";

export const sweepBenchmark: Benchmark = {
  name: "sweep",
  title:
    "The sweep: every run of GD, NGD and EFGD over the paper's grid; the last column compares its " +
    "iterations a second with those of the library's optimizers, one run at a time on one thread",
  async measure({ onRow }) {
    const { contests } = paperConfiguration();
    const executor = poolExecutor(availableParallelism());
    const rows: Row[] = [];
    const total = { runs: 0, iterations: 0, seconds: 0 };
    try {
      for (const contest of [...contests[3], ...contests[6]]) {
        const problem = await load(contest);
        if (!problem) {
          onRow({ dataset: contest.dataset, found: "no data: see natgrad data fetch" });
          continue;
        }
        const counts = await race(problem, executor);
        for (const key of ["runs", "iterations", "seconds"] as const) total[key] += counts[key];
        const speedUp = counts.iterations / counts.seconds / oneByOne(problem);
        const { rows: N, cols: P } = problem.X;
        const row = { dataset: contest.dataset, N, D: P + 1, ...counts, ...rates(counts) };
        rows.push({ ...row, "times one by one": speedUp });
        onRow(rows[rows.length - 1]);
      }
    } finally {
      await executor.close();
    }
    return [
      ...rows,
      { dataset: "all", N: "", D: "", ...total, ...rates(total), "times one by one": "" },
    ];
  },
};

interface Counts {
  readonly runs: number;
  readonly iterations: number;
  readonly seconds: number;
}

async function load({ dataset, likelihood }: Contest): Promise<RaceProblem | undefined> {
  try {
    const { X, y } = await loadDataset(dataset);
    return { dataset, likelihood, X, y };
  } catch (error) {
    if (error instanceof MissingDatasetError) return undefined;
    throw error;
  }
}

async function race(problem: RaceProblem, executor: Executor): Promise<Counts> {
  const started = performance.now();
  const { grids } = await runRace(problem, paperGrid(), { executor });
  const sum = (of: (grid: (typeof grids)[number]) => number): number =>
    grids.reduce((total, grid) => total + of(grid), 0);
  return {
    runs: sum(({ runs }) => runs),
    iterations: sum(({ iterations }) => iterations),
    seconds: (performance.now() - started) / 1000,
  };
}

/** Iterations a second of NGD and EFGD in turn, as anyone would write them with this library. */
function oneByOne({ likelihood, X, y }: RaceProblem): number {
  const family = likelihood === "bernoulli" ? bernoulli({ clip: 1e-8 }) : gaussian();
  const objective = glm({ X, y, likelihood: family, intercept: "last" });
  const settings = { stepSize: 1e-3, damping: 1, iterations: 10 };
  const started = performance.now();
  let iterations = 0;
  while (performance.now() - started < 500) {
    for (const _ of naturalGradient(objective, settings)) iterations++;
    for (const _ of empiricalFisherDescent(objective, settings)) iterations++;
  }
  return iterations / ((performance.now() - started) / 1000);
}

function rates({ runs, iterations, seconds }: Counts): Row {
  return { "runs/s": runs / seconds, "iterations/s": iterations / seconds };
}
