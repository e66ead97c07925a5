/** The report of a diagnosis for people: matrices, steps, the test, and the verdict at the end. */

import type {
  CurvaturePoint,
  Diagnosis,
  InformationMatrixTest,
  VerdictLine,
} from "../statistics/results.ts";
import type { Answer } from "../statistics/verdictTones.ts";
import type { Findings } from "./reportData.ts";
import {
  counted,
  countText,
  entry,
  numberText,
  numberTexts,
  oneLine,
  pText,
  type TextColumn,
  textTable,
} from "./reportLayout.ts";
import {
  coefficientLines,
  headLines,
  noteLines,
  type Paint,
  percent,
  unpainted,
} from "./reportText.ts";

const matrixNames = {
  sampled: "Monte-Carlo Fisher",
  empirical: "empirical Fisher",
  hessian: "Hessian",
} as const;

/** The whole report of `natgrad diagnose`, lines of at most 80 columns. */
export function diagnosisText(
  findings: Findings,
  diagnosis: Diagnosis,
  paint: Paint = unpainted,
): string {
  const sections = [
    headLines(findings),
    coefficientLines(findings, paint),
    matrixLines(diagnosis, paint),
    stepLines(diagnosis, paint),
    dampingLines(diagnosis, paint),
    spreadLines(diagnosis, paint),
    testLines(diagnosis, paint),
    verdictLines(diagnosis, paint),
  ].filter((lines) => lines.length > 0);
  const notes = noteLines({ ...findings, notes: [...findings.notes, ...diagnosis.notes] }, paint);
  return [...sections.flatMap((lines, i) => (i === 0 ? lines : ["", ...lines])), ...notes]
    .map((line) => `${line}\n`)
    .join("");
}

function matrixLines({ points, eigenvalues, bootstrap, draws }: Diagnosis, paint: Paint): string[] {
  const rows = shownPoints(points).flatMap(({ label, matrices }) =>
    matrices
      .filter(({ kind }) => kind !== "hessian")
      .map((matrix, k) => ({ label: k === 0 ? label : "", ...matrix })),
  );
  const hessians = points.flatMap(({ matrices }) =>
    matrices.filter(({ kind }) => kind === "hessian"),
  );
  const away =
    hessians.length === 0
      ? ""
      : ` (distance at most ${numberText(Math.max(...hessians.map(({ frobenius }) => frobenius)), 1)})`;
  const numbers = (pick: (row: (typeof rows)[number]) => number): string[] =>
    rows.map((row) => numberText(pick(row), 3));
  const table = textTable([
    { heading: "", cells: rows.map(({ label }) => label), align: "left" },
    { heading: "matrix A", cells: rows.map(({ kind }) => matrixNames[kind]), align: "left" },
    { heading: "Frobenius", group: "‖A − F‖ / ‖F‖", cells: numbers(({ frobenius }) => frobenius) },
    { heading: "spectral", group: "‖A − F‖ / ‖F‖", cells: numbers(({ spectral }) => spectral) },
    {
      heading: "least",
      group: "eigenvalues of (A, F)",
      cells: numbers(({ smallest }) => smallest),
    },
    { heading: "mean", group: "eigenvalues of (A, F)", cells: numbers(({ mean }) => mean) },
    {
      heading: "largest",
      group: "eigenvalues of (A, F)",
      cells: numbers(({ largest }) => largest),
    },
  ]);
  const range = `${numberText(eigenvalues[0], 3)} .. ${numberText(eigenvalues.at(-1) ?? Number.NaN, 3)}`;
  const band =
    bootstrap && bootstrap.successful > 0
      ? `a correct model of this size shows ${numberText(bootstrap.band.smallest, 3)} .. ` +
        `${numberText(bootstrap.band.largest, 3)} (${percent(bootstrap.band.level)} of ${counted(bootstrap.successful, "simulated fit")}` +
        `${failureText(bootstrap.failures)}, seed ${bootstrap.seed})`
      : "no fits were simulated, so there is no band to compare with";
  return [
    paint.heading("The matrices against the Fisher F"),
    ...(rows.length === 0 ? [] : table),
    ...entry(
      "",
      `At the optimum the eigenvalues of (empirical Fisher, Fisher) are ${range}; ${band}.`,
      0,
    ),
    ...entry(
      "",
      `The Monte-Carlo Fisher took ${counted(draws, "draw")} a row. The Hessian is the Fisher, because the link is canonical${away}.`,
      0,
    ),
  ];
}

