/**
 * What one call of `natgrad paper` found, as a schema: the page draws it, `summary.json` and the
 * `figure-N.json` files hold it.
 */
import { z } from "zod";
import { figure1, figure5, method, minima, provenance, races, statement } from "./results.ts";

/** The number of a figure of the paper. */
export const figureNumber = z.literal([1, 2, 3, 4, 5, 6]);

/** Any figure's result; `figure` says which. */
export const figureResult = z.union([figure1, minima, races, figure5]);

/** `figure-N.json`: the data behind a figure, and where they come from. */
export const figureFile = z.object({ provenance, result: figureResult });

/** A figure as the summary lists it. */
export const figureEntry = z.object({
  figure: figureNumber,
  title: z.string(),
  /** file names in the output folder */
  files: z.object({
    svg: z.string(),
    json: z.string(),
    /** absent where the program that draws PNG files is not installed */
    png: z.string().optional(),
  }),
  /** wall time of the experiment; what an earlier call had finished already is not counted */
  seconds: z.number(),
  result: figureResult,
});

/** A row of the table of best settings: one optimizer on one data set. */
export const bestRun = z.object({
  figure: figureNumber,
  dataset: z.string(),
  method,
  /** γ */
  stepSize: z.number(),
  /** λ; null for gradient descent */
  damping: z.number().nullable(),
  /** last loss of the best run, `mean` scale */
  loss: z.number(),
  /** digits of the loss that do not depend on rounding */
  digits: z.number(),
  runs: z.number(),
  /** losses recorded, over all runs */
  iterations: z.number(),
  /** of computing, added up over the workers */
  seconds: z.number(),
});

/** Everything that a call found. */
export const paperSummary = z.object({
  provenance,
  figures: z.array(figureEntry),
  statements: z.array(statement),
  best: z.array(bestRun),
  /** data sets that were not to be had, and what to do about it */
  missing: z.array(
    z.object({
      figure: figureNumber,
      dataset: z.string(),
      reason: z.string(),
      remedy: z.string(),
    }),
  ),
});

/** `summary.json`: the summary without the results, which are in the files of the figures. */
export const summaryFile = paperSummary.extend({
  figures: z.array(figureEntry.omit({ result: true })),
});

export type FigureNumber = z.infer<typeof figureNumber>;
export type FigureFile = z.infer<typeof figureFile>;
export type FigureEntry = z.infer<typeof figureEntry>;
export type BestRun = z.infer<typeof bestRun>;
export type PaperSummary = z.infer<typeof paperSummary>;
export type SummaryFile = z.infer<typeof summaryFile>;
