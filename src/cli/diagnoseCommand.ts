/** What `natgrad diagnose` does. */
import { diagnose as diagnoseRows } from "../statistics/diagnose.ts";
import type { Diagnosis, DiagnosisProgress } from "../statistics/results.ts";
import type { Context } from "./context.ts";
import type { DiagnoseCommandOptions } from "./diagnose.ts";
import { lateProgress } from "./lateProgress.ts";
import { fitted } from "./modelFailure.ts";
import { openPublisher } from "./modelReport.ts";
import { diagnoseRequest, type FailCondition } from "./modelRequest.ts";
import { openTable, showFit } from "./modelTable.ts";
import { dataReport } from "./tableReport.ts";

const phases: Readonly<Record<DiagnosisProgress["phase"], string>> = {
  fit: "fitting",
  path: "comparing",
  test: "testing",
  bootstrap: "simulating",
};

/** `natgrad diagnose`: reads, fits, compares, judges. Throws where the verdict is one that `--fail-on` names. */
export async function diagnose(
  file: string | undefined,
  options: DiagnoseCommandOptions,
  context: Context,
): Promise<void> {
  const request = diagnoseRequest(file, options);
  await using publisher = await openPublisher(request, options, context);
  const progress = lateProgress(context);
  try {
    await using table = await openTable(request, context, progress);
    const work = diagnoseRows(table, {
      ...request.fit,
      ...request.diagnose,
      family: table.family,
      signal: context.signal,
      onProgress: showFit(progress),
      onDiagnosis: ({ phase, done, total }) => {
        const note = phase === "bootstrap" ? `fit ${done} of ${total}` : "";
        // the fit shows its own
        if (phase !== "fit") progress.update(phases[phase], done / total, note);
      },
    });
    const diagnosis = await fitted(table, work);
    progress.end();
    const covariances = diagnosis.covariances.filter(({ kind }) =>
      request.covariances.includes(kind),
    );
    await publisher.publish(
      {
        data: dataReport(table, request),
        fit: diagnosis.fit,
        covariances: covariances.length > 0 ? covariances : diagnosis.covariances,
        notes: [],
      },
      diagnosis,
    );
    requireVerdict(diagnosis, request.failOn);
  } finally {
    progress.end();
  }
}

const failures: Readonly<Record<FailCondition, (diagnosis: Diagnosis) => string | undefined>> = {
  misspecified: ({ verdict: { model } }) =>
    model.answer === "rejected" ? `misspecified: ${model.text}` : undefined,
  "empirical-fisher": ({ verdict: { curvature } }) =>
    curvature.answer === "do-not-use" ? `empirical-fisher: ${curvature.text}` : undefined,
  "standard-errors": ({ verdict: { standardErrors } }) =>
    standardErrors.answer === "misleading" ? `standard-errors: ${standardErrors.text}` : undefined,
};

function requireVerdict(diagnosis: Diagnosis, conditions: readonly FailCondition[]): void {
  const failed = conditions.flatMap((condition) => failures[condition](diagnosis) ?? []);
  if (failed.length === 0) return;
  const texts = failed.map((text) => text.replace(/\.$/, ""));
  throw new Error(`--fail-on ${texts.join("; ")}`);
}
