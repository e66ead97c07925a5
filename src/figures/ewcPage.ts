/** The page of elastic weight consolidation: one file with all figures, numbers and statements. */
import {
  accuracyOf,
  averagesOf,
  finalAverage,
  groupsOf,
  type RunGroup,
  transfersOf,
} from "../experiments/ewc/groups.ts";
import type { EwcFigureEntry, EwcSummary } from "../experiments/ewc/results.ts";
import { methodSettings, panelSettings } from "../experiments/ewc/settings.ts";
import { renderEwcSvg, seeEwc } from "./ewcGallery.ts";
import { type Html, html, trusted } from "./html.ts";
import { asDuration, asShort } from "./numbers.ts";
import type { PageOptions } from "./page.ts";
import { figureContent, provenanceFacts, statementArticles } from "./pageSections.ts";
import { pageStyle } from "./pageStyle.ts";
import { fontFaces } from "./render.ts";

/**
 * The text of `index.html`: every figure with what to see in it, its settings, its numbers as a table, and what the paper says
 * of it, checked.
 *
 * ```ts
 * await writeFile("index.html", renderEwcPage(summary, { document }));
 * ```
 */
export function renderEwcPage(summary: EwcSummary, { document }: PageOptions): string {
  const { figures, provenance } = summary;
  const { title, lead } = headerOf(summary);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trusted(fontFaces() + pageStyle)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${lead}</p>
<nav aria-label="Contents"><ul>
${figures.map((entry) => html`<li><a href="#${idOf(entry)}">${headOf(entry)}</a></li>\n`)}<li><a href="#provenance">Provenance</a></li>
</ul></nav>
</header>
<main>
${figures.map((entry) => figureSection(entry, document))}<section aria-labelledby="provenance">
<h2 id="provenance">Where the numbers come from</h2>
${provenanceFacts(provenance, [])}
<p class="soft">The data behind a figure are in its JSON file, with the full configuration and every run.</p>
</section>
</main>
<footer><p>Accuracies are those of test images, which no training and no choice has seen; the best λ are those with the best average on validation images. Forgetting is what old tasks have lost since they were best, backward transfer what they have gained (or lost) since they were learned, forward transfer what a task gains before it is trained from those before it. Lines are means over the seeds, bands and bars reach from the worst seed to the best.</p></footer>
</body>
</html>
`;
  return page.text;
}

/** The paper's title belongs to the paper's figures; an experiment of one's own has its own. */
function headerOf({ figures, provenance }: EwcSummary): { title: string; lead: Html } {
  const own = figures.find(({ figure }) => figure === "experiment");
  if (own && figures.length === 1) {
    return {
      title: own.title,
      lead: html`An experiment in continual learning, from ${own.preset}, computed by natgrad ${provenance.natgrad}.`,
    };
  }
  return {
    title: "Overcoming catastrophic forgetting, reproduced",
    lead: html`Elastic weight consolidation (EWC): the figures of Kirkpatrick et al., <cite>Overcoming catastrophic forgetting in neural networks</cite> (2017), computed anew by natgrad ${provenance.natgrad}.`,
  };
}

function idOf({ figure }: EwcFigureEntry): string {
  return `figure-${figure}`;
}

function headOf({ figure }: EwcFigureEntry): string {
  if (figure === "experiment") return "Experiment";
  return figure === "which-fisher" ? "Which Fisher" : `Figure ${figure}`;
}

function figureSection(entry: EwcFigureEntry, document: Document): Html {
  const { title, files, result, seconds, statements, preset } = entry;
  const id = idOf(entry);
  const content = figureContent({
    see: seeEwc(result),
    files,
    note: `Settings: ${preset} · ${asDuration(seconds)} of computing`,
    draw: (form, width) =>
      renderEwcSvg(result, { document, width, font: false, id: `${id}-${form}` }),
  });
  const { configuration } = result;
  return html`<section id="${id}" aria-labelledby="heading-${id}">
<h2 id="heading-${id}">${headOf(entry)}. ${title}</h2>
${content}${configuration.panels.map((_, i) => panelTable(entry, i))}${statementArticles(statements)}</section>
`;
}

/** A panel's settings, and those of its methods, in lines; its groups of runs in a table. */
function panelTable({ result }: EwcFigureEntry, panel: number): Html {
  const configuration = result.configuration.panels[panel];
  const { name } = configuration;
  const groups = groupsOf(result, panel);
  const { tasks } = groups[0].runs[0];
  const shown = tasks.length <= MOST_TASKS ? tasks : [];
  const headings = [
    "λ",
    "First task alone",
    "Average at the end",
    ...shown.map((task) => `${task} at the end`),
    "Forgetting",
    "Backward transfer",
    "Forward transfer",
  ];
  return html`<details>
<summary>${name}: settings and numbers</summary>
<p>${panelSettings(configuration)}.</p>
<ul class="settings">
${methodSettings(groups).map(([label, text]) => html`<li>${label}: ${text}</li>\n`)}</ul>
<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table>
<thead><tr><th scope="col">Method</th>${headings.map((text) => html`<th scope="col" class="number">${text}</th>`)}</tr></thead>
<tbody>
${groups.map((group) => groupRow(group, shown.length))}</tbody>
</table></div>
</details>
`;
}

/** tasks that a table has columns for */
const MOST_TASKS = 5;

function groupRow(group: RunGroup, tasks: number): Html {
  const { label, strength, runs } = group;
  const cell = (text: string): Html => html`<td class="number">${text}</td>`;
  const percent = (share: number): string => `${(100 * share).toFixed(1).replace("-", "−")}\u00a0%`;
  const { mean, low, high } = finalAverage(group);
  const range =
    high - low > 1e-12 ? ` (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})` : "";
  const last = runs[0].learned.length - 1;
  const { forgetting, backward, forward } = transfersOf(group);
  return html`<tr><th scope="row">${label}</th><td class="number">${
    strength === null ? "–" : asShort(strength)
  }</td>${[
    percent(averagesOf(group)[0].mean),
    `${percent(mean)}${range}`,
    ...Array.from({ length: tasks }, (_, task) => percent(accuracyOf(group, last, task).mean)),
    ...[forgetting, backward, forward].map((found) => (found ? percent(found.mean) : "–")),
  ].map(cell)}</tr>\n`;
}
