/** What the figures of a fit and a diagnosis share: strokes, legends, ticks. */
import * as Plot from "@observablehq/plot";
import type { CovarianceKind, StepComparison } from "../statistics/results.ts";
import type { LegendItem } from "./legend.ts";
import { type Stroke, sizes, sky, strokes } from "./style.ts";
import { contourLevels, plain, type Tick } from "./ticks.ts";

/** The Fisher and the empirical Fisher take the strokes of the methods that invert them. */
export const covarianceStrokes: Readonly<Record<CovarianceKind, Stroke>> = {
  fisher: { ...strokes.NGD, label: "Fisher" },
  empirical: { ...strokes.EFGD, label: "OPG" },
  sandwich: { label: "sandwich", color: sky, dashes: [1.2, 1] },
};

/** Steps by what they are preconditioned with; nothing, for the gradient. */
export const stepStrokes: Readonly<Record<StepComparison["kind"], Stroke>> = {
  empirical: { ...strokes.EFGD, label: "empirical Fisher" },
  sampled: { ...strokes.NGD, label: "Monte-Carlo Fisher", dashes: [1.2, 1] },
  gradient: { ...strokes.GD, label: "gradient" },
};

/** Legend entries of strokes. */
export function legendOf(lines: readonly Stroke[]): LegendItem[] {
  return lines.map((line) => ({ label: line.label, line, width: sizes.curve }));
}

/** A probability as a percentage, 0.95 as "95 %". */
export function percent(probability: number): string {
  return `${Number((100 * probability).toPrecision(6))} %`;
}

/** Round ticks between two numbers, both ends left out. */
export function roundTicks(low: number, high: number, count: number): Tick[] {
  return contourLevels(low, high, count).map((value) => ({ value, text: plain(value) }));
}

/** About `most` whole numbers from `first` to `last`, multiples of a round one. */
export function wholeTicks(first: number, last: number, most = 8): number[] {
  const span = Math.max(1, last - first);
  let every = 1;
  for (let k = 0; span / every > most; k++) every = [2, 5, 10][k % 3] * 10 ** Math.floor(k / 3);
  const start = Math.ceil(first / every) * every;
  return Array.from(
    { length: Math.floor((last - start) / every) + 1 },
    (_, i) => start + i * every,
  );
}

/** A thin line across a panel. */
export function rule(
  axis: "x" | "y",
  value: number,
  [low, high]: readonly [number, number],
  style: { color: string; width: number; dashes?: string },
): Plot.Markish {
  const along =
    axis === "y"
      ? { x1: low, x2: high, y1: value, y2: value }
      : { x1: value, x2: value, y1: low, y2: high };
  return Plot.link([0], {
    ...along,
    stroke: style.color,
    strokeWidth: style.width,
    ...(style.dashes && { strokeDasharray: style.dashes }),
  });
}
