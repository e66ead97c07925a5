/** The numbers of a comparison: as cells for every table of them, and drawn. */
import type { CompareResult, MeasuredMatrix } from "../experiments/compare/results.ts";
import {
  bytesText,
  distanceText,
  eigenvalueText,
  estimateText,
  isEstimated,
  kindStroke,
  numberText,
  secondsText,
} from "./compareStyle.ts";
import { shortened, visible } from "./names.ts";
import { append, type Sheet } from "./sheet.ts";
import { dashArray } from "./style.ts";
import { measure, wrap, write } from "./words.ts";

/** A column of numbers: its heading in two lines, and what it means. */
export interface Column {
  readonly heading: readonly [string, string];
  readonly meaning: string;
  text(matrix: MeasuredMatrix): string;
}

const ofStep =
  (member: "cosine" | "gamma" | "share") =>
  ({ step }: MeasuredMatrix): string =>
    "reason" in step ? "–" : numberText(step[member]);

export const columns: readonly Column[] = [
  {
    heading: ["|A − R|", "Frobenius"],
    meaning: "distance from the reference R in the Frobenius norm, over that of R",
    text: ({ frobenius }) => distanceText(frobenius),
  },
  {
    heading: ["|A − R|", "spectral"],
    meaning: "the same in the spectral norm",
    text: ({ spectral }) => distanceText(spectral),
  },
  {
    heading: ["cosine", "A, R"],
    meaning: "tr(A R) / (‖A‖ ‖R‖): 1 for matrices that differ in scale alone",
    text: ({ cosine }) => estimateText(cosine),
  },
  {
    heading: ["trace", ""],
    meaning: "the sum of eigenvalues",
    text: ({ trace }) => estimateText(trace),
  },
  {
    heading: ["largest", "eigenvalue"],
    meaning: "the largest eigenvalue; ~ before what Lanczos found",
    text: ({ spectrum }) => eigenvalueText(spectrum, "largest"),
  },
  {
    heading: ["smallest", "eigenvalue"],
    meaning:
      "the smallest eigenvalue; below zero the matrix has no damped step unless λ is larger. Of what Lanczos does not tell from zero, the size is " +
      "below the number",
    text: ({ spectrum }) => eigenvalueText(spectrum, "smallest"),
  },
  {
    heading: ["cosine", "of steps"],
    meaning: "between the steps (A + λI)⁻¹g and (R + λI)⁻¹g",
    text: ofStep("cosine"),
  },
  {
    heading: ["γ", "over g’s"],
    meaning:
      "γ(Δ) = √(ΔᵀRΔ) / |Δᵀg| of the step, over that of the gradient: below 1, a better direction",
    text: ofStep("gamma"),
  },
  {
    heading: ["share of", "decrease"],
    meaning:
      "how much of the decrease that the reference’s step reaches in its damped quadratic model this step reaches, each at its best length",
    text: ofStep("share"),
  },
  {
    heading: ["seconds", "to make"],
    meaning: "time to make the matrix, once, in this run",
    text: ({ seconds }) => secondsText(seconds),
  },
  {
    heading: ["bytes", ""],
    meaning: "memory that the matrix holds, without factorizations",
    text: ({ bytes }) => bytesText(bytes),
  },
];

/** px of the design */
const parts = {
  heading: 44,
  row: 23,
  text: 13.5,
  name: { least: 264, most: 330 },
  key: 26,
  margin: 14,
  gap: 1.1,
  foot: 44,
  line: 18,
};

/** The height in px that {@link drawTable} takes in a sheet of this width. */
export function tableHeight(result: CompareResult, width: number, unit: number): number {
  const more = parts.line * (footOf(result, width / unit).length - 1);
  return (parts.heading + result.matrices.length * parts.row + parts.foot + more) * unit;
}

/** The lines below the table of a sheet, as wide as the design has them. */
function footOf(result: CompareResult, width: number): string[] {
  return wrap(legendText(result), (width - 2 * parts.margin) / parts.text);
}

/** What the table's letters stand for, and what was compared. */
export function legendText(result: CompareResult): string {
  const { problem, damping, matrices } = result;
  const { data, samples, parameters, likelihood } = problem;
  return (
    `R: ${matrices[0].name}. Steps (A + λI)⁻¹g with λ = ${numberText(damping)}. ` +
    `${data}, ${samples} samples, ${likelihood} likelihood, ${parameters} parameters; scale: mean over samples.` +
    (isEstimated(result)
      ? " By Lanczos: eigenvalues with “~” or “below”, curves with “estimate”."
      : "")
  );
}

