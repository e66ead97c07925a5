/**
 * The whole of the empirical-Fisher paper (Kunstner, Balles & Hennig 2019): Figures 1 to 6 and its statements.
 * Reads data sets through the loader that it is given and writes nothing: results come out one after another.
 */
import { loadDataset } from "../datasets/load.ts";
import {
  type ArenaOptions,
  type Contest,
  effort,
  isMissing,
  loadContests,
  type MissingPanel,
  openArena,
  type Samples,
} from "./arena.ts";
import { figure1, figure1Configuration } from "./fields.ts";
import { minima } from "./minima.ts";
import { paperGrid, type RaceProblem } from "./race/index.ts";
import type { Figure1, FigureResult, GridConfiguration, RacePanel, Statement } from "./results.ts";
import { bestSettings, figure5 } from "./startingPoints.ts";
import { type StatementCheck, statementChecks } from "./statements/index.ts";
import type { FigureNumber } from "./summary.ts";

export type { Contest } from "./arena.ts";

/** What to run, and with which settings. */
export interface PaperConfiguration {
  readonly figures: readonly FigureNumber[];
  readonly statements: readonly StatementCheck[];
  readonly figure1: Figure1["configuration"];
  /** of a data set of Figures 2 and 4 */
  readonly samples: number;
  readonly grid: GridConfiguration;
  /** the panels of Figures 3 and 6, in order */
  readonly contests: Readonly<Record<3 | 6, readonly Contest[]>>;
  /** the data set of Figure 5, and the one that stands in for it where it is not to be had */
  readonly startingPoints: readonly [Contest, Contest];
}

/** Everything, as in the paper. */
export function paperConfiguration(): PaperConfiguration {
  const bernoulli = (dataset: string): Contest => ({ dataset, likelihood: "bernoulli" });
  const gaussian = (dataset: string): Contest => ({ dataset, likelihood: "gaussian" });
  return {
    figures: [1, 2, 3, 4, 5, 6],
    statements: statementChecks,
    figure1: figure1Configuration(),
    samples: 1000,
    grid: paperGrid(),
    contests: {
      3: [bernoulli("BreastCancer"), gaussian("Boston"), bernoulli("a1a")],
      6: ["Wine", "Energy", "Powerplant", "Yacht"].map(gaussian),
    },
    startingPoints: [gaussian("Boston"), gaussian("Wine")],
  };
}

export interface PaperOptions extends ArenaOptions {
  /** default {@link loadDataset} */
  readonly load?: (dataset: string) => Promise<Samples>;
  /** the finished `fraction` of the whole, from 0 to 1, and what is being done */
  readonly onProgress?: (fraction: number, note: string) => void;
}

/** Something finished. */
export type PaperPart =
  | { readonly kind: "missing"; readonly panel: MissingPanel }
  | {
      readonly kind: "figure";
      readonly result: FigureResult;
      /** of computing; for Figures 3 and 6 added up over the workers, earlier calls included */
      readonly seconds: number;
    }
  | { readonly kind: "statements"; readonly statements: readonly Statement[] };

/** Cheap figures first, and Figure 5 after the race that it needs. */
const ORDER: readonly FigureNumber[] = [1, 2, 4, 3, 5, 6];

/**
 * Runs what the configuration asks for and yields each part when it is finished: the data sets that are missing, the
 * figures in the order 1, 2, 4, 3, 5, 6, the statements. A data set that is missing leaves its panel empty, and
 * Figure 5 out where its stand-in is missing too.
 *
 * @example
 * for await (const part of runPaper(paperConfiguration(), { executor: inlineExecutor() })) {
 *   if (part.kind === "figure") console.log(`Figure ${part.result.figure}: ${part.seconds} s`);
 * }
 *
 * Stops with the signal's reason when aborted.
 */
