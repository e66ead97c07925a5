/** The tables of a report: coefficients, decisions that depend on the covariance, what was compared at each point. */
import type {
  ChangedDecision,
  CovarianceKind,
  CovarianceTable,
  CurvaturePoint,
} from "../statistics/results.ts";
import { covarianceStrokes, percent, stepStrokes } from "./diagnosisStyle.ts";
import { type Html, html, trusted } from "./html.ts";
import { shortened, visible } from "./names.ts";
import { asMeasured, asProbability, asShort } from "./numbers.ts";

/** Rows of one table on the page; the JSON has all of them. */
const MOST_ROWS = 500;

/** em of the longest name in a table. */
const WIDEST = 60;

/** A name from outside; whatever its letters, it leaves the direction of the text around it alone. */
export function asName(name: string): Html {
  return html`<bdi>${shortened(name, WIDEST)}</bdi>`;
}

/** A table that scrolls sideways by itself where the screen is narrow, below its caption, which does not. */
export function scrolling(label: string, caption: Html, rows: Html): Html {
  return html`<p class="caption soft">${caption}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
${rows}</table></div>
`;
}

/** Heading of a column of numbers. */
export function numberHead(content: Html | string): Html {
  return html`<th scope="col" class="number">${content}</th>`;
}

function key(kind: CovarianceKind): Html {
  return html`<span class="key ${kind}">${covarianceStrokes[kind].label}</span>`;
}

function cell(content: Html | string): Html {
  return html`<td class="number">${content}</td>`;
}

type Figure = "estimate" | "standardError" | "lower" | "upper";

/** Coefficients with the standard errors of all covariances side by side, test and interval by the last. */
export function coefficientTable(covariances: readonly CovarianceTable[]): Html {
  const tested = covariances.at(-1)!;
  const count = tested.coefficients.length;
  const rows = tested.coefficients.slice(0, MOST_ROWS);
  const smallest = rows.map((_, t) =>
    Math.min(...covariances.map(({ coefficients }) => coefficients[t].standardError)),
  );
  const column = ({ coefficients }: CovarianceTable, figure: Figure): Html[] =>
    asMeasured(
      rows.map((_, t) => coefficients[t][figure]),
      smallest,
    );
  const columns = [
    column(tested, "estimate"),
    ...covariances.map((table) => column(table, "standardError")),
    asMeasured(
      rows.map(({ statistic }) => statistic),
      rows.map(() => 1),
    ),
    rows.map(({ pValue }) => asProbability(pValue)),
    column(tested, "lower"),
    column(tested, "upper"),
  ];
  const degrees =
    tested.degreesOfFreedom === undefined
      ? ""
      : ` with ${tested.degreesOfFreedom.toLocaleString("en-US")} degrees of freedom`;
  const labels = covariances.map((table, k) => html`${k > 0 ? "; " : ""}${visible(table.label)}`);
  const tall = (text: string): Html =>
    html`<th scope="col" rowspan="2" class="number">${text}</th>`;
  const wide = (text: string, columns: number): Html =>
    html`<th scope="colgroup" colspan="${columns}" class="group">${text}</th>`;
  return scrolling(
    "Coefficients",
    html`Standard errors by ${labels}. ${tested.statistic} tests${degrees} and Wald intervals by the ${covarianceStrokes[tested.kind].label}.${
      count > MOST_ROWS ? ` The first ${MOST_ROWS} of ${count} coefficients.` : ""
    }`,
    html`<thead><tr><th scope="col" rowspan="2">Coefficient</th>${tall("Estimate")}${wide(
      covariances.length === 1 ? "Standard error" : "Standard errors",
      covariances.length,
    )}${tall(tested.statistic)}${tall("p")}${wide(`${percent(tested.level)} interval`, 2)}</tr>
<tr>${covariances.map(({ kind }) => numberHead(key(kind)))}${["from", "to"].map(numberHead)}</tr></thead>
<tbody>
${rows.map(
  ({ name }, t) =>
    html`<tr><th scope="row">${asName(name)}</th>${columns.map((cells) => cell(cells[t]))}</tr>\n`,
)}</tbody>
`,
  );
}

/** A coefficient that is significant under one covariance and not under another. */
export interface Decision {
  readonly name: string;
  /** by covariance */
  readonly p: Readonly<Partial<Record<CovarianceKind, number>>>;
}

