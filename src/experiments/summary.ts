/**
 * What one call of `natgrad paper` found, as a schema: the page draws it, `summary.json` and the
 * `figure-N.json` files hold it.
 */
import { z } from "zod";
import {
  type FigureResult,
  figure1,
  figure5,
  method,
  minima,
  provenance,
  type RacePanel,
  races,
  statement,
} from "./results.ts";

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
  /** of computing; for Figures 3 and 6 added up over the workers, earlier calls included */
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
  /** the best run that can be repeated, where the best one cannot */
  reproducible: z
    .object({ stepSize: z.number(), damping: z.number().nullable(), loss: z.number() })
    .nullable(),
  runs: z.number(),
  /** losses recorded, over all runs */
  iterations: z.number(),
  /** of computing, added up over the workers */
  seconds: z.number(),
});

/** A data set that was not to be had, and what to do about it. */
export const missingDataset = z.object({
  figure: figureNumber,
  dataset: z.string(),
  reason: z.string(),
  remedy: z.string(),
});

/** Everything that a call found. */
export const paperSummary = z.object({
  provenance,
  figures: z.array(figureEntry),
  statements: z.array(statement),
  best: z.array(bestRun),
  missing: z.array(missingDataset),
});

/** `summary.json`: the summary without the results, which are in the files of the figures. */
export const summaryFile = paperSummary.extend({
  figures: z.array(figureEntry.omit({ result: true })),
});

export type FigureNumber = z.infer<typeof figureNumber>;
export type FigureFile = z.infer<typeof figureFile>;
export type FigureEntry = z.infer<typeof figureEntry>;
export type BestRun = z.infer<typeof bestRun>;
export type MissingDataset = z.infer<typeof missingDataset>;
export type PaperSummary = z.infer<typeof paperSummary>;
export type SummaryFile = z.infer<typeof summaryFile>;

/** The summary of a call from its figures and statements: the tables follow from the results. */
export function summarize(
  found: Pick<PaperSummary, "provenance" | "figures" | "statements">,
): PaperSummary {
  const results = found.figures.map((entry) => entry.result);
  return { ...found, best: bestRuns(results), missing: missingDatasets(results) };
}

/** What goes into `summary.json`. */
export function withoutResults(summary: PaperSummary): SummaryFile {
  return { ...summary, figures: summary.figures.map(({ result: _result, ...entry }) => entry) };
}

/** The best runs of Figures 3 and 6, by figure, data set and method. */
export function bestRuns(results: readonly FigureResult[]): BestRun[] {
  return racePanels(results).flatMap(({ figure, panel }) => {
    if (panel.status === "missing") return [];
    const { dataset } = panel;
    return panel.grids.map(({ curve: _curve, losses: _losses, ...run }) => ({
      figure,
      dataset,
      ...run,
    }));
  });
}

/** The data sets that Figures 3 and 6 went without. */
export function missingDatasets(results: readonly FigureResult[]): MissingDataset[] {
  return racePanels(results).flatMap(({ figure, panel }) => {
    if (panel.status === "done") return [];
    const { dataset, reason, remedy } = panel;
    return [{ figure, dataset, reason, remedy }];
  });
}

function racePanels(results: readonly FigureResult[]): { figure: 3 | 6; panel: RacePanel }[] {
  return results.flatMap((result) =>
    result.figure === 3 || result.figure === 6
      ? result.panels.map((panel) => ({ figure: result.figure, panel }))
      : [],
  );
}
