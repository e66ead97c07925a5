/** Opening the table of a request, with progress; what does not go with the table is wrong usage. */
import type { FitProgress } from "../statistics/results.ts";
import { readTable, SelectionError, type Table } from "../tables/index.ts";
import { type Context, UsageError } from "./context.ts";
import type { LateProgress } from "./lateProgress.ts";
import type { ModelRequest } from "./modelRequest.ts";
import { countText } from "./reportLayout.ts";

/** Reads the rows. Throws {@link UsageError} for options that the table does not take. */
export async function openTable(
  { source, table, fit }: ModelRequest,
  { signal }: Context,
  progress: LateProgress,
): Promise<Table> {
  try {
    const found = await readTable(source, {
      ...table,
      signal,
      onProgress: ({ rows, fraction }) =>
        progress.update("reading", fraction ?? 0, `${countText(rows)} rows`),
    });
    if (fit.variance === undefined || found.family === "gaussian") return found;
    await found[Symbol.asyncDispose]();
    throw new UsageError(
      `--variance is for the family gaussian, but the target suggests ${found.family} (${found.guess}); ` +
        "say --family gaussian if you mean it",
    );
  } catch (error) {
    throw error instanceof SelectionError ? new UsageError(error.message, { cause: error }) : error;
  }
}

const phases: Readonly<Record<FitProgress["phase"], string>> = {
  summary: "checking",
  orthogonalization: "orthogonalizing",
  scoring: "fitting",
  information: "information",
  "null-model": "null model",
};

/** Shows how far a fit is. */
export function showFit(progress: LateProgress): (found: FitProgress) => void {
  return ({ phase, iteration, done, total }) =>
    progress.update(
      phases[phase],
      total > 0 ? done / total : 0,
      phase === "scoring" ? `step ${iteration}` : "",
    );
}
