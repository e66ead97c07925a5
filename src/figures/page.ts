/** The page of the paper: one file with all figures, numbers and statements, that asks for nothing from outside. */
import type { Statement } from "../experiments/results.ts";
import type { BestRun, FigureEntry, MissingDataset, PaperSummary } from "../experiments/summary.ts";
import { galleryEntry } from "./gallery.ts";
import { type Html, html, trusted } from "./html.ts";
import { asDuration, asNumber, asPower } from "./numbers.ts";
import { figureContent, provenanceFacts, statementArticles } from "./pageSections.ts";
import { pageStyle } from "./pageStyle.ts";
import { fontFaces, renderSvg } from "./render.ts";

/** Where the figures of the page are drawn. */
export interface PageOptions {
  readonly document: Document;
}

/**
 * The text of `index.html`: every figure with what to see in it, the table of best settings, the
 * statements and where the numbers come from. Each figure is drawn twice, wide and stacked for a
 * phone. Links are to the files named in the summary, beside the page.
 *
 * ```ts
 * await writeFile("index.html", renderPage(summary, { document }));
 * ```
 */
export function renderPage(summary: PaperSummary, { document }: PageOptions): string {
  const { best, missing } = summary;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Limitations of the empirical Fisher approximation, reproduced</title>
<style>${trusted(fontFaces() + pageStyle)}</style>
</head>
<body>
<header>
<h1>Limitations of the empirical Fisher approximation, reproduced</h1>
<p>The figures of Kunstner, Balles and Hennig, <cite>Limitations of the Empirical Fisher Approximation for Natural Gradient Descent</cite> (NeurIPS 2019), computed anew by natgrad ${summary.provenance.natgrad} in ${asDuration(summary.provenance.seconds)}.</p>
<nav aria-label="Contents"><ul>
${summary.figures.map((record) => html`<li><a href="#figure-${record.figure}">Figure ${record.figure}</a></li>\n`)}${
  best.length + missing.length > 0 ? html`<li><a href="#best">Best settings</a></li>\n` : html``
}${
  summary.statements.length > 0 ? html`<li><a href="#statements">Statements</a></li>\n` : html``
}<li><a href="#provenance">Provenance</a></li>
</ul></nav>
</header>
<main>
${summary.figures.map((record) => figureSection(record, document))}
${bestSection(best, missing)}
${statementSection(summary.statements)}
${provenanceSection(summary)}
</main>
<footer><p>GD: gradient descent. NGD: natural gradient descent, preconditioned by the Fisher. EFGD or EF: the same with the empirical Fisher.</p></footer>
</body>
</html>
`;
  return page.text;
}

function figureSection(record: FigureEntry, document: Document): Html {
  const { figure, files, result, title } = record;
  const content = figureContent({
    see: galleryEntry(figure).see,
    files,
    note: asDuration(record.seconds),
    draw: (form, width) =>
      renderSvg(result, { document, width, font: false, id: `figure${figure}-${form}` }),
  });
  return html`<section id="figure-${figure}" aria-labelledby="heading-${figure}">
<h2 id="heading-${figure}">Figure ${figure}. ${title}</h2>
${content}</section>
`;
}

function bestSection(best: readonly BestRun[], missing: readonly MissingDataset[]): Html {
  if (best.length + missing.length === 0) return html``;
  const first = (i: number): boolean => i === 0 || best[i - 1]!.dataset !== best[i]!.dataset;
  const total = best.reduce((sum, run) => sum + run.seconds, 0);
  return html`<section aria-labelledby="best">
<h2 id="best">Best settings</h2>
<p>The run with the smallest last loss of the whole grid of step sizes and dampings. Losses are given to the digits that a change of the step size by one part in 10<sup>12</sup> leaves alone, nine at most. Where fewer than three survive, the run is chaotic and nobody can repeat its last loss: the best run that can be repeated is given below it.</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="best"><table>
<caption>Figures 3 and 6. The times add up to ${asDuration(total)}, over all workers.</caption>
<thead><tr><th scope="col">Data set</th><th scope="col">Optimizer</th><th scope="col" class="number">Step size</th><th scope="col" class="number">Damping</th><th scope="col" class="number">Loss</th><th scope="col" class="number">Runs</th><th scope="col" class="number">Losses computed</th><th scope="col" class="number">Time</th></tr></thead>
<tbody>
${best.map((run, i) => bestRow(run, first(i)))}${missing.map(
  (m) =>
    html`<tr><th scope="row">${m.dataset}</th><td colspan="7">Not run. ${m.reason} ${m.remedy}</td></tr>\n`,
)}</tbody>
</table></div>
</section>
`;
}

function bestRow(run: BestRun, first: boolean): Html {
  const again = run.reproducible;
  const setting = (damping: number | null): Html => (damping === null ? html`–` : asPower(damping));
  const digits = Math.min(Math.max(run.digits, 1), 9);
  return html`<tr><th scope="row">${first ? run.dataset : html`<span class="soft">${run.dataset}</span>`}</th><td>${run.method}</td><td class="number">${asPower(run.stepSize)}</td><td class="number">${setting(run.damping)}</td><td class="number">${asNumber(run.loss, digits)}</td><td class="number">${asNumber(run.runs)}</td><td class="number">${asNumber(run.iterations)}</td><td class="number">${asDuration(run.seconds)}</td></tr>
${
  run.digits >= 3 || again === null
    ? html``
    : html`<tr class="soft"><th scope="row"><span>${run.dataset}</span></th><td>${run.method}, repeatable</td><td class="number">${asPower(again.stepSize)}</td><td class="number">${setting(again.damping)}</td><td class="number">${asNumber(again.loss, 3)}</td><td colspan="3"></td></tr>\n`
}`;
}

function statementSection(statements: readonly Statement[]): Html {
  if (statements.length === 0) return html``;
  const held = statements.filter((s) => s.holds).length;
  return html`<section aria-labelledby="statements">
<h2 id="statements">The paper’s statements, checked</h2>
<p>${held} of ${statements.length} hold.</p>
${statementArticles(statements)}</section>
`;
}

function provenanceSection({ provenance, figures }: PaperSummary): Html {
  const seeds = figures.flatMap(({ figure, result }) =>
    "seed" in result.configuration ? [`Figure ${figure}: ${result.configuration.seed}`] : [],
  );
  return html`<section aria-labelledby="provenance">
<h2 id="provenance">Where the numbers come from</h2>
${provenanceFacts(provenance, [["Seeds", seeds.length > 0 ? seeds.join("; ") : "none used"]])}
<p class="soft">Everything on this page is also in <a href="./summary.json">summary.json</a>; the data behind a figure is in its JSON file, with the full configuration.</p>
</section>
`;
}
