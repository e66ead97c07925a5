/** What the figures of elastic weight consolidation share: strokes of methods, bands over seeds, axes of accuracies. */
import * as Plot from "@observablehq/plot";
import type { MethodConfiguration } from "../experiments/ewc/configuration.ts";
import type { Spread } from "../experiments/ewc/groups.ts";
import type { LegendItem } from "./legend.ts";
import { curve, type Point } from "./marks.ts";
import { blue, dashArray, red, type Stroke, sizes, sky, yellow } from "./style.ts";
import { linearTicks, type Tick } from "./ticks.ts";

const ink = "#222222";
const green = "#117733";
const dashed = [3.7, 1.6];
const dotted = [1, 1.4];
const dashDot = [6.4, 1.6, 1, 1.6];

/** Colour and dashes in the order in which methods take them. */
const palette: readonly Omit<Stroke, "label">[] = [
  { color: red, dashes: null },
  { color: blue, dashes: dashed },
  { color: yellow, dashes: dashDot },
  { color: sky, dashes: null },
  { color: ink, dashes: dotted },
  { color: green, dashes: dashed },
];

const favourites: Readonly<Record<MethodConfiguration["method"], number>> = {
  ewc: 0,
  sgd: 1,
  l2: 2,
  si: 3,
  joint: 4,
  kronecker: 5,
};

/** A stroke for each method: EWC red and SGD blue, as in the paper, where they are not taken yet. */
export function methodStrokes(
  methods: readonly { readonly label: string; readonly method: MethodConfiguration["method"] }[],
): Map<string, Stroke> {
  const strokes = new Map<string, Stroke>();
  const free = palette.map((_, i) => i);
  methods.forEach(({ label, method }, i) => {
    const wanted = favourites[method];
    const index = free.includes(wanted) ? wanted : (free[0] ?? i % palette.length);
    if (free.includes(index)) free.splice(free.indexOf(index), 1);
    strokes.set(label, { label, ...palette[index] });
  });
  return strokes;
}

/** Strokes by place, for what is not a method. */
export function orderedStrokes(labels: readonly string[]): Stroke[] {
  return labels.map((label, i) => ({ label, ...palette[i % palette.length] }));
}

/** A value at a place, with its spread over the seeds. */
export interface Spot extends Spread {
  readonly x: number;
}

/** A line through the means, on a band from the least to the largest. */
export function bandedCurve(spots: readonly Spot[], stroke: Stroke, unit: number): Plot.Markish[] {
  const points = spots.map(({ x, mean }): Point => [x, mean]);
  const line = curve(points, stroke, 0.8 * sizes.curve * unit);
  if (spots.every(({ low, high }) => high - low < 1e-12)) return [line];
  const band = Plot.areaY([...spots], {
    x: "x",
    y1: "low",
    y2: "high",
    fill: stroke.color,
    fillOpacity: 0.18,
  });
  return [band, line];
}

/** A level line across the panel whose x axis has this range. */
export function levelLine(
  level: number,
  range: readonly [number, number],
  stroke: Stroke,
  unit: number,
): Plot.Markish {
  const width = 1.8 * unit;
  return Plot.link([level], {
    x1: range[0],
    x2: range[1],
    y1: (y: number) => y,
    y2: (y: number) => y,
    stroke: stroke.color,
    strokeWidth: width,
    strokeDasharray: dashArray(stroke, width),
  });
}

/** The same as dots with a bar from the least to the largest, where the places are few. */
export function bars(spots: readonly Spot[], stroke: Stroke, unit: number): Plot.Markish[] {
  return [
    Plot.link([...spots], {
      x1: "x",
      x2: "x",
      y1: "low",
      y2: "high",
      stroke: stroke.color,
      strokeWidth: 1.4 * unit,
    }),
    Plot.dot([...spots], { x: "x", y: "mean", r: 3.4 * unit, fill: stroke.color, stroke: "none" }),
  ];
}

export function legendOf(strokes: Iterable<Stroke>): LegendItem[] {
  return [...strokes].map((line) => ({ label: line.label, line, width: 0.8 * sizes.curve }));
}

/** The range of an axis of accuracies up to 1, and its ticks. */
export function accuracyAxis(values: readonly number[]): {
  readonly range: readonly [number, number];
  readonly ticks: readonly Tick[];
} {
  const finite = values.filter(Number.isFinite);
  const least = Math.max(0, Math.min(...finite, 0.95));
  const step = least > 0.8 ? 0.05 : least > 0.45 ? 0.1 : 0.2;
  const low = Math.floor(least / step + 1e-9) * step;
  const count = Math.round((1 - low) / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number((low + i * step).toFixed(2)));
  return { range: [ticks[0], 1 + 0.04 * (1 - ticks[0])], ticks: linearTicks(ticks) };
}
