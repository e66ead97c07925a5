/**
 * The experiments of the empirical-Fisher paper (Kunstner, Balles & Hennig 2019): configuration in, results as plain
 * JSON out, with their schemas (zod). `natgrad/experiments/node` has the pool of workers for the grid searches.
 *
 * @module
 */

export type { ArenaOptions, MissingPanel, Samples } from "./arena.ts";
export {
  type Contest,
  type PaperConfiguration,
  type PaperOptions,
  type PaperPart,
  paperConfiguration,
  runPaper,
} from "./paper.ts";
export type { Setting } from "./race/grid.ts";
export {
  type Executor,
  inlineExecutor,
  type Journal,
  paperGrid,
  type RaceAnswer,
  type RaceJob,
  type RaceOptions,
  type RaceProblem,
  runRace,
} from "./race/index.ts";
export * from "./results.ts";
export { checkStatements, type StatementCheck, statementChecks } from "./statements/index.ts";
export * from "./summary.ts";
