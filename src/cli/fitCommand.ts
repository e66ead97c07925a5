/** What `natgrad fit` does. */
import { styleText } from "node:util";
import { DomainError } from "../errors.ts";
import { covariance } from "../statistics/covariance.ts";
import { fitModel } from "../statistics/fit.ts";
import type { CovarianceTable, Fit } from "../statistics/results.ts";
import type { Context, Output } from "./context.ts";
import { jsonText } from "./json.ts";
import { lateProgress } from "./lateProgress.ts";
import type { ModelOptions } from "./modelOptions.ts";
import { chosenPairs } from "./modelPairs.ts";
import { type ModelRequest, modelRequest } from "./modelRequest.ts";
import { openTable, showFit } from "./modelTable.ts";
import { dataReport, type Findings, resultOf } from "./reportData.ts";
import { fitText, headFacts, type Paint } from "./reportText.ts";

/** `natgrad fit`: reads, fits, prints. */
export async function fit(
  file: string | undefined,
  options: ModelOptions,
  context: Context,
): Promise<void> {
  const request = modelRequest(file, options);
  const started = performance.now();
  // drawing takes a while to load, and most calls draw nothing
  const folder = request.out === undefined ? undefined : await import("./reportFolder.ts");
  await folder?.requireFolder(request.out!);
  const progress = lateProgress(context);
  const { stdout, stderr, signal } = context;
  try {
    await using table = await openTable(request, context, progress);
    const fitted = await fitModel(table, {
      ...request.fit,
      family: table.family,
      signal,
      onProgress: showFit(progress),
    });
    const pairs = chosenPairs(fitted, request.pairs);
    const findings: Findings = {
      data: dataReport(table, request),
      fit: fitted,
      ...covariancesOf(fitted, request),
    };
    const seconds = (performance.now() - started) / 1000;
    const result = resultOf(findings, "fit", configurationOf(request, options), seconds);
    progress.end();
    stdout.write(request.json ? jsonText(result) : fitText(findings, paintOf(stdout)));
    if (!folder) return;
    const written = await folder.writeReport(request.out!, {
      text: fitText(findings),
      result,
      content: {
        title: `Fit of ${findings.data.target}`,
        facts: headFacts(findings),
        fit: fitted,
        covariances: findings.covariances,
        pairs,
        notes: findings.notes,
      },
    });
    stderr.write(`written: ${written.join(", ")}\n`);
  } finally {
    progress.end();
  }
}

/** The covariances that were asked for; one that does not exist is left out with a note, unless it is the only one. */
function covariancesOf(
  fitted: Fit,
  { covariances, correction, level }: ModelRequest,
): Pick<Findings, "covariances" | "notes"> {
  const found: CovarianceTable[] = [];
  const notes: string[] = [];
  for (const kind of covariances) {
    try {
      found.push(covariance(fitted, kind, { correction, level }));
    } catch (error) {
      if (!(error instanceof DomainError) || covariances.length === 1) throw error;
      notes.push(`no ${kind} covariance: ${error.message}`);
    }
  }
  return { covariances: found, notes };
}

/** What was asked for, as it was typed: the result can be made again from it. */
export function configurationOf(
  { name }: ModelRequest,
  options: ModelOptions,
): Record<string, unknown> {
  const { json: _json, out: _out, pair: _pair, ...rest } = options;
  return { source: name, ...rest };
}

/** Colours for a terminal. */
export function paintOf(stream: Output): Paint {
  const paint =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      styleText(format, text, { stream });
  return {
    heading: paint("bold"),
    good: paint("green"),
    doubtful: paint("yellow"),
    bad: paint("red"),
  };
}
