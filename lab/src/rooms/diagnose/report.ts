/** The files that `natgrad diagnose --json` and `--out` write, made in the page. */
import { jsonText } from "../../../../src/cli/json.ts";
import {
  diagnosisResultOf,
  type Findings,
  type RunProvenance,
} from "../../../../src/cli/reportData.ts";
import { diagnosisText } from "../../../../src/cli/reportDiagnosis.ts";
import { headFacts } from "../../../../src/cli/reportText.ts";
import type { Pair } from "../../../../src/figures/coefficientPairs.ts";
import { type DiagnosisFigureName, diagnosisFigures } from "../../../../src/figures/diagnosis.ts";
import { renderReport } from "../../../../src/figures/diagnosisPage.ts";
import { svgFile } from "../../../../src/figures/render.ts";
import type { Diagnosis } from "../../../../src/statistics/results.ts";
import { VERSION } from "../../../../src/version.ts";
import type { Found } from "./results.svelte.ts";

export interface Report {
  readonly found: Found;
  readonly diagnosis: Diagnosis;
  /** the pair of coefficients that was chosen */
  readonly pair: Pair | undefined;
  readonly provider: Record<string, unknown>;
}

/** What `natgrad diagnose --json` prints. */
export function resultText({ found, diagnosis, provider }: Report): string {
  const { asked, seconds } = found;
  const provenance: RunProvenance = {
    natgrad: VERSION,
    runtime: navigator.userAgent,
    provider: provider as RunProvenance["provider"],
    created: new Date().toISOString(),
    seconds,
  };
  const configuration = { source: asked.full.name, ...asked.options };
  return jsonText(diagnosisResultOf(diagnosis, findings(found), configuration, provenance));
}

/** What `natgrad diagnose` prints. */
export function reportText({ found, diagnosis }: Report): string {
  return diagnosisText(findings(found), diagnosis);
}

/** The page that `natgrad diagnose --out` writes. */
export function reportPage({ found, diagnosis, pair }: Report): string {
  const { fit, covariances } = found;
  return renderReport(
    {
      facts: headFacts(findings(found)),
      fit,
      covariances,
      pairs: pair ? [pair] : [],
      notes: [],
      diagnosis: { ...diagnosis, covariances },
    },
    { document },
  );
}

/** A figure of that page as a file. Throws where there are no data for it. */
export function figureFile(name: DiagnosisFigureName, { diagnosis, pair }: Report): string {
  const figures = diagnosisFigures(diagnosis, pair ? [pair] : undefined);
  const figure = figures.find((one) => one.name === name);
  if (!figure) throw new Error("there are no data for this figure");
  return svgFile(figure.draw({ document, id: name }));
}

/** What was read and fitted, by label. */
export function facts(found: Found): { label: string; text: string }[] {
  return headFacts(findings(found));
}

function findings({ data, fit, covariances }: Found): Findings {
  return { data, fit, covariances, notes: [] };
}
