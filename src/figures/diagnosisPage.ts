/** The report of a fit or a diagnosis as one page that asks for nothing from outside. */
import type { CovarianceTable, Diagnosis, Fit, VerdictLine } from "../statistics/results.ts";
import { generalizedEigenvaluePlot } from "./diagnosisEigenvalues.ts";
import { confidenceEllipses, type Pair } from "./diagnosisEllipses.ts";
import { coefficientIntervals, MOST_INTERVALS } from "./diagnosisIntervals.ts";
import { dampedPoints, dampingShares, scoringPaths } from "./diagnosisPaths.ts";
import { covarianceStrokes } from "./diagnosisStyle.ts";
import { type Html, html, trusted } from "./html.ts";
import { asNumber } from "./numbers.ts";
import { pageStyle } from "./pageStyle.ts";
import { fontFaces } from "./render.ts";
import { serialize } from "./serialize.ts";
import type { FigureOptions } from "./style.ts";

/** What the page shows. */
export interface ReportContent {
  readonly title: string;
  /** what was read and fitted, by label */
  readonly facts: readonly { readonly label: string; readonly text: string }[];
  readonly fit: Fit;
  /** at least one; the last gives tests and intervals */
  readonly covariances: readonly CovarianceTable[];
  /** pairs of coefficients whose ellipses are drawn; default those whose ellipses differ most */
  readonly pairs?: readonly Pair[];
  readonly notes: readonly string[];
  readonly diagnosis?: Diagnosis;
}

/** Rows of a table of coefficients on the page; the JSON file has all. */
const MOST_ROWS = 500;

const style = `
.verdict{border-left:.35rem solid var(--line);padding:.2rem 0 .2rem 1rem;margin:1.25rem 0}
.verdict.good{border-color:var(--yes)}.verdict.bad{border-color:var(--no)}.verdict.doubtful{border-color:#c08a00}
.verdict h3{font-size:1.15rem;font-weight:700;margin:0}
.verdict p{margin:.35rem 0}
`;

/**
 * The text of `report.html`.
 *
 * ```ts
 * await writeFile("report.html", renderReport(content, { document }));
 * ```
 */
