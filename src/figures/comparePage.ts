/** The page of a comparison: one file with the figure, the numbers and the reasons, that asks for nothing from outside. */
import type { CompareFile, CompareResult } from "../experiments/compare/results.ts";
import { comparePlots } from "./compare.ts";
import { isEstimated, numberText, secondsText, titleText } from "./compareStyle.ts";
import { columns } from "./compareTable.ts";
import { type Html, html, trusted } from "./html.ts";
import { visible } from "./names.ts";
import { asDuration } from "./numbers.ts";
import { pageStyle } from "./pageStyle.ts";
import { fontFaces, svgFile } from "./render.ts";

const style = `
.drawing image{image-rendering:pixelated}
h2{margin-top:2.5rem}
td.number{white-space:nowrap}
tbody th{white-space:nowrap}
.reference th{font-weight:700}
td.reason{color:var(--soft);font-style:italic}
table{font-size:.88rem}
thead th{vertical-align:bottom}
@media screen and (max-width:40rem){.facts{display:block}.facts dd{margin-bottom:.6rem}}
`;

/**
 * The text of `index.html`. The figure is drawn twice, wide and for a phone; links are to the files beside the page. The
 * same content gives the same bytes.
 *
 * ```ts
 * await writeFile("index.html", renderComparePage(file, { document, files: { json: "compare.json" } }));
 * ```
 */
export function renderComparePage(
  { provenance, result }: CompareFile,
  {
    document,
    files,
  }: { readonly document: Document; readonly files: Readonly<Record<string, string>> },
): string {
  const title = titleText(result);
  const drawing = (form: string, width: number): Html => {
    const svg = comparePlots(result, { document, width, id: `compare-${form}` });
    return html`<div class="drawing ${form}">${trusted(svgFile(svg, false))}</div>\n`;
  };
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:">
<title>${title}</title>
<style>${trusted(fontFaces() + pageStyle + style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${introduction(result)}</p>
</header>
<main>
<figure>
${drawing("wide", 960)}${drawing("narrow", 420)}<figcaption><p>${caption(result)}</p>
<p class="files">${Object.entries(files).map(([name, file]) => html`<a href="./${file}">${name.toUpperCase()}</a> `)}</p></figcaption>
</figure>
${numbers(result)}${reasons(result)}${facts(result)}</main>
<footer><p>natgrad ${provenance.natgrad}, ${provenance.runtime}, ${provenance.provider.library}, ${asDuration(provenance.seconds)}, ${provenance.created.slice(0, 10)}.</p></footer>
</body>
</html>
`;
  return page.text;
}

function introduction({ problem, matrices, damping }: CompareResult): string {
  const { data, samples, parameters, likelihood, loss } = problem;
  return (
    `${matrices.length} matrices of one model with ${parameters.toLocaleString("en-US")} parameters on ${samples} samples of ` +
    `${visible(data)} (${likelihood} likelihood, loss ${numberText(loss)}), all at the scale of a mean over samples. They are compared with R, the ` +
    `${matrices[0].name}, as matrices and by the steps (A + λI)⁻¹g that they make of the gradient g, with λ = ${numberText(damping)}.`
  );
}

function caption(result: CompareResult): string {
  const { matrices } = result;
  const averaged = matrices.some((matrix) => matrix.status === "measured" && matrix.map?.averaged);
  return (
    "Above, the entries on one logarithmic scale of colours; what is white is less than a ten-thousandth of the largest entry of all. Thin lines " +
    "separate the arrays of parameters. The heavy frame is the reference’s. " +
    (averaged
      ? "A cell is the root mean square of a block of entries, with the sign of their sum. "
      : "") +
    "Below, eigenvalues from the largest on; dots are the sizes of negative ones." +
    (isEstimated(result)
      ? " Curves that are marked as estimates are by stochastic Lanczos quadrature: what it does not tell from zero is left out."
      : "")
  );
}

function numbers({ matrices }: CompareResult): Html {
  return html`<section aria-labelledby="numbers">
<h2 id="numbers">Numbers</h2>
<div class="scroll" role="region" aria-label="Numbers" tabindex="0"><table>
<thead><tr><th scope="col">Matrix A</th>${columns.map(({ heading }) => html`<th scope="col" class="number">${heading.join(" ")}</th>`)}<th scope="col" class="number">time of step</th></tr></thead>
<tbody>
${matrices.map((matrix, i) =>
  matrix.status === "refused"
    ? html`<tr><th scope="row">${matrix.name}</th><td class="reason" colspan="${columns.length + 1}">none: see the reason below</td></tr>\n`
    : html`<tr${i === 0 ? trusted(' class="reference"') : ""}><th scope="row">${matrix.name}</th>${columns.map((column) => html`<td class="number">${column.text(matrix)}</td>`)}<td class="number">${
        "reason" in matrix.step ? "–" : secondsText(matrix.step.seconds)
      }</td></tr>\n`,
)}</tbody>
</table></div>
<dl class="facts">${columns.map(({ heading, meaning }) => html`<dt>${heading.join(" ")}</dt><dd>${meaning}</dd>\n`)}</dl>
</section>
`;
}

/** Why a matrix or a step is missing; nothing where none is. */
function reasons({ matrices }: CompareResult): Html {
  const missing = matrices.flatMap((matrix) => {
    if (matrix.status === "refused") return [[matrix.name, matrix.reason] as const];
    return "reason" in matrix.step
      ? [[`${matrix.name}: its step`, matrix.step.reason] as const]
      : [];
  });
  if (missing.length === 0) return html``;
  return html`<section aria-labelledby="missing">
<h2 id="missing">What is missing, and why</h2>
<dl class="facts">${missing.map(([name, reason]) => html`<dt>${name}</dt><dd>${reason}</dd>\n`)}</dl>
</section>
`;
}

function facts({ problem, configuration }: CompareResult): Html {
  const { inputs, outputs, gradientNorm, arrays } = problem;
  const rows: readonly (readonly [string, string])[] = [
    ["model", `${inputs} inputs, ${outputs} outputs`],
    [
      "arrays",
      arrays
        .slice(0, 40)
        .map(({ name, size }) => `${name} (${size})`)
        .join(", ") + (arrays.length > 40 ? ` and ${arrays.length - 40} more` : ""),
    ],
    ["size of g", numberText(gradientNorm)],
    ["configuration", JSON.stringify(configuration).slice(0, 4000)],
  ];
  return html`<section aria-labelledby="model">
<h2 id="model">Model and configuration</h2>
<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>
</section>
`;
}
