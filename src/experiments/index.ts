/**
 * The experiments of the empirical-Fisher paper (Kunstner, Balles & Hennig 2019) and of elastic weight consolidation
 * (Kirkpatrick et al. 2017): configuration in, results as plain JSON out, with their schemas (zod).
 * `natgrad/experiments/node` has the pool of workers for the grid searches.
 *
 * @module
 */

export type { ArenaOptions, MissingPanel, Samples } from "./arena.ts";
export {
  type CompareConfiguration,
  compareConfiguration,
  exampleConfiguration,
} from "./compare/configuration.ts";
export { type ComparisonOptions, runComparison } from "./compare/index.ts";
export { type LayerJson, partsOf } from "./compare/layers.ts";
export {
  type ComparedMatrix,
  type CompareFile,
  type CompareResult,
  compareFile,
  compareResult,
} from "./compare/results.ts";
export type { Samples as ComparedSamples } from "./compare/samples.ts";
export {
  type FigureConfiguration,
  figureConfiguration,
  type PanelConfiguration,
} from "./ewc/configuration.ts";
export {
  type EwcExecutor,
  type EwcExecutorOptions,
  type EwcTask,
  inlineEwcExecutor,
} from "./ewc/executor.ts";
export type { LoadImages } from "./ewc/images.ts";
export { type EwcFigure, type EwcOptions, type EwcPart, runEwc } from "./ewc/index.ts";
export type { EwcEvent, EwcJob } from "./ewc/job.ts";
export {
  ewcPreset,
  type PresetData,
  type PresetFigure,
  type PresetName,
  presetFigures,
} from "./ewc/presets.ts";
export {
  type EwcFigureFile,
  type EwcFigureName,
  type EwcResult,
  type EwcRun,
  type EwcSummary,
  ewcFigureFile,
} from "./ewc/results.ts";
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