export async function* runPaper(
  configuration: PaperConfiguration,
  options: PaperOptions,
): AsyncGenerator<PaperPart, void, void> {
  const { figures, grid, contests } = configuration;
  const load = options.load ?? ((dataset: string): Promise<Samples> => loadDataset(dataset));
  options.onProgress?.(0, "data sets");
  const loaded = await loadContests(required(configuration), load);
  const problems = loaded.filter((contest): contest is RaceProblem => !isMissing(contest));
  const start = startingPoint(configuration, problems);
  for (const panel of loaded) if (isMissing(panel)) yield { kind: "missing", panel };

  const advance = progressOver(efforts(configuration, problems, start), options.onProgress);
  const arena = openArena(loaded, grid, options);
  const race = (dataset: string): Promise<RacePanel> => arena(dataset, advance(dataset));
  const races = async (figure: 3 | 6): Promise<FigureResult> => {
    const panels: RacePanel[] = [];
    for (const { dataset } of contests[figure]) panels.push(await race(dataset));
    return { figure, configuration: grid, panels };
  };
  const compute: Record<FigureNumber, () => FigureResult | Promise<FigureResult> | undefined> = {
    1: () => figure1(configuration.figure1),
    2: () => minima(2, configuration.samples),
    3: () => races(3),
    4: () => minima(4, configuration.samples),
    5: () => start && race(start.dataset).then((panel) => figure5(start, bestSettings(panel))),
    6: () => races(6),
  };
  for (const figure of ORDER.filter((number) => figures.includes(number))) {
    const finish = advance(`Figure ${figure}`);
    await turn(options.signal);
    const started = performance.now();
    const result = await compute[figure]();
    finish(1);
    const seconds = (performance.now() - started) / 1000;
    if (result) yield { kind: "figure", result, seconds: raceSeconds(result) ?? seconds };
  }
  const statements: Statement[] = [];
  const finish = advance("statements");
  for (const check of configuration.statements) {
    await turn(options.signal);
    statements.push(check());
    finish(statements.length / configuration.statements.length);
  }
  if (statements.length > 0) yield { kind: "statements", statements };
}

/** The data sets that the figures need, each once. */
function required({ figures, contests, startingPoints }: PaperConfiguration): Contest[] {
  const needed = [
    ...(figures.includes(3) ? contests[3] : []),
    ...(figures.includes(6) ? contests[6] : []),
    ...(figures.includes(5) ? startingPoints : []),
  ];
  return [...new Map(needed.map((contest) => [contest.dataset, contest])).values()];
}

/** The problem of Figure 5: the first of its two data sets that is there, with a word on why it is the second. */
function startingPoint(
  { figures, startingPoints: [first, second] }: PaperConfiguration,
  problems: readonly RaceProblem[],
): (RaceProblem & { readonly substituted?: string }) | undefined {
  if (!figures.includes(5)) return undefined;
  const find = ({ dataset }: Contest): RaceProblem | undefined =>
    problems.find((problem) => problem.dataset === dataset);
  const stand = find(second);
  const substituted = `${second.dataset} in place of ${first.dataset}, which was not to be had.`;
  return find(first) ?? (stand && { ...stand, substituted });
}

/** About the seconds that a figure without a race takes, and a statement, for progress. */
const FIGURE_EFFORT = 0.5;
const STATEMENT_EFFORT = 0.5;

/** The effort of each thing to do, by name. */
function efforts(
  { figures, statements, contests }: PaperConfiguration,
  problems: readonly RaceProblem[],
  start: RaceProblem | undefined,
): Map<string, number> {
  const raced = new Set(
    [
      ...figures.flatMap((figure) => (figure === 3 || figure === 6 ? contests[figure] : [])),
      ...(start ? [start] : []),
    ].map(({ dataset }) => dataset),
  );
  return new Map([
    ...figures.map((figure) => [`Figure ${figure}`, FIGURE_EFFORT] as const),
    ...problems
      .filter(({ dataset }) => raced.has(dataset))
      .map((problem) => [problem.dataset, effort(problem)] as const),
    ["statements", STATEMENT_EFFORT * statements.length] as const,
  ]);
}

/** Adds up the fractions of all things to do; for each of them, gives the function that is told its own. */
function progressOver(
  weights: ReadonlyMap<string, number>,
  report: PaperOptions["onProgress"],
): (name: string) => (fraction: number) => void {
  const done = new Map<string, number>();
  const total = sum(weights.values());
  return (name) => (fraction) => {
    done.set(name, (weights.get(name) ?? 0) * fraction);
    report?.(sum(done.values()) / total, name);
  };
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

/** The seconds that the races of Figure 3 or 6 took, whenever they were run. */
function raceSeconds(result: FigureResult): number | undefined {
  if (result.figure !== 3 && result.figure !== 6) return undefined;
  const grids = result.panels.flatMap((panel) => (panel.status === "done" ? panel.grids : []));
  return sum(grids.map(({ seconds }) => seconds));
}

/** Lets other work in (progress, Ctrl-C), and stops where that asks for it. */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}
