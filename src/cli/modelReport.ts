/** Printing the findings of a fit or a diagnosis, and writing them to a folder. */
import { styleText } from "node:util";
import { kernels } from "../linalg/provider.ts";
import type { Diagnosis } from "../statistics/results.ts";
import { VERSION } from "../version.ts";
import type { Context, Output } from "./context.ts";
import { jsonText } from "./json.ts";
import type { ModelOptions } from "./modelOptions.ts";
import { chosenPairs } from "./modelPairs.ts";
import type { ModelRequest } from "./modelRequest.ts";
import { diagnosisResultOf, type Findings, type RunProvenance, resultOf } from "./reportData.ts";
import { diagnosisText } from "./reportDiagnosis.ts";
import { fitText, headFacts, type Paint, unpainted } from "./reportText.ts";

/**
 * What prints and writes; opened before any work, so that a folder that cannot be written to costs none. Disposal removes
 * a folder that was made and stayed empty, because the work failed.
 */
export interface Publisher extends AsyncDisposable {
  /** Throws `UsageError` for pairs of coefficients that do not exist, before anything is printed. */
  publish(findings: Findings, diagnosis?: Diagnosis): Promise<void>;
}

/** Opens the output of a request. Throws `MissingError` where its folder cannot be written to. */
export async function openPublisher(
  request: ModelRequest,
  options: ModelOptions,
  { stdout, stderr }: Context,
): Promise<Publisher> {
  const started = performance.now();
  // drawing takes a while to load, and most calls draw nothing
  const folder = request.out === undefined ? undefined : await import("./reportFolder.ts");
  const made = await folder?.openReport(request.out!);
  return {
    async publish(findings, diagnosis) {
      const { fit, covariances, notes } = findings;
      const pairs = chosenPairs(fit, request.pairs);
      const configuration = configurationOf(request, options);
      const provenance = provenanceOf((performance.now() - started) / 1000);
      const result = diagnosis
        ? diagnosisResultOf(diagnosis, findings, configuration, provenance)
        : resultOf(findings, "fit", configuration, provenance);
      const text = (paint: Paint): string =>
        diagnosis ? diagnosisText(findings, diagnosis, paint) : fitText(findings, paint);
      stdout.write(request.json ? jsonText(result) : text(paintOf(stdout)));
      if (!folder) return;
      const written = await folder.writeReport(request.out!, {
        text: text(unpainted),
        result,
        content: {
          facts: headFacts(findings),
          fit,
          covariances,
          pairs,
          notes,
          ...(diagnosis && { diagnosis: { ...diagnosis, covariances } }),
        },
      });
      stderr.write(`written: ${written.join(", ")}\n`);
    },
    async [Symbol.asyncDispose]() {
      await made?.abandon();
    },
  };
}

/** What was asked for, as it was typed: the result can be made again from it. */
function configurationOf({ name }: ModelRequest, options: ModelOptions): Record<string, unknown> {
  const { json: _json, out: _out, pair: _pair, ...rest } = options;
  return { source: name, ...rest };
}

function provenanceOf(seconds: number): RunProvenance {
  return {
    natgrad: VERSION,
    runtime: `Node ${process.versions.node} on ${process.platform} ${process.arch}`,
    provider: { ...kernels().info },
    created: new Date().toISOString(),
    seconds,
  };
}

/** Colours for a terminal. */
function paintOf(stream: Output): Paint {
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
