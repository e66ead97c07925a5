/**
 * The race of Figures 3 and 6: GD, NGD and EFGD on one data set over a full grid of step sizes and
 * dampings, the best run of each, and how far its result can be trusted.
 */
import { VERSION } from "../../version.ts";
import type { GridConfiguration, GridResult, Method, RacePanel } from "../results.ts";
import type { Executor } from "./executor.ts";
import { type Setting, settingsOf } from "./grid.ts";
import type { RaceAnswer, RaceJob, RaceProblem } from "./job.ts";

export { type Executor, inlineExecutor } from "./executor.ts";
export type { RaceAnswer, RaceJob, RaceProblem } from "./job.ts";

/** Answers of earlier calls, kept by whoever wants to resume. */
export interface Journal {
  read(key: string): unknown;
  append(key: string, value: unknown): void;
}

export interface RaceOptions {
  readonly executor: Executor;
  /** finished pieces are read from and appended to it */
  readonly journal?: Journal;
  /** in runs of the grid */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Runs a piece: so many that every lane takes several, so few that progress shows and a kill costs little. */
const RUNS_PER_JOB = 640;
/** How many of the best runs are repeated with a step size changed by `PERTURBATION`. */
const CANDIDATES = 64;
const PERTURBATION = 1e-12;
/** A loss is reproducible when the perturbation changes it by less than this share. */
const REPRODUCIBLE = 1e-3;

const METHODS: readonly Method[] = ["GD", "NGD", "EFGD"];

/** The paper's grid: 241 step sizes from 1e-20 to 1e10, 41 dampings from 1e-10 to 1e10, 100 iterations. */
export function paperGrid(): GridConfiguration {
  return {
    stepSizes: Array.from({ length: 241 }, (_, i) => 10 ** (-20 + i / 8)),
    dampings: Array.from({ length: 41 }, (_, i) => 10 ** (-10 + i / 2)),
    iterations: 100,
    divergence: 100,
  };
}

/** Runs the whole grid of all three optimizers on one data set; see {@link RaceOptions}. */
export async function runRace(
  problem: RaceProblem,
  configuration: GridConfiguration,
  options: RaceOptions,
): Promise<Extract<RacePanel, { status: "done" }>> {
  const { iterations, divergence } = configuration;
  const problemKey = await digest([problem.dataset, problem.likelihood, problem.X, problem.y]);
  const base = { problem, problemKey, stop: { iterations, divergence } };
  const grids = METHODS.map((method) => ({ method, settings: settingsOf(method, configuration) }));
  const pieces = grids.flatMap(({ method, settings }) =>
    chunks(settings, RUNS_PER_JOB).map((chunk): RaceJob & { task: "runs" } => ({
      ...base,
      task: "runs",
      method,
      settings: chunk,
    })),
  );
  const total = pieces.reduce((sum, piece) => sum + piece.settings.length, 0);
  let done = 0;
  const answers = await runAll(pieces, options, (piece) => {
    done += piece.settings.length;
    options.onProgress?.(done, total);
  });

  const merged = grids.map(({ method, settings }) => ({
    settings,
    grid: merge(
      method,
      settings,
      answers.filter((_, i) => pieces[i].method === method),
    ),
  }));
  const repeats = merged.map(({ settings, grid }): RaceJob & { task: "runs" } => ({
    ...base,
    task: "runs",
    method: grid.method,
    settings: bestSettings(settings, grid.values).map(({ setting }) => ({
      ...setting,
      stepSize: setting.stepSize * (1 + PERTURBATION),
    })),
  }));
  const empirical = merged[METHODS.indexOf("EFGD")];
  const follow: RaceJob[] = [
    ...repeats,
    { ...base, task: "cosines", setting: empirical.settings[Math.max(empirical.grid.best, 0)] },
  ];
  const followed = await runAll(follow, options);
  return {
    status: "done",
    dataset: problem.dataset,
    likelihood: problem.likelihood,
    samples: problem.X.rows,
    dimension: problem.X.cols + 1,
    grids: merged.map(({ settings, grid }, i) =>
      gridResult(settings, grid, followed[i].values, configuration),
    ),
    cosines: followed[METHODS.length].values,
  };
}

interface MergedGrid {
  readonly method: Method;
  readonly values: (number | null)[];
  readonly best: number;
  readonly curve: number[];
  readonly iterations: number;
  readonly seconds: number;
}

/** Puts the pieces of one grid together, in grid order. */
function merge(method: Method, settings: readonly Setting[], pieces: RaceAnswer[]): MergedGrid {
  const values = pieces.flatMap((piece) => piece.values);
  let best = -1;
  let curve: number[] = [];
  let offset = 0;
  for (const piece of pieces) {
    const run = piece.best < 0 ? -1 : offset + piece.best;
    if (run >= 0 && (best < 0 || lossAt(values, run) < lossAt(values, best))) {
      best = run;
      curve = piece.curve;
    }
    offset += piece.values.length;
  }
  if (offset !== settings.length) {
    throw new RangeError(`${method}: ${offset} runs came back, expected ${settings.length}`);
  }
  const sum = (of: (piece: RaceAnswer) => number): number => pieces.reduce((s, p) => s + of(p), 0);
  return {
    method,
    values,
    best,
    curve,
    iterations: sum((p) => p.iterations),
    seconds: sum((p) => p.seconds),
  };
}

function lossAt(values: readonly (number | null)[], run: number): number {
  return values[run] ?? Number.POSITIVE_INFINITY;
}

/** The settings of the best runs, best first, the first in grid order among equals. */
function bestSettings(
  settings: readonly Setting[],
  values: readonly (number | null)[],
): { setting: Setting; loss: number }[] {
  return settings
    .map((setting, run) => ({ setting, loss: lossAt(values, run) }))
    .sort((a, b) => a.loss - b.loss)
    .slice(0, CANDIDATES);
}

function gridResult(
  settings: readonly Setting[],
  grid: MergedGrid,
  repeated: readonly (number | null)[],
  { dampings }: GridConfiguration,
): GridResult {
  const columns = grid.method === "GD" ? 1 : dampings.length;
  const candidates = bestSettings(settings, grid.values).map(({ setting, loss }, i) => ({
    ...dampedSetting(setting, grid.method),
    loss,
    change: Math.abs(lossAt(repeated, i) - loss) / loss,
  }));
  const { change, ...best } = candidates[0];
  const steady = candidates.find((candidate) => candidate.change < REPRODUCIBLE);
  return {
    method: grid.method,
    ...best,
    digits: Math.max(0, Math.min(15, Math.floor(-Math.log10(change)))),
    reproducible: steady
      ? { stepSize: steady.stepSize, damping: steady.damping, loss: steady.loss }
      : null,
    curve: grid.curve,
    runs: settings.length,
    iterations: grid.iterations,
    seconds: grid.seconds,
    losses: chunks(grid.values, columns),
  };
}

function dampedSetting(
  { stepSize, damping }: Setting,
  method: Method,
): { stepSize: number; damping: number | null } {
  return { stepSize, damping: method === "GD" ? null : damping };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** Runs the jobs that the journal does not hold, and returns all answers in the order of the jobs. */
async function runAll<J extends RaceJob>(
  jobs: readonly J[],
  { executor, journal, signal }: RaceOptions,
  onDone?: (job: J) => void,
): Promise<RaceAnswer[]> {
  const answers: RaceAnswer[] = [];
  const open: { job: J; key: string; index: number }[] = [];
  for (const [index, job] of jobs.entries()) {
    const key = await jobKey(job);
    const known = journal?.read(key) as RaceAnswer | undefined;
    if (known) {
      answers[index] = known;
      onDone?.(job);
    } else {
      open.push({ job, key, index });
    }
  }
  const running = executor.run(
    open.map(({ job }) => job),
    signal ? { signal } : {},
  );
  for await (const { index: place, answer } of running) {
    const { job, key, index } = open[place];
    journal?.append(key, answer);
    answers[index] = answer;
    onDone?.(job);
  }
  return answers;
}

/** Everything that an answer depends on: the code, the contents of the problem, the task. */
function jobKey({ problem: _, ...job }: RaceJob): Promise<string> {
  return digest([VERSION, job]);
}

/** SHA-256 of a value's JSON, typed arrays included, in hexadecimal. */
async function digest(value: unknown): Promise<string> {
  const text = JSON.stringify(value, (_, v) =>
    ArrayBuffer.isView(v) ? Array.from(v as Float64Array) : v,
  );
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
