/** Where the races of a paper run: its data sets, each loaded once, and its grid searches, each run once. */
import type { Dataset } from "../datasets/dataset.ts";
import { MissingDatasetError } from "../datasets/missing.ts";
import { FormatError, MissingError } from "../errors.ts";
import { type Executor, type Journal, type RaceProblem, runRace } from "./race/index.ts";
import type { GridConfiguration, RacePanel } from "./results.ts";

/** A data set to race on, and the family that it is fitted with. */
export interface Contest {
  readonly dataset: string;
  readonly likelihood: "bernoulli" | "gaussian";
}

/** A data set that was not to be had, and what to do about it. */
export type MissingPanel = Extract<RacePanel, { status: "missing" }>;

/** Inputs without bias, and targets. */
export type Samples = Pick<Dataset, "X" | "y">;

/** Loads all data sets at once. What cannot be had, or is not what it should be, becomes an empty panel. */
export function loadContests(
  contests: readonly Contest[],
  load: (dataset: string) => Promise<Samples>,
): Promise<(RaceProblem | MissingPanel)[]> {
  return Promise.all(
    contests.map(async ({ dataset, likelihood }): Promise<RaceProblem | MissingPanel> => {
      try {
        const { X, y } = await load(dataset);
        return { dataset, likelihood, X, y };
      } catch (error) {
        return missingPanel(dataset, error);
      }
    }),
  );
}

function missingPanel(dataset: string, error: unknown): MissingPanel {
  const panel = { status: "missing", dataset } as const;
  if (error instanceof MissingDatasetError) {
    return { ...panel, reason: error.reason, remedy: error.remedy };
  }
  if (error instanceof MissingError || error instanceof FormatError) {
    return { ...panel, reason: `${error.message}.`, remedy: "Then call natgrad paper again." };
  }
  throw error;
}

/** Whether a data set is missing. */
export function isMissing(contest: RaceProblem | MissingPanel): contest is MissingPanel {
  return "status" in contest;
}

export interface ArenaOptions {
  readonly executor: Executor;
  readonly journal?: Journal;
  readonly signal?: AbortSignal;
}

/**
 * The race of each data set on one grid. A second call for the same data set returns the first one's panel.
 * `onProgress` is told the finished fraction of that race.
 */
export function openArena(
  contests: readonly (RaceProblem | MissingPanel)[],
  grid: GridConfiguration,
  options: ArenaOptions,
): (dataset: string, onProgress: (fraction: number) => void) => Promise<RacePanel> {
  const entered = new Map(contests.map((contest) => [contest.dataset, contest]));
  const panels = new Map<string, Promise<RacePanel>>();
  return (dataset, onProgress) => {
    const contest = entered.get(dataset);
    if (!contest) throw new RangeError(`${dataset} was not loaded`);
    if (isMissing(contest)) return Promise.resolve(contest);
    const panel =
      panels.get(dataset) ??
      runRace(contest, grid, {
        ...options,
        onProgress: (done, total) => onProgress(done / total),
      });
    panels.set(dataset, panel);
    return panel;
  };
}

/**
 * About the seconds that a race on the paper's grid takes one core, to tell how far a call is: products of
 * inputs for logistic regression, fourth moments for least squares, and the factorizations.
 */
export function effort({ likelihood, X }: RaceProblem): number {
  const d = X.cols + 1;
  if (likelihood === "gaussian") return 0.3 + 2.5e-5 * d * d * (d + 1) * (d + 2);
  const nonzeros = 1 + ("kind" in X ? X.values.length / X.rows : X.cols);
  return 2.6e-4 * ((X.rows * nonzeros * nonzeros) / 2 + d ** 3 / 6);
}
