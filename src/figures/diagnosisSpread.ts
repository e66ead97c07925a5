/** How the gradients of the rows are spread. */
import { DomainError } from "../errors.ts";
import type { GradientSpread } from "../statistics/results.ts";
import { axes } from "./axes.ts";
import { percent, rule } from "./diagnosisStyle.ts";
import { type LegendItem, legend, legendHeight } from "./legend.ts";
import { curve, type Point, symbols } from "./marks.ts";
import { extent, panel, sheet } from "./sheet.ts";
import { type FigureOptions, greys, type Stroke, sizes, strokes } from "./style.ts";
import { linearTicks, logMargin, logTicks } from "./ticks.ts";

const mean: Stroke = { label: "mean", color: strokes.EFGD.color, dashes: [3.7, 1.6] };
const expected: Stroke = { label: "mean if the model is right", color: "#000", dashes: null };

/** Values below this times the largest are drawn at the left edge: a row that is fitted exactly has none. */
const FLOOR = 1e-8;

/**
 * Draws the distribution of ‖F^{-1/2} g_n‖² N / D over the rows: the share of rows up to each value, on a logarithmic
 * axis, through the quantiles that are known; the star is the row with the maximum. Throws {@link DomainError} where
 * no gradient differs from zero.
 */
export function spreadPlot(
  { quantiles, maximum, maximumRow, mean: average, topShare }: GradientSpread,
  options: FigureOptions,
): SVGSVGElement {
  if (!(maximum > 0)) throw new DomainError("all per-example gradients are zero: nothing to draw");
  const { unit, width, narrow } = extent(options);
  const known = quantiles
    .filter(({ value }) => Number.isFinite(value))
    .map(({ probability, value }): Point => [Math.max(value, FLOOR * maximum), probability]);
  const points = [...known.filter(([, p]) => p < 1), [maximum, 1] as const].sort(
    (a, b) => a[1] - b[1] || a[0] - b[0],
  );
  const x = logMargin([Math.min(1, points[0][0]), Math.max(1, maximum)], 0.06);
  const y: Point = [-0.03, 1.06];
  const items: LegendItem[] = [
    {
      label: `largest: row ${(maximumRow + 1).toLocaleString("en-US")}`,
      symbol: "star",
      radius: sizes.star,
    },
    ...[mean, expected].map((line) => ({ label: line.label, line, width: 2 })),
  ];
  const [left, top, height] = [84 * unit, 12 * unit, 230 * unit];
  const foot = top + height + 56 * unit;
  const target = sheet(options, {
    name: "spread",
    height: foot + legendHeight(items, width, unit),
    title: "Spread of the per-example gradients",
    description:
      `Squared length in the metric of the Fisher, in units of its mean under the model: mean ${average.toPrecision(3)}, ` +
      `maximum ${maximum.toPrecision(3)} at row ${maximumRow + 1}; the largest 1 % of the rows hold ${percent(Number(topShare.toPrecision(3)))} of the total.`,
  });
  const drawn = panel(target, {
    name: "spread",
    frame: { x: left, y: top, width: width - left - 18 * unit, height },
    x,
    y,
    logX: true,
    open: true,
    marks: [
      ...[0, 0.5, 1].map((level) => rule("y", level, x, { color: greys.rule, width: unit })),
      rule("x", 1, y, { color: expected.color, width: 1.4 * unit }),
      ...(average > 0
        ? [
            rule("x", average, y, {
              color: mean.color,
              width: 2 * unit,
              dashes: `${7 * unit} ${3 * unit}`,
            }),
          ]
        : []),
      curve(points, { label: "", color: strokes.EFGD.color, dashes: null }, sizes.curve * unit),
      symbols(known, { symbol: "circle", fill: strokes.EFGD.color, radius: 4.5 * unit }),
      symbols([[maximum, 1]], { symbol: "star", fill: "#000", radius: sizes.star * unit }),
    ],
  });
  axes(target, drawn, {
    xTicks: logTicks(x),
    yTicks: linearTicks([0, 0.5, 1]),
    xLabel: narrow
      ? "Squared length, scaled"
      : "Squared length in the metric of the Fisher, in units of its mean under the model",
    yLabel: "Share of rows",
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}
