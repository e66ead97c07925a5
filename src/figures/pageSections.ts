/** What the pages of several papers are made of: a figure with its caption, statements, where the numbers come from. */
import type { Provenance, Statement } from "../experiments/results.ts";
import { type Html, html, trusted } from "./html.ts";
import { asDuration, asNumber } from "./numbers.ts";

export interface FigureContent {
  readonly see: string;
  /** before the files: how long it took, with which settings */
  readonly note: string;
  readonly files: {
    readonly svg: string;
    readonly json: string;
    readonly png?: string | undefined;
  };
  /** the SVG for a width in px; `form` tells the two drawings apart */
  draw(form: "wide" | "narrow", width: number): string;
}

/** A figure, drawn twice: wide, and stacked for a phone. Links are to files beside the page. */
export function figureContent({ see, note, files, draw }: FigureContent): Html {
  const drawing = (form: "wide" | "narrow", width: number): Html =>
    html`<div class="drawing ${form}">${trusted(draw(form, width))}</div>\n`;
  const link = (name: string, label: string): Html =>
    html` <a href="${address(name)}">${label}</a>`;
  return html`<figure>
${drawing("wide", 960)}${drawing("narrow", 420)}<figcaption>
<p>${see}</p>
<p class="files soft">${note} · Files:${link(files.svg, "SVG")}${
    files.png === undefined ? html`` : link(files.png, "PNG")
  }${link(files.json, "JSON")}</p>
</figcaption>
</figure>
`;
}

/** A file name as a relative address; names with a colon cannot turn into a scheme. */
function address(name: string): string {
  return `./${name.split("/").map(encodeURIComponent).join("/")}`;
}

/** Statements, each with its verdict and the numbers behind it. */
export function statementArticles(statements: readonly Statement[]): Html {
  return html`${statements.map(
    (s) => html`<article class="statement">
<h3>${s.claim}</h3>
<p><span class="${s.holds ? "yes" : "no"}">${s.holds ? "✓ Holds" : "✗ Does not hold"}</span> <span class="soft">· ${s.source}</span></p>
<p>${s.reading}</p>
<dl>${Object.entries(s.measured).map(
      ([name, value]) => html`<div><dt>${name}</dt><dd>${asNumber(value, 4)}</dd></div>\n`,
    )}</dl>
</article>
`,
  )}`;
}

/** Versions, kernels, time, and what else is known. */
export function provenanceFacts(
  { natgrad, runtime, provider, workers, created, seconds }: Provenance,
  more: readonly (readonly [string, string])[],
): Html {
  const facts: readonly (readonly [string, string])[] = [
    ["natgrad", natgrad],
    ["Runtime", runtime],
    ["Kernels", `${provider.name}, ${provider.library}, ${count(provider.threads, "thread")}`],
    ["Workers", `${workers}`],
    ["Made", created],
    ["Time", asDuration(seconds)],
    ...more,
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
