/** The intervals of the coefficients under several covariances. */
import * as Plot from "@observablehq/plot";
import { DomainError } from "../errors.ts";
import type { CovarianceTable } from "../statistics/results.ts";
import { axes } from "./axes.ts";
import { disagreement } from "./coefficientPairs.ts";
import { covarianceStrokes, legendOf, percent, roundTicks, rule } from "./diagnosisStyle.ts";
import { legend, legendHeight } from "./legend.ts";
import { shortened } from "./names.ts";
import { extent, panel, sheet } from "./sheet.ts";
import { dashArray, type FigureOptions, greys, sizes } from "./style.ts";
import { measure } from "./words.ts";

/** Coefficients that one figure shows. */
export const MOST_INTERVALS = 40;

/** The longest half of an interval that is drawn to its end, in standard errors of the reference. */
const FARTHEST = 12;

interface Bar {
  readonly table: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Draws the intervals of the coefficients around their estimates, in standard errors of the last covariance, so that
 * coefficients of all sizes compare. A tall tick marks where zero is, if it is near: an interval that contains it is
 * not significant. Of more than 40 coefficients those whose standard errors disagree most are shown. Throws
 * {@link DomainError} without a table.
 *
 * ```ts
 * document.body.append(coefficientIntervals(diagnosis.covariances, { document }));
 * ```
 */
export function coefficientIntervals(
  tables: readonly CovarianceTable[],
  options: FigureOptions,
): SVGSVGElement {
  if (tables.length === 0) throw new DomainError("intervals need at least one covariance");
  const { unit, width, narrow } = extent(options);
  const shown = shownCoefficients(tables);
  const { coefficients: reference, kind, level } = tables.at(-1)!;
  const names = shown.map((t) => shortened(reference[t].name, narrow ? 9 : 17));
  const left = (28 + 1.06 * sizes.tick * Math.max(...names.map(measure))) * unit;
  const pitch = (tables.length > 1 ? 42 : 28) * unit;
  const top = 10 * unit;
  const height = shown.length * pitch;
  const foot = top + height + 56 * unit;
  const items = legendOf(tables.map((table) => covarianceStrokes[table.kind]));
  const target = sheet(options, {
    name: "intervals",
    height: foot + legendHeight(items, width, unit),
    title: `${percent(level)} intervals of the coefficients`,
    description: describe(tables, shown),
  });
  const scaled = (value: number, t: number): number =>
    (value - reference[t].estimate) / (reference[t].standardError || 1);
  const position = (row: number): number => shown.length - row;
  const bars = tables.flatMap(({ coefficients }, table) =>
    shown.map((t, row): Bar => {
      const y = position(row) + ((tables.length - 1) / 2 - table) * 0.25;
      const { lower, upper } = coefficients[t];
      return { table, y, low: scaled(lower, t), high: scaled(upper, t) };
    }),
  );
  const widest = Math.max(2, ...bars.map(({ high }) => high).filter(Number.isFinite));
  const reach = 1.12 * Math.min(widest, FARTHEST);
  const zeros = shown
    .map((t, row) => ({ x: scaled(0, t), y: position(row) }))
    .filter(({ x }) => Math.abs(x) < reach);
  const y: [number, number] = [0.5, shown.length + 0.5];
  const drawn = panel(target, {
    name: "intervals",
    frame: { x: left, y: top, width: width - left - 14 * unit, height },
    x: [-reach, reach],
    y,
    open: true,
    marks: [
      rule("x", 0, y, { color: greys.rule, width: 1.5 * unit }),
      ...tables.flatMap((table, k) =>
        barMarks(
          bars.filter((bar) => bar.table === k),
          table,
          unit,
        ),
      ),
      ticks(zeros, 0.42, "#000", 2.2 * unit),
    ],
  });
  const { label } = covarianceStrokes[kind];
  axes(target, drawn, {
    xTicks: roundTicks(-reach, reach, narrow ? 5 : 9),
    yTicks: names.map((text, row) => ({ value: position(row), text })),
    xLabel: narrow
      ? "Standard errors"
      : `Distance from the estimate, in standard errors (${label}); the tall tick is zero`,
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}

/** The dashes of a covariance, and solid ends, so that an interval never ends in a gap. */
function barMarks(bars: readonly Bar[], { kind }: CovarianceTable, unit: number): Plot.Markish[] {
  const stroke = covarianceStrokes[kind];
  const finite = bars.filter(({ low, high }) => Number.isFinite(high - low));
  const width = sizes.curve * unit;
  return [
    Plot.link(finite, {
      x1: "low",
      x2: "high",
      y1: "y",
      y2: "y",
      stroke: stroke.color,
      strokeWidth: width,
      strokeDasharray: dashArray(stroke, width),
    }),
    ticks(
      finite.flatMap(({ low, high, y }) => [low, high].map((x) => ({ x, y }))),
      0.1,
      stroke.color,
      2.2 * unit,
    ),
  ];
}

function ticks(
  places: readonly { readonly x: number; readonly y: number }[],
  half: number,
  stroke: string,
  strokeWidth: number,
): Plot.Markish {
  return Plot.link(places, {
    x1: "x",
    x2: "x",
    y1: (p: { y: number }) => p.y - half,
    y2: (p: { y: number }) => p.y + half,
    stroke,
    strokeWidth,
  });
}

/** Indices of the coefficients in the figure, ascending. */
export function shownCoefficients(tables: readonly CovarianceTable[]): number[] {
  const all = tables[0].coefficients.map((_, t) => t);
  if (all.length <= MOST_INTERVALS) return all;
  return all
    .map((t) => ({ t, ratio: disagreement(tables, t) }))
    .sort((a, b) => b.ratio - a.ratio || a.t - b.t)
    .slice(0, MOST_INTERVALS)
    .map(({ t }) => t)
    .sort((a, b) => a - b);
}

function describe(tables: readonly CovarianceTable[], shown: readonly number[]): string {
  const intervals = (t: number): string =>
    tables
      .map(({ kind, coefficients }) => {
        const { lower, upper } = coefficients[t];
        return `${covarianceStrokes[kind].label} ${lower.toPrecision(4)} to ${upper.toPrecision(4)}`;
      })
      .join(", ");
  return shown
    .map((t) => {
      const { name, estimate } = tables[0].coefficients[t];
      return `${shortened(name, 30)}: ${estimate.toPrecision(4)}, ${intervals(t)}.`;
    })
    .join(" ");
}