function failureText(failures: Readonly<Record<string, number>>): string {
  const parts = Object.entries(failures).map(
    ([why, count]) => `${countText(count)} failed: ${why}`,
  );
  return parts.length === 0 ? "" : `; ${parts.join(", ")}`;
}

/** The start, the optimum, and at most three points between. */
function shownPoints(points: readonly CurvaturePoint[]): readonly CurvaturePoint[] {
  if (points.length <= 5) return points;
  const between = [1, 2, 3].map((k) => Math.round((k * (points.length - 1)) / 4));
  return [0, ...new Set(between), points.length - 1].map((i) => points[i]);
}

function stepLines({ points }: Diagnosis, paint: Paint): string[] {
  const shown = shownPoints(points).filter(({ steps }) => steps.length > 0);
  if (shown.length === 0) return [];
  const of = (
    kind: "gradient" | "sampled" | "empirical",
    value: (step: CurvaturePoint["steps"][number]) => string,
  ): string[] =>
    shown.map(({ steps }) => {
      const found = steps.find((step) => step.kind === kind);
      return found ? value(found) : "–";
    });
  const share = "share of the attainable decrease";
  const columns: TextColumn[] = [
    { heading: "", cells: shown.map(({ label }) => label), align: "left" },
    {
      heading: "excess loss",
      cells: numberTexts(
        shown.map(({ excess }) => excess),
        3,
      ),
    },
    {
      heading: "cosine",
      group: "EFGD step",
      cells: of("empirical", ({ cosine }) => cosine.toFixed(3)),
    },
    {
      heading: "length",
      group: "EFGD step",
      cells: of("empirical", ({ lengthRatio }) => numberText(lengthRatio, 3)),
    },
    {
      heading: "EFGD",
      group: share,
      cells: of("empirical", ({ efficiency }) => percentText(efficiency)),
    },
    {
      heading: "MC Fisher",
      group: share,
      cells: of("sampled", ({ efficiency }) => percentText(efficiency)),
    },
    {
      heading: "gradient",
      group: share,
      cells: of("gradient", ({ efficiency }) => percentText(efficiency)),
    },
  ];
  return [
    paint.heading("The steps against the natural gradient step"),
    ...textTable(columns),
    ...entry(
      "",
      "Cosine and length are against the natural gradient step. The share is what a perfect line search along the step attains of what the natural gradient does, to second order.",
      0,
    ),
  ];
}

function percentText(fraction: number): string {
  if (!Number.isFinite(fraction)) return "–";
  const value = 100 * fraction;
  return `${value >= 10 || value === 0 ? value.toFixed(0) : value.toPrecision(2)} %`;
}

function dampingLines({ points }: Diagnosis, paint: Paint): string[] {
  const start = points.find(({ damping }) => damping.length > 0);
  if (!start) return [];
  const every = Math.ceil(start.damping.length / 9);
  const damping = start.damping.filter((_, k) => k % every === 0);
  return [
    paint.heading(`Damping (${start.label}; in units of the Fisher's mean eigenvalue)`),
    ...textTable([
      { heading: "damping", cells: damping.map((d) => numberText(d.damping, 1)), align: "left" },
      { heading: "cosine", cells: damping.map(({ cosine }) => cosine.toFixed(3)) },
      {
        heading: "length ratio",
        cells: damping.map(({ lengthRatio }) => numberText(lengthRatio, 3)),
      },
      {
        heading: "empirical Fisher",
        group: "share of the attainable decrease",
        cells: damping.map(({ empirical }) => percentText(empirical)),
      },
      {
        heading: "Fisher",
        group: "share of the attainable decrease",
        cells: damping.map(({ fisher }) => percentText(fisher)),
      },
    ]),
  ];
}

