/** The report of a fit or a diagnosis as one page that asks for nothing from outside. */
import type { CovarianceTable, Diagnosis, Fit } from "../statistics/results.ts";
import type { Pair } from "./coefficientPairs.ts";
import { type DiagnosisFigure, diagnosisFigures, fitFigures } from "./diagnosis.ts";
import { type Html, html, trusted } from "./html.ts";
import { visible } from "./names.ts";
import { pageStyle } from "./pageStyle.ts";
import { fontFaces, svgFile } from "./render.ts";
import {
  curvatureSection,
  type Fact,
  type FigureWriter,
  fitFacts,
  gradientSection,
  modelSection,
  summaryOf,
  testSection,
  unbroken,
} from "./reportSections.ts";
import { reportStyle } from "./reportStyle.ts";
import { changedDecisions, coefficientTable, decisionTable } from "./reportTables.ts";
import { verdictSection } from "./reportVerdict.ts";

/** What a page says besides the result, and where its figures are drawn. */
export interface ReportOptions {
  readonly document: Document;
  readonly title?: string;
  /** what was read, how it was encoded and fitted; default what the fit itself knows */
  readonly facts?: readonly Fact[];
  /** pairs of coefficients, by index, whose ellipses are drawn; default those whose ellipses differ most */
  readonly pairs?: readonly Pair[];
  readonly notes?: readonly string[];
}

/** What {@link renderReport} shows. */
export interface ReportContent extends Omit<ReportOptions, "document"> {
  readonly fit: Fit;
  /** the last gives tests and intervals */
  readonly covariances: readonly CovarianceTable[];
  readonly diagnosis?: Diagnosis;
}

/**
 * The page of a fit: facts, coefficients with all standard errors side by side, intervals and ellipses.
 *
 * ```ts
 * const covariances = (["fisher", "empirical", "sandwich"] as const).map((kind) => covariance(fit, kind));
 * await writeFile("report.html", renderFitPage({ fit, covariances }, { document }));
 * ```
 */
export function renderFitPage(
  { fit, covariances }: Pick<ReportContent, "fit" | "covariances">,
  { document, ...options }: ReportOptions,
): string {
  return renderReport({ ...options, fit, covariances }, { document });
}

/**
 * The page of a diagnosis: the verdict, what a fit's page has, and the evidence.
 *
 * ```ts
 * await writeFile("report.html", renderDiagnosisPage(await diagnose(rows, options), { document }));
 * ```
 */
export function renderDiagnosisPage(
  diagnosis: Diagnosis,
  { document, ...options }: ReportOptions,
): string {
  const { fit, covariances } = diagnosis;
  return renderReport({ ...options, fit, covariances, diagnosis }, { document });
}

/**
 * The page of a fit, or of a diagnosis if there is one. It is a single file without scripts; names and texts are
 * escaped, whatever they hold. The same content gives the same bytes.
 */
export function renderReport(
  content: ReportContent,
  { document }: Pick<ReportOptions, "document">,
): string {
  const { fit, covariances, pairs, diagnosis } = content;
  const chosen = pairs && pairs.length > 0 ? pairs : undefined;
  const figures = diagnosis ? diagnosisFigures(diagnosis, chosen) : fitFigures(covariances, chosen);
  const figure = figureWriter(figures, document);
  const title = content.title ?? `${diagnosis ? "Diagnosis" : "Fit"} of ${visible(fit.target)}`;
  const notes = [
    ...fit.warnings.map(({ message }) => message),
    ...(content.notes ?? []),
    ...(diagnosis?.notes ?? []),
  ];
  const sections: readonly (readonly [string, string, Html])[] = [
    ...(diagnosis
      ? [
          [
            "verdict",
            "Verdict",
            verdictSection(diagnosis.verdict, covariances.at(-1)?.level ?? 0.95),
          ] as const,
        ]
      : []),
    ["model", "Model and data", modelSection(content.facts ?? fitFacts(fit), [...new Set(notes)])],
    ["coefficients", "Coefficients", coefficientSection(covariances, figure, diagnosis)],
    ...(diagnosis
      ? ([
          ["curvature", "Empirical Fisher", curvatureSection(diagnosis, figure)],
          ["gradients", "Gradients", gradientSection(diagnosis, figure)],
          ["test", "Test", testSection(diagnosis, figure)],
        ] as const)
      : []),
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:">
<title>${visible(title)}</title>
<style>${trusted(fontFaces() + pageStyle + reportStyle)}</style>
</head>
<body>
<header>
<h1>${visible(title)}</h1>
<p>${summaryOf(fit)}</p>
<nav aria-label="Contents"><ul>
${sections.map(([id, label]) => html`<li><a href="#${id}">${label}</a></li>\n`)}</ul></nav>
</header>
<main>
${sections.map(([, , section]) => section)}</main>
<footer><p>${covarianceKey(fit)}</p>${
    diagnosis
      ? html`<p>Random numbers: seed ${diagnosis.seed}; the Monte-Carlo Fisher took ${diagnosis.draws} ${diagnosis.draws === 1 ? "draw" : "draws"} a row.</p>`
      : html``
  }</footer>
</body>
</html>
`;
  return page.text;
}

/** What the three standard errors are. */
function covarianceKey({ ridge, variance }: Fit): string {
  const lambda = variance?.kind === "estimated" ? "λ/σ²" : "λ";
  const added = ridge > 0 ? ` + ${lambda}` : "";
  const [H, opg] =
    ridge > 0
      ? [`H = F${added}, the Fisher information with the ridge`, `(F̃${added})⁻¹ with`]
      : ["H, the Fisher information", "the inverse of"];
  return (
    `Fisher: the inverse of ${H}. OPG: ${opg} the empirical Fisher F̃, the sum of outer products of the rows’ ` +
    "gradients; it is not robust. Sandwich: H⁻¹F̃H⁻¹, which does not need the model’s variance to be right."
  );
}

function coefficientSection(
  covariances: readonly CovarianceTable[],
  figure: FigureWriter,
  diagnosis: Diagnosis | undefined,
): Html {
  const tables =
    covariances.length === 0
      ? html`<p>No covariance of the coefficients exists.</p>\n`
      : coefficientTable(covariances);
  // the verdict of a diagnosis has them already
  const decisions = diagnosis ? [] : changedDecisions(covariances);
  return html`<section aria-labelledby="coefficients">
<h2 id="coefficients">Coefficients</h2>
${tables}${decisionTable(decisions, covariances[0]?.level ?? 0.95)}${figure("intervals")}${figure("ellipses")}</section>
`;
}

/** Draws each figure twice, wide and stacked for a phone; the style sheet shows one of them. */
function figureWriter(figures: readonly DiagnosisFigure[], document: Document): FigureWriter {
  return (name) => {
    const found = figures.find((figure) => figure.name === name);
    if (!found) return html``;
    const drawing = (form: string, width: number): Html => {
      const svg = svgFile(found.draw({ document, width, id: `${name}-${form}` }), false);
      return html`<div class="drawing ${form}">${trusted(svg)}</div>\n`;
    };
    return html`<figure>
${drawing("wide", 960)}${drawing("narrow", 420)}<figcaption><p>${unbroken(found.see)}</p></figcaption>
</figure>
`;
  };
}