/** The coefficients whose decision at 1 − level depends on the covariance. */
export function changedDecisions(covariances: readonly CovarianceTable[]): Decision[] {
  if (covariances.length === 0) return [];
  const [{ level, coefficients }] = covariances;
  return coefficients
    .map(({ name }, t) => ({
      name,
      p: Object.fromEntries(covariances.map((table) => [table.kind, table.coefficients[t].pValue])),
    }))
    .filter(({ p }) => new Set(Object.values(p).map((value) => value <= 1 - level)).size > 1);
}

/** As the verdict of a diagnosis lists them. */
export function decisionsOf(decisions: readonly ChangedDecision[]): Decision[] {
  return decisions.map(({ name, pFisher, pEmpirical, pSandwich }) => ({
    name,
    p: { fisher: pFisher, empirical: pEmpirical, sandwich: pSandwich },
  }));
}

/** p-values of the coefficients whose decision changes; nothing where there is none. */
export function decisionTable(decisions: readonly Decision[], level: number): Html {
  if (decisions.length === 0) return html``;
  const alpha = 1 - level;
  const kinds = (Object.keys(covarianceStrokes) as CovarianceKind[]).filter(
    (kind) => decisions[0].p[kind] !== undefined,
  );
  const decided = (p: number): Html =>
    p <= alpha ? html`<strong>${asProbability(p)}</strong>` : asProbability(p);
  return scrolling(
    "Decisions that depend on the covariance",
    html`Coefficients whose decision at ${percent(Number(alpha.toPrecision(6)))} depends on the covariance: p-values, bold where significant.${
      decisions.length > MOST_ROWS ? ` The first ${MOST_ROWS} of ${decisions.length}.` : ""
    }`,
    html`<thead><tr><th scope="col">Coefficient</th>${kinds.map((kind) => numberHead(key(kind)))}</tr></thead>
<tbody>
${decisions
  .slice(0, MOST_ROWS)
  .map(
    ({ name, p }) =>
      html`<tr><th scope="row">${asName(name)}</th>${kinds.map((kind) => cell(decided(p[kind] ?? Number.NaN)))}</tr>\n`,
  )}</tbody>
`,
  );
}

const matrixNames = {
  sampled: "Monte-Carlo Fisher",
  empirical: "empirical Fisher",
  hessian: "Hessian",
} as const;

/** Every point of the path: how far the matrices are from the Fisher, how steps compare with the natural gradient's. */
export function pointTables(points: readonly CurvaturePoint[]): Html {
  const shown = points.slice(0, MOST_ROWS);
  const rows = <T>(
    members: (point: CurvaturePoint) => readonly T[],
    cells: (member: T) => Html,
  ): Html[] =>
    shown.flatMap((point) =>
      members(point).map(
        (member, i) =>
          html`<tr><th scope="row"${i === 0 ? "" : trusted(' class="soft"')}>${visible(point.label)}</th>${cells(member)}</tr>\n`,
      ),
    );
  const matrices = rows(
    ({ matrices }) => matrices,
    (m) =>
      html`<td>${matrixNames[m.kind]}</td>${[m.frobenius, m.spectral, m.smallest, m.mean, m.largest].map((value) => cell(asShort(value)))}`,
  );
  const steps = rows(
    ({ steps }) => steps,
    (s) =>
      html`<td>${stepStrokes[s.kind].label}</td>${[s.cosine, s.lengthRatio, s.relative, s.efficiency].map((value) => cell(asShort(value)))}`,
  );
  return html`${
    matrices.length === 0
      ? html``
      : scrolling(
          "Distances of the matrices from the Fisher",
          html`Distance from the Fisher F, and the eigenvalues of A v = λ F v, all 1 where A is F.`,
          html`<thead><tr><th scope="col">Point</th><th scope="col">Matrix A</th>${["‖A − F‖ / ‖F‖, Frobenius", "spectral", "λ smallest", "mean", "largest"].map(numberHead)}</tr></thead>
<tbody>
${matrices}</tbody>
`,
        )
  }${
    steps.length === 0
      ? html``
      : scrolling(
          "Steps compared with the natural gradient’s",
          html`Steps compared with the natural gradient’s. γ(Δ) = √(ΔᵀFΔ) / |Δᵀg|, relative to the best possible; its square is the share of the attainable decrease.`,
          html`<thead><tr><th scope="col">Point</th><th scope="col">Step</th>${["cosine", "length ratio", "best γ / γ", "share"].map(numberHead)}</tr></thead>
<tbody>
${steps}</tbody>
`,
        )
  }`;
}
