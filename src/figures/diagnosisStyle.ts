/** What the figures of a fit and a diagnosis share: strokes, legends, ticks. */
import * as Plot from "@observablehq/plot";
import type { CovarianceKind, StepComparison } from "../statistics/results.ts";
import type { LegendItem } from "./legend.ts";
import { type Stroke, sizes, sky, strokes } from "./style.ts";
import { linearTicks, logTicks, type Tick } from "./ticks.ts";

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

/** At most `count` ticks at multiples of 1, 2 or 5 times a power of ten, both ends included. */
export function roundTicks(low: number, high: number, count: number): Tick[] {
  const span = high - low;
  if (!(span > 0 && span < Number.POSITIVE_INFINITY)) return [];
  const scale = 10 ** Math.floor(Math.log10(span / count));
  const ticks = [1, 2, 5, 10, 20].map((step) => multiples(step * scale, low, high));
  return linearTicks(ticks.find((values) => values.length <= count) ?? ticks[ticks.length - 1]);
}

function multiples(step: number, low: number, high: number): number[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const value = (first + i) * step;
    return decimals > 100 ? value : Number(value.toFixed(decimals));
  });
}

/** Ticks of a logarithmic axis of ratios: 0.5, 1, 2, 5 … where they are few, powers of ten otherwise. */
export function ratioTicks(range: readonly [number, number]): Tick[] {
  const [low, high] = range;
  if (high / low > 200 || low < 1e-3 || high > 1e4) return logTicks(range);
  const first = Math.floor(Math.log10(low));
  const decades = Math.ceil(Math.log10(high)) - first;
  const candidates = Array.from({ length: decades }, (_, k) => 10 ** (first + k));
  const factors =
    high / low < 4
      ? [1, 1.25, 1.6, 2, 2.5, 3, 4, 5, 6, 8]
      : high / low < 20
        ? [1, 2, 3, 5]
        : [1, 2, 5];
  return linearTicks(
    candidates
      .flatMap((scale) => factors.map((factor) => Number((factor * scale).toPrecision(3))))
      .filter((value) => value >= low && value <= high),
  );
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
