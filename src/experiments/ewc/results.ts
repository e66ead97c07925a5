/** What the experiments with elastic weight consolidation find, as schemas: plain JSON, drawn by `src/figures/ewc*.ts`. */
import { z } from "zod";
import { provenance, statement } from "../results.ts";
import { figureConfiguration } from "./configuration.ts";

const shares = z.array(z.number());
const byLayer = z.array(z.object({ layer: z.string(), value: z.number() }));

/** An epoch of training. */
export const epochRecord = z.object({
  /** index of the task, from 0 */
  task: z.int(),
  /** from 1 */
  epoch: z.int(),
  /** mean training loss, without penalty */
  loss: z.number(),
  penalty: z.number(),
  /** test accuracy on each task of the stream; absent where only the ends of tasks are looked at */
  accuracies: shares.optional(),
});

/** A task learned. */
export const taskRecord = z.object({
  epochs: z.int(),
  /** row of the matrix R: test accuracy on each task */
  accuracies: shares,
  /** of the diagonal by which the method holds the weights: trace and largest entry by layer */
  importance: z
    .array(z.object({ layer: z.string(), trace: z.number(), largest: z.number() }))
    .optional(),
  /** of the task, that its Fisher was computed on; absent for methods without one */
  samples: z.int().optional(),
});

/** One method, one strength, one seed: a run through the stream. */
export const ewcRun = z.object({
  panel: z.string(),
  method: z.string(),
  /** λ; null for a method without */
  strength: z.number().nullable(),
  seed: z.number(),
  /** names of the tasks */
  tasks: z.array(z.string()),
  epochs: z.array(epochRecord),
  learned: z.array(taskRecord),
  /** test accuracy on each task before any training */
  before: shares.optional(),
  /** at the end, on the validation part of each task: what strengths are chosen by */
  validation: shares,
  /**
   * R[i][j], test accuracy on task j after training on task i (both from 0), and what follows from it (Lopez-Paz & Ranzato
   * 2017; see `src/continual/metrics.ts`), in the files of figures; what one task cannot say is absent
   */
  R: z.array(shares).optional(),
  metrics: z
    .object({
      average: z.number(),
      forgetting: z.number().optional(),
      backwardTransfer: z.number().optional(),
      forwardTransfer: z.number().optional(),
    })
    .optional(),
  /** of the Fishers of the first and the last task, layer by layer */
  overlap: z
    .object({
      /** both at the final parameters */
      atEnd: byLayer,
      /** each where its own task ended */
      atEach: byLayer,
    })
    .optional(),
  warnings: z.array(z.string()),
  /** of computing, earlier calls included */
  seconds: z.number(),
});

/** A figure of the paper by its number in the arXiv version, the one on Fisher kinds, or a file's own. */
export const ewcFigureName = z.enum(["2A", "2B", "2C", "which-fisher", "experiment"]);

export const ewcResult = z.object({
  figure: ewcFigureName,
  configuration: figureConfiguration,
  /** in the order of panels, methods, strengths, seeds */
  runs: z.array(ewcRun),
});

/** `figure-2A.json` …: the data behind a figure, what they say, and where they come from. */
export const ewcFigureFile = z.object({
  provenance,
  preset: z.string(),
  result: ewcResult,
  statements: z.array(statement),
});

/** A figure as the summary lists it. */
export const ewcFigureEntry = z.object({
  figure: ewcFigureName,
  title: z.string(),
  preset: z.string(),
  files: z.object({ svg: z.string(), json: z.string(), png: z.string().optional() }),
  /** of computing, added up over the workers, earlier calls included */
  seconds: z.number(),
  statements: z.array(statement),
  result: ewcResult,
});

/** `summary.json`: everything but the results, which are in the files of the figures. */
export const ewcSummaryFile = z.object({
  provenance,
  figures: z.array(ewcFigureEntry.omit({ result: true })),
});

export type EpochRecord = z.infer<typeof epochRecord>;
export type TaskRecord = z.infer<typeof taskRecord>;
export type EwcRun = z.infer<typeof ewcRun>;
export type EwcFigureName = z.infer<typeof ewcFigureName>;
export type EwcResult = z.infer<typeof ewcResult>;
export type EwcFigureFile = z.infer<typeof ewcFigureFile>;
export type EwcFigureEntry = z.infer<typeof ewcFigureEntry>;
export type EwcSummaryFile = z.infer<typeof ewcSummaryFile>;

/** Everything that a call found. */
export interface EwcSummary extends Omit<EwcSummaryFile, "figures"> {
  readonly figures: readonly EwcFigureEntry[];
}
