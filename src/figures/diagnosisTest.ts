/** White's information matrix test: the moments that are violated most, and the statistic among simulated ones. */
import * as Plot from "@observablehq/plot";
import { DomainError } from "../errors.ts";
import type { InformationMatrixTest } from "../statistics/results.ts";
import { axes } from "./axes.ts";
import { roundTicks, rule, wholeTicks } from "./diagnosisStyle.ts";
import type { LegendItem } from "./legend.ts";
import { legend, legendHeight } from "./legend.ts";
import type { Point } from "./marks.ts";
import { shortened } from "./names.ts";
import { extent, panel, sheet } from "./sheet.ts";
import { type FigureOptions, greys, type Stroke, sizes, strokes } from "./style.ts";
import { linearTicks } from "./ticks.ts";
import { measure } from "./words.ts";

/** Moments that one figure shows. */
const MOST_MOMENTS = 12;

/** The standard normal exceeds it in 5 % of the cases. */
const CRITICAL = 1.959963984540054;

/**
 * Draws the standardized moments of the test, the most violated first: beyond the dashed lines lie 5 % of the moments
 * of a correct model. Throws {@link DomainError} where the test has no moment.
 */
export function momentPlot(
  { moments }: Pick<InformationMatrixTest, "moments">,
  options: FigureOptions,
): SVGSVGElement {
  const shown = moments.slice(0, MOST_MOMENTS);
  if (shown.length === 0) throw new DomainError("the test has no moment to draw");
  const { unit, width, narrow } = extent(options);
  const names = shown.map(({ name }) => shortened(name, narrow ? 11 : 20));
  const left = (26 + 1.06 * sizes.tick * Math.max(...names.map(measure))) * unit;
  const [top, pitch] = [8 * unit, 29 * unit];
  const height = shown.length * pitch;
  const target = sheet(options, {
    name: "moments",
    height: top + height + 56 * unit,
    title: "The most violated moments of the information matrix test",
    description: shown.map(({ z }, i) => `${names[i]}: z = ${z.toPrecision(3)}.`).join(" "),
  });
  const values = shown.map(({ z }) => z).filter(Number.isFinite);
  const x: Point = [1.08 * Math.min(-2.5, ...values), 1.08 * Math.max(2.5, ...values)];
  const y: Point = [0.5, shown.length + 0.5];
  const bars = shown.map(({ z }, row) => ({ z, y: shown.length - row }));
  const dashed = { color: greys.arrow, width: 1.6 * unit, dashes: `${5 * unit} ${4 * unit}` };
  const drawn = panel(target, {
    name: "moments",
    frame: { x: left, y: top, width: width - left - 16 * unit, height },
    x,
    y,
    open: true,
    marks: [
      rule("x", -CRITICAL, y, dashed),
      rule("x", CRITICAL, y, dashed),
      rule("x", 0, y, { color: "#000", width: unit }),
      Plot.link(
        bars.filter(({ z }) => Number.isFinite(z)),
        {
          x1: 0,
          x2: "z",
          y1: "y",
          y2: "y",
          stroke: strokes.EFGD.color,
          strokeWidth: 9 * unit,
        },
      ),
    ],
  });
  axes(target, drawn, {
    xTicks: roundTicks(...x, narrow ? 5 : 8),
    yTicks: names.map((text, row) => ({ value: shown.length - row, text })),
    xLabel: narrow
      ? "z"
      : "z of the moment: above 0, the empirical Fisher exceeds the Fisher there",
  });
  return target.svg;
}

const observedStroke: Stroke = { label: "this data", color: strokes.EFGD.color, dashes: null };
const criticalStroke: Stroke = { label: "95 % of them", color: greys.arrow, dashes: [3, 2] };
const simulatedStroke: Stroke = {
  label: "fits simulated from the model",
  color: greys.rule,
  dashes: null,
};

/**
 * Draws the statistic of the test among those of the fits simulated from the model, as a histogram. A statistic beyond
 * twice the largest simulated one is an arrow at the edge. Throws {@link DomainError} without simulated statistics.
 */
export function statisticPlot(
  { statistic, bootstrap }: Pick<InformationMatrixTest, "statistic" | "bootstrap">,
  statistics: readonly number[],
  options: FigureOptions,
): SVGSVGElement {
  const finite = statistics.filter(Number.isFinite);
  if (finite.length === 0) throw new DomainError("there is no simulated statistic to draw");
  const { unit, width, narrow } = extent(options);
  const largest = finite.reduce((a, b) => Math.max(a, b), 0);
  const far = statistic > 2 * largest;
  const end = 1.04 * (far ? 2 * largest : Math.max(largest, statistic)) || 1;
  const bins = histogram(finite, largest || 1);
  const top = Math.max(...bins.map(({ count }) => count));
  const items: LegendItem[] = [
    { label: simulatedStroke.label, line: simulatedStroke, width: 12 },
    ...(bootstrap ? [{ label: criticalStroke.label, line: criticalStroke, width: 2 }] : []),
    {
      label: far
        ? `this data: ${statistic.toPrecision(4)}, off to the right`
        : observedStroke.label,
      line: observedStroke,
      width: sizes.curve,
    },
  ];
  const [left, head, height] = [72 * unit, 10 * unit, 190 * unit];
  const foot = head + height + 56 * unit;
  const target = sheet(options, {
    name: "simulated",
    height: foot + legendHeight(items, width, unit),
    title: "The test statistic among those of fits simulated from the model",
    description:
      `${finite.length} simulated statistics, the largest ${largest.toPrecision(4)}; this data has ${statistic.toPrecision(4)}.` +
      (bootstrap ? ` 95 % of them are below ${bootstrap.critical.toPrecision(4)}.` : ""),
  });
  const y: Point = [0, 1.12 * top];
  const drawn = panel(target, {
    name: "simulated",
    frame: { x: left, y: head, width: width - left - 16 * unit, height },
    x: [0, end],
    y,
    open: true,
    marks: [
      Plot.rect(bins, {
        x1: "low",
        x2: "high",
        y1: 0,
        y2: "count",
        fill: greys.rule,
        insetLeft: 0.5 * unit,
        insetRight: 0.5 * unit,
      }),
      ...(bootstrap && bootstrap.critical < end
        ? [
            rule("x", bootstrap.critical, y, {
              color: greys.arrow,
              width: 2 * unit,
              dashes: `${6 * unit} ${4 * unit}`,
            }),
          ]
        : []),
      far
        ? Plot.arrow([0], {
            x1: 0.9 * end,
            x2: 0.995 * end,
            y1: 0.6 * top,
            y2: 0.6 * top,
            stroke: observedStroke.color,
            strokeWidth: sizes.curve * unit,
            headLength: 4,
          })
        : rule("x", statistic, y, { color: observedStroke.color, width: sizes.curve * unit }),
    ],
  });
  axes(target, drawn, {
    xTicks: roundTicks(0, end, narrow ? 5 : 9),
    yTicks: linearTicks(wholeTicks(0, top, 4)),
    xLabel: "Statistic",
    yLabel: "Fits",
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}

/** Counts in equal bins from 0 to `largest`, about as many as the root of the number of values. */
function histogram(
  values: readonly number[],
  largest: number,
): { low: number; high: number; count: number }[] {
  const bins = Math.max(5, Math.min(40, Math.ceil(Math.sqrt(values.length))));
  const size = largest / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    counts[Math.min(bins - 1, Math.max(0, Math.floor(value / size)))]++;
  }
  return counts.map((count, i) => ({ low: i * size, high: (i + 1) * size, count }));
}