/** Draws the table over the width of the sheet, its upper edge at `y`. */
export function drawTable(target: Sheet, result: CompareResult, y: number): void {
  const { unit } = target;
  const group = append(target.svg, "g", { "data-panel": "numbers" });
  const names = nameWidth(result);
  const left = (parts.margin + names) * unit;
  const space = target.width - left - parts.margin * unit;
  const needed = columns.map((column) => needOf(column, result) + parts.gap);
  const total = needed.reduce((sum, width) => sum + width, 0);
  const size = Math.min(parts.text, space / unit / total);
  const style = { size, anchor: "end" } as const;
  let used = 0;
  const rights = needed.map((width) => {
    used += width;
    return left + (space * used) / total;
  });
  columns.forEach(({ heading }, j) => {
    heading.forEach((line, i) => {
      const soft = { ...style, color: "#555555" };
      write(target, group, line, rights[j], y + (14 + 17 * i) * unit, soft);
    });
  });
  rule(target, group, y + (parts.heading - 4) * unit, 1);
  result.matrices.forEach((matrix, i) => {
    const top = y + (parts.heading + i * parts.row) * unit;
    const baseline = top + 0.69 * parts.row * unit;
    const earlier = result.matrices[i - 1];
    if (earlier && kindStroke(earlier.kind).label !== kindStroke(matrix.kind).label) {
      rule(target, group, top, 0.4);
    }
    key(target, group, matrix.kind, top + (parts.row / 2) * unit);
    const name = shortened(matrix.name, (names - parts.key - 8) / size);
    const x = (parts.margin + parts.key) * unit;
    write(target, group, name, x, baseline, { ...style, anchor: "start", bold: i === 0 });
    if (matrix.status === "refused") {
      const text = beginning(matrix.reason, space / unit / size - 2);
      write(target, group, text, left + 16 * unit, baseline, {
        size,
        anchor: "start",
        italic: true,
        color: "#555555",
      });
      return;
    }
    columns.forEach((column, j) => {
      write(target, group, column.text(matrix), rights[j], baseline, style);
    });
  });
  const foot = y + (parts.heading + result.matrices.length * parts.row) * unit;
  rule(target, group, foot, 1);
  footOf(result, target.width / unit).forEach((line, i) => {
    write(target, group, line, parts.margin * unit, foot + (26 + i * parts.line) * unit, {
      size: parts.text,
      anchor: "start",
      color: "#555555",
    });
  });
}

/** px of the design that the names take */
function nameWidth({ matrices }: CompareResult): number {
  const widest = Math.max(...matrices.map(({ name }) => measure(name)));
  const { least, most } = parts.name;
  return Math.min(most, Math.max(least, parts.key + 8 + widest * parts.text));
}

/** em of the widest text of a column */
function needOf({ heading, text }: Column, { matrices }: CompareResult): number {
  const texts = matrices.flatMap((matrix) => (matrix.status === "measured" ? [text(matrix)] : []));
  return Math.max(...[...heading, ...texts].map(measure));
}

/** What the font of the figures lacks, in words; formulas that say once more what the words around them say are left out. */
const words: readonly (readonly [RegExp, string])[] = [
  [/ Σ r ∇²f/gu, ""],
  [/ g aᵀ/gu, ""],
  [/(\p{L})ᵀ/gu, "transposed $1 "],
  [/Σ/gu, "the sum of"],
  [/∇²/gu, "second derivatives of "],
  [/∇/gu, "the gradient of "],
  [/≥/gu, "at least"],
  [/≤/gu, "at most"],
  [/‖/gu, "|"],
];

/** The beginning of a text, at most `width` em wide. */
function beginning(text: string, width: number): string {
  const spoken = words.reduce((t, [sign, word]) => t.replace(sign, word), visible(text));
  if (measure(spoken) <= width) return spoken;
  let end = spoken.length;
  while (measure(`${spoken.slice(0, end)} …`) > width) end = spoken.lastIndexOf(" ", end - 1);
  return `${spoken.slice(0, Math.max(0, end))} …`;
}

function rule(target: Sheet, group: Element, y: number, width: number): void {
  const { unit } = target;
  append(group, "path", {
    d: `M${parts.margin * unit} ${y}H${target.width - parts.margin * unit}`,
    stroke: "#000",
    "stroke-width": width * unit,
  });
}

/** A piece of the kind's line before its name. */
function key(
  target: Sheet,
  group: Element,
  kind: CompareResult["matrices"][number]["kind"],
  y: number,
): void {
  const { unit } = target;
  const stroke = kindStroke(kind);
  // thin enough for all of a pattern
  const width = 1.5 * unit;
  append(group, "path", {
    d: `M${parts.margin * unit} ${y}h${20 * unit}`,
    stroke: stroke.color,
    "stroke-width": width,
    "stroke-dasharray": dashArray(stroke, width),
  });
}