function spreadLines({ gradients }: Diagnosis, paint: Paint): string[] {
  const { quantiles, maximum, maximumRow, mean, topShare } = gradients;
  const shown = quantiles.map(
    ({ probability, value }) => `${percent(probability)} ${numberText(value, 3)}`,
  );
  const share = Number.isFinite(topShare)
    ? ` The largest 1 % of the rows hold ${percentText(topShare)} of the sum.`
    : "";
  return [
    paint.heading("The gradients of single rows, ‖F^-½ g‖² N / D (mean 1 for a right model)"),
    ...entry(
      "",
      `mean ${numberText(mean, 3)}; quantiles ${shown.join(", ")}; largest ${numberText(maximum, 3)} (row ${countText(maximumRow + 1)}).${share}`,
      0,
    ),
  ];
}

const forms = {
  efficient: "efficient form",
  "chesher-lancaster": "Chesher-Lancaster's n R² form, which rejects true models too often",
  "white-1982": "White's variance of 1982, which rejects true models too often",
} as const;

function testLines({ test, testRefused, bootstrap }: Diagnosis, paint: Paint): string[] {
  const heading = paint.heading("White's information matrix test");
  if (!test) return [heading, ...entry("", `none: ${testRefused ?? "it was not asked for"}`, 0)];
  return [
    heading,
    ...entry(
      "",
      `${forms[test.form]}, ${test.indicators} indicators (${test.count}${test.redundant > 0 ? `, ${test.redundant} redundant` : ""})`,
      0,
    ),
    ...entry("", statisticText(test, bootstrap?.successful ?? 0), 0),
    ...test.notes.flatMap((note) => entry("", note, 0)),
    ...momentLines(test),
  ];
}

function statisticText(test: InformationMatrixTest, fits: number): string {
  const p = pText(test.pValue);
  const chi2 = `χ² = ${numberText(test.statistic, 5)} on ${test.degreesOfFreedom} df, p ${p.startsWith("<") ? `< ${p.slice(1)}` : `= ${p}`}`;
  return test.bootstrap
    ? `${chi2}; simulated p = ${pText(test.bootstrap.pValue)} (${counted(fits, "fit")})`
    : chi2;
}

function momentLines({ moments }: InformationMatrixTest): string[] {
  const shown = moments.slice(0, 5);
  if (shown.length === 0) return [];
  return [
    "violated most:",
    ...textTable([
      { heading: "", cells: shown.map(({ name }) => `  ${oneLine(name)}`), align: "left" },
      { heading: "z", cells: shown.map(({ z }) => numberText(z, 3)) },
      {
        heading: "empirical over Fisher",
        cells: shown.map(({ excess }) =>
          excess === undefined ? "" : `${excess >= 0 ? "+" : ""}${(100 * excess).toFixed(0)} %`,
        ),
      },
    ]),
  ];
}

function verdictLines({ verdict }: Diagnosis, paint: Paint): string[] {
  const block = (number: number, line: VerdictLine<Answer>): string[] => [
    ...entry(`${number}`, oneLine(line.question), 3),
    ...entry("", oneLine(line.text), 3).map(paint[line.tone]),
    ...(line.advice === "" ? [] : entry("", oneLine(line.advice), 3)),
    ...(line.basis === "" ? [] : entry("", `(${oneLine(line.basis)})`, 3)),
  ];
  return [
    paint.heading("Verdict"),
    ...block(1, verdict.curvature),
    ...block(2, verdict.standardErrors),
    ...block(3, verdict.model),
  ];
}
