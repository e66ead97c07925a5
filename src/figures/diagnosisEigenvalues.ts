/** The generalized eigenvalues of the empirical Fisher and the Fisher, and what a correct model would show. */
import * as Plot from "@observablehq/plot";
import { DomainError } from "../errors.ts";
import type { Diagnosis, EigenvalueBand } from "../statistics/results.ts";
import { axes } from "./axes.ts";
import { percent, ratioTicks, rule, wholeTicks } from "./diagnosisStyle.ts";
import { type LegendItem, legend, legendHeight } from "./legend.ts";
import { type Point, symbols } from "./marks.ts";
import { extent, panel, sheet } from "./sheet.ts";
import { type FigureOptions, greys, type Stroke, strokes } from "./style.ts";
import { linearTicks, logMargin } from "./ticks.ts";

/** Up to as many eigenvalues the band is drawn as bars, beyond as an area. */
const MOST_BARS = 60;

/** Eigenvalues below this are zero to rounding, and drawn at the lower edge. */
const FLOOR = 1e-6;

const bandStroke: Stroke = { label: "correct models", color: greys.rule, dashes: null };
const extremes: Stroke = { label: "", color: greys.arrow, dashes: [3, 2] };

/**
 * Draws the eigenvalues λ of F̃ v = λ F v in ascending order on a logarithmic axis, over the band that the simulated
 * fits of a correct model of this size show, if there were any: eigenvalue by eigenvalue in grey, for both extremes
 * at once the two dashed lines. Eigenvalues of zero are triangles at the lower edge. Throws {@link DomainError} where
 * there is no eigenvalue.
 */
export function eigenvaluePlot(
  { eigenvalues, bootstrap }: Pick<Diagnosis, "eigenvalues" | "bootstrap">,
  options: FigureOptions,
): SVGSVGElement {
  if (eigenvalues.length === 0) throw new DomainError("there is no eigenvalue to draw");
  const { unit, width, narrow } = extent(options);
  const band = bootstrap && bootstrap.successful > 0 ? bootstrap.band : undefined;
  const count = eigenvalues.length;
  const y = rangeOf(eigenvalues, band);
  const ranked = eigenvalues.map((value, k): Point => [k + 1, value]);
  const zeros = ranked.filter(([, value]) => !(value > FLOOR));
  const points = ranked.filter(([, value]) => value > FLOOR);
  const outside = points.filter(([k, value]) => isOutside(value, k, band));
  const inside = points.filter((point) => !outside.includes(point));
  const radius = (count > MOST_BARS ? 2.6 : 5.5) * unit;
  const items = legendItems(band, narrow);
  const [left, top, height] = [84 * unit, 12 * unit, 270 * unit];
  const foot = top + height + 56 * unit;
  const target = sheet(options, {
    name: "eigenvalues",
    height: foot + legendHeight(items, width, unit),
    title: "Generalized eigenvalues of the empirical Fisher and the Fisher",
    description: describe(eigenvalues, band),
  });
  const x: Point = [0.4, count + 0.6];
  const color = strokes.EFGD.color;
  const drawn = panel(target, {
    name: "eigenvalues",
    frame: { x: left, y: top, width: width - left - 14 * unit, height },
    x,
    y,
    log: true,
    open: true,
    marks: [
      ...bandMarks(band, { x, y, unit, pitch: (width - left) / (count + 0.2) }),
      rule("y", 1, x, { color: "#000", width: 1.4 * unit }),
      Plot.dot(inside, {
        x: (p: Point) => p[0],
        y: (p: Point) => p[1],
        r: radius - 0.9 * unit,
        fill: "#fff",
        stroke: color,
        strokeWidth: 1.8 * unit,
      }),
      symbols(outside, { symbol: "circle", fill: color, radius }),
      Plot.dot(zeros, {
        x: (p: Point) => p[0],
        y: () => y[0] * (y[1] / y[0]) ** 0.03,
        symbol: "triangle",
        rotate: 180,
        r: radius,
        fill: color,
        stroke: "none",
      }),
    ],
  });
  axes(target, drawn, {
    xTicks: linearTicks(wholeTicks(1, count, narrow ? 6 : 12)),
    yTicks: ratioTicks(y),
    xLabel: "From the smallest to the largest",
    yLabel: "Eigenvalue",
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}

function rangeOf(eigenvalues: readonly number[], band: EigenvalueBand | undefined): Point {
  const values = band
    ? [...eigenvalues, ...band.lower, ...band.upper, band.smallest, band.largest]
    : eigenvalues;
  const drawn = values.filter((value) => value > FLOOR && Number.isFinite(value));
  // a factor of 1.25 around 1 at least: sampling noise should not look like a canyon
  return logMargin([Math.min(0.8, ...drawn), Math.max(1.25, ...drawn)], 0.08);
}

/** Without a band nothing is known to be inside of it. */
function isOutside(value: number, k: number, band: EigenvalueBand | undefined): boolean {
  return band === undefined || value < band.lower[k - 1] || value > band.upper[k - 1];
}

function bandMarks(
  band: EigenvalueBand | undefined,
  {
    x,
    y,
    unit,
    pitch,
  }: { readonly x: Point; readonly y: Point; readonly unit: number; readonly pitch: number },
): Plot.Markish[] {
  if (!band) return [];
  const half = Math.min(0.36, (24 * unit) / pitch);
  const bars = band.lower.map((low, k) => ({
    k: k + 1,
    low: Math.min(Math.max(low, y[0]), y[1]),
    high: Math.min(Math.max(band.upper[k], y[0]), y[1]),
  }));
  const dashed = {
    color: extremes.color,
    width: 2 * unit,
    dashes: `${6 * unit} ${4 * unit}`,
  };
  return [
    bars.length > MOST_BARS
      ? Plot.areaY(bars, { x: "k", y1: "low", y2: "high", fill: bandStroke.color })
      : Plot.rect(bars, {
          x1: (bar: (typeof bars)[number]) => bar.k - half,
          x2: (bar: (typeof bars)[number]) => bar.k + half,
          y1: "low",
          y2: "high",
          fill: bandStroke.color,
        }),
    ...[band.smallest, band.largest]
      .filter((value) => value > y[0] && value < y[1])
      .map((value) => rule("y", value, x, dashed)),
  ];
}

function legendItems(band: EigenvalueBand | undefined, narrow: boolean): LegendItem[] {
  if (!band) return [];
  const share = percent(band.level);
  return [
    {
      label: narrow ? `${share} of correct models` : `${share} of correct models, each eigenvalue`,
      line: bandStroke,
      width: 12,
    },
    { label: narrow ? "both extremes" : "both extremes at once", line: extremes, width: 2 },
  ];
}

function describe(eigenvalues: readonly number[], band: EigenvalueBand | undefined): string {
  const number = (value: number): string => value.toPrecision(4);
  const found = `From ${number(eigenvalues[0])} to ${number(eigenvalues.at(-1)!)}; all are 1 where the two are equal.`;
  if (!band) return found;
  return `${found} ${percent(band.level)} of correct models of this size stay between ${number(band.smallest)} and ${number(band.largest)}.`;
}