export function renderReport(
  content: ReportContent,
  { document }: Pick<FigureOptions, "document">,
): string {
  const { title, facts, fit, covariances, pairs = [], notes, diagnosis } = content;
  const figure = figureWriter(document);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trusted(fontFaces() + pageStyle + style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
</header>
<main>
${diagnosis ? verdictSection(diagnosis) : html``}
<section aria-labelledby="model">
<h2 id="model">Model and data</h2>
<dl class="facts">${facts.map(({ label, text }) => html`<dt>${label}</dt><dd>${text}</dd>\n`)}</dl>
${[...fit.warnings.map(({ message }) => message), ...notes, ...(diagnosis?.notes ?? [])].map(
  (text) => html`<p class="no">${text}</p>\n`,
)}</section>
<section aria-labelledby="coefficients">
<h2 id="coefficients">Coefficients</h2>
${coefficientTable(covariances)}
${figure(
  (options) => coefficientIntervals(covariances, options),
  `Intervals under each covariance${
    fit.names.length > MOST_INTERVALS ? `, of the first ${MOST_INTERVALS} coefficients` : ""
  }. Where they differ in length, the covariances disagree; the sandwich is the one that does not need the model’s variance to be right.`,
)}
${
  pairs.length === 0
    ? html``
    : figure(
        (options) => confidenceEllipses(covariances, pairs, options),
        "Confidence ellipses of pairs of coefficients under each covariance.",
      )
}
</section>
${diagnosis ? curvatureSections(diagnosis, figure) : html``}
</main>
<footer><p>Fisher: inverse Fisher information. OPG: inverse of the empirical Fisher, the sum of outer products of per-example gradients. Sandwich: H⁻¹ F̃ H⁻¹.</p></footer>
</body>
</html>
`;
  return page.text;
}

/** What a page says besides the result: where the numbers came from. */
export interface PageOptions extends Pick<FigureOptions, "document"> {
  readonly title?: string;
  readonly facts?: ReportContent["facts"];
  readonly pairs?: readonly Pair[];
  readonly notes?: readonly string[];
}

/** The page of a fit under one covariance or several; see {@link renderReport}. */
export function renderFitPage(
  { fit, covariances }: Pick<ReportContent, "fit" | "covariances">,
  { document, title = `Fit of ${fit.target}`, facts = [], notes = [], pairs }: PageOptions,
): string {
  const content = { title, facts, fit, covariances, notes, ...(pairs && { pairs }) };
  return renderReport(content, { document });
}

/** The page of a diagnosis; see {@link renderReport}. */
export function renderDiagnosisPage(diagnosis: Diagnosis, options: PageOptions): string {
  const { fit, covariances } = diagnosis;
  const { document, facts = [], notes = [], pairs } = options;
  const title = options.title ?? `Diagnosis of ${fit.target}`;
  const content = { title, facts, fit, covariances, notes, diagnosis, ...(pairs && { pairs }) };
  return renderReport(content, { document });
}

type FigureWriter = (draw: (options: FigureOptions) => SVGSVGElement, caption: string) => Html;

/** Draws each figure twice, wide and narrow; the style sheet shows one of them. */
function figureWriter(document: Document): FigureWriter {
  let count = 0;
  return (draw, caption) => {
    count++;
    const drawing = (form: string, width: number): Html => {
      const svg = serialize(draw({ document, width, id: `figure${count}-${form}` }));
      return html`<div class="drawing ${form}">${trusted(svg)}</div>\n`;
    };
    return html`<figure>
${drawing("wide", 960)}${drawing("narrow", 420)}<figcaption><p>${caption}</p></figcaption>
</figure>
`;
  };
}

function coefficientTable(covariances: readonly CovarianceTable[]): Html {
  const tested = covariances.at(-1)!;
  const shown = tested.coefficients.slice(0, MOST_ROWS);
  const head = (text: string): Html => html`<th scope="col" class="number">${text}</th>`;
  const number = (value: number, digits = 4): Html =>
    html`<td class="number">${asNumber(value, digits)}</td>`;
  const percent = `${Number((100 * tested.level).toPrecision(6))} %`;
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="coefficients"><table>
<caption>Standard errors by ${covariances.map(({ label }) => label).join("; ")}. Test and Wald interval by the last.${
    tested.coefficients.length > MOST_ROWS
      ? ` The first ${MOST_ROWS} of ${tested.coefficients.length}.`
      : ""
  }</caption>
<thead><tr><th scope="col">Coefficient</th>${head("Estimate")}${covariances.map(({ kind }) =>
    head(covarianceStrokes[kind].label),
  )}${head(tested.statistic)}${head("p")}${head(`${percent} from`)}${head("to")}</tr></thead>
<tbody>
${shown.map(
  (row, t) =>
    html`<tr><th scope="row">${row.name}</th>${number(row.estimate, 5)}${covariances.map(
      ({ coefficients }) => number(coefficients[t].standardError),
    )}${number(row.statistic, 3)}<td class="number">${pValue(row.pValue)}</td>${number(row.lower)}${number(row.upper)}</tr>\n`,
)}</tbody>
</table></div>`;
}

/** As R prints them. */
function pValue(p: number): Html {
  return p < 2.2e-16 ? html`&lt; ${asNumber(2.2e-16, 2)}` : asNumber(p, 2);
}

type Tone = "good" | "doubtful" | "bad";

const tones: Readonly<Record<string, Tone>> = {
  indistinguishable: "good",
  negligible: "good",
  differs: "doubtful",
  "do-not-use": "bad",
  agree: "good",
  differ: "doubtful",
  misleading: "bad",
  "not-rejected": "good",
  doubtful: "doubtful",
  rejected: "bad",
  "cannot-say": "doubtful",
};

function verdictSection({ verdict }: Diagnosis): Html {
  const line = (
    found: VerdictLine<string>,
  ): Html => html`<div class="verdict ${tones[found.answer]}">
<h3>${found.question}</h3>
<p>${found.text}</p>
${found.advice === "" ? html`` : html`<p>${found.advice}</p>\n`}<p class="soft">${labelled(found.numbers)}${
    found.thresholds.length === 0 ? html`` : html` · thresholds: ${labelled(found.thresholds)}`
  }</p>
</div>
`;
  const { curvature, standardErrors, model, changedDecisions } = verdict;
  return html`<section aria-labelledby="verdict">
<h2 id="verdict">Verdict</h2>
${line(curvature)}${line(standardErrors)}${line(model)}${
  changedDecisions.length === 0
    ? html``
    : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="verdict"><table>
<caption>Coefficients whose decision depends on the covariance: p-values</caption>
<thead><tr><th scope="col">Coefficient</th><th scope="col" class="number">Fisher</th><th scope="col" class="number">OPG</th><th scope="col" class="number">sandwich</th></tr></thead>
<tbody>
${changedDecisions
  .slice(0, MOST_ROWS)
  .map(
    ({ name, pFisher, pEmpirical, pSandwich }) =>
      html`<tr><th scope="row">${name}</th><td class="number">${pValue(pFisher)}</td><td class="number">${pValue(pEmpirical)}</td><td class="number">${pValue(pSandwich)}</td></tr>\n`,
  )}</tbody>
</table></div>`
}
</section>`;
}

function labelled(values: readonly { readonly label: string; readonly value: number }[]): Html[] {
  return values.map(
    ({ label, value }, i) => html`${i > 0 ? ", " : ""}${label} ${asNumber(value, 3)}`,
  );
}

function curvatureSections(diagnosis: Diagnosis, figure: FigureWriter): Html {
  return html`<section aria-labelledby="curvature">
<h2 id="curvature">The empirical Fisher against the Fisher</h2>
${figure(
  (options) => generalizedEigenvaluePlot(diagnosis, options),
  "At the optimum, by how much the empirical Fisher is too large or too small, direction by direction: 1 where both agree. The grey bars are what a correct model of this size shows.",
)}
${figure(
  (options) => scoringPaths(diagnosis, options),
  "Above, the loss of Fisher scoring. Below, the cosine between the natural gradient step and the steps of the gradient, the Monte-Carlo Fisher and the empirical Fisher at the same points.",
)}
${
  dampedPoints(diagnosis).length === 0
    ? html``
    : figure(
        (options) => dampingShares(diagnosis, options),
        "The share of the attainable decrease that a step attains with a perfect line search, by its damping (in units of the mean eigenvalue of the Fisher).",
      )
}
</section>
${testSection(diagnosis)}`;
}

function testSection({ test, testRefused }: Diagnosis): Html {
  if (!test) {
    return html`<section aria-labelledby="test">
<h2 id="test">White’s information matrix test</h2>
<p>There is none: ${testRefused ?? "it was not asked for"}</p>
</section>`;
  }
  const { form, indicators, statistic, degreesOfFreedom, bootstrap, moments, notes } = test;
  const first = test.logPValue < Math.log(2.2e-16);
  return html`<section aria-labelledby="test">
<h2 id="test">White’s information matrix test</h2>
<p>${form} form, ${indicators} indicators: χ² = ${asNumber(statistic, 5)} on ${degreesOfFreedom} degrees of freedom, p ${first ? "" : "= "}${pValue(test.pValue)}${
    bootstrap
      ? html`; by simulation from the fitted model p = ${asNumber(bootstrap.pValue, 2)}`
      : html``
  }.</p>
${notes.map((note) => html`<p>${note}</p>\n`)}
<div class="scroll" tabindex="0" role="region" aria-labelledby="test"><table>
<caption>The moments that are violated most: z, and by how much the empirical Fisher exceeds the Fisher there</caption>
<thead><tr><th scope="col">Moment</th><th scope="col" class="number">z</th><th scope="col" class="number">excess</th></tr></thead>
<tbody>
${moments.map(
  ({ name, z, excess }) =>
    html`<tr><th scope="row">${name}</th><td class="number">${asNumber(z, 3)}</td><td class="number">${
      excess === undefined ? "" : html`${asNumber(100 * excess, 3)} %`
    }</td></tr>\n`,
)}</tbody>
</table></div>
</section>`;
}
