/** What the figures of a diagnosis share: the strokes of the three covariances, and options. */
import type { CovarianceKind } from "../statistics/results.ts";
import type { LegendItem } from "./legend.ts";
import { extent } from "./sheet.ts";
import { type FigureOptions, type Stroke, sizes, strokes } from "./style.ts";
import { contourLevels, plain, type Tick } from "./ticks.ts";
import { measure } from "./words.ts";

/** The Fisher and the empirical Fisher take the strokes of the methods that invert them. */
export const covarianceStrokes: Readonly<Record<CovarianceKind, Stroke>> = {
  fisher: { ...strokes.NGD, label: "Fisher" },
  empirical: { ...strokes.EFGD, label: "OPG (empirical Fisher)" },
  sandwich: { ...strokes.GD, label: "sandwich" },
};

/** Legend entries of the covariances that are shown. */
export function covarianceLegend(kinds: readonly CovarianceKind[]): LegendItem[] {
  return kinds.map((kind) => ({
    label: covarianceStrokes[kind].label,
    line: covarianceStrokes[kind],
    width: sizes.curve,
  }));
}

/** Round ticks between two numbers, both ends left out. */
export function roundTicks(low: number, high: number, count: number): Tick[] {
  return contourLevels(low, high, count).map((value) => ({ value, text: plain(value) }));
}

/** A name that is at most `width` em wide. */
export function shortened(name: string, width: number): string {
  if (measure(name) <= width) return name;
  let text = "";
  for (const c of name) {
    if (measure(`${text}${c}…`) > width) break;
    text += c;
  }
  return `${text}…`;
}

/** Whether a figure is drawn for a narrow screen. */
export function isNarrow(options: FigureOptions): boolean {
  return extent(options).narrow;
}
