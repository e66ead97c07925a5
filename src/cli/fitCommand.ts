/** What `natgrad fit` does. */
import { DomainError } from "../errors.ts";
import { covariance } from "../statistics/covariance.ts";
import { fitModel } from "../statistics/fit.ts";
import type { CovarianceTable, Fit } from "../statistics/results.ts";
import type { Context } from "./context.ts";
import { lateProgress } from "./lateProgress.ts";
import { fitted } from "./modelFailure.ts";
import type { ModelOptions } from "./modelOptions.ts";
import { openPublisher } from "./modelReport.ts";
import { type ModelRequest, modelRequest } from "./modelRequest.ts";
import { openTable, showFit } from "./modelTable.ts";
import type { Findings } from "./reportData.ts";
import { dataReport } from "./tableReport.ts";

/** `natgrad fit`: reads, fits, prints. */
export async function fit(
  file: string | undefined,
  options: ModelOptions,
  context: Context,
): Promise<void> {
  const request = modelRequest(file, options);
  await using publisher = await openPublisher(request, options, context);
  const progress = lateProgress(context);
  try {
    await using table = await openTable(request, context, progress);
    const fit = await fitted(
      table,
      fitModel(table, {
        ...request.fit,
        family: table.family,
        signal: context.signal,
        onProgress: showFit(progress),
      }),
    );
    progress.end();
    await publisher.publish({
      data: dataReport(table, request),
      fit,
      ...covariancesOf(fit, request),
    });
  } finally {
    progress.end();
  }
}

/** The covariances that were asked for; one that does not exist is left out with a note, unless it is the only one. */
function covariancesOf(
  fit: Fit,
  { covariances, correction, level }: ModelRequest,
): Pick<Findings, "covariances" | "notes"> {
  const found: CovarianceTable[] = [];
  const notes: string[] = [];
  for (const kind of covariances) {
    try {
      found.push(covariance(fit, kind, { correction, level }));
    } catch (error) {
      if (!(error instanceof DomainError) || covariances.length === 1) throw error;
      notes.push(`no ${kind} covariance: ${error.message}`);
    }
  }
  return { covariances: found, notes };
}
