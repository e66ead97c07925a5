/** The generalized eigenvalues of the empirical Fisher and the Fisher, and what a correct model would show. */
import * as Plot from "@observablehq/plot";
import type { Diagnosis } from "../statistics/results.ts";
import { axes, reachOf } from "./axes.ts";
import { legend, legendHeight } from "./legend.ts";
import { type Point, symbols } from "./marks.ts";
import { extent, panel, sheet } from "./sheet.ts";
import { type FigureOptions, greys, strokes } from "./style.ts";
import { logMargin, logTicks, type Tick } from "./ticks.ts";

/**
 * Draws the eigenvalues λ of F̃ v = λ F v in ascending order on a logarithmic axis, over the band that the simulated
 * fits of a correct model of this size show (if there were any). Eigenvalues of zero cannot be shown.
 */
export function generalizedEigenvaluePlot(
  { eigenvalues, bootstrap }: Pick<Diagnosis, "eigenvalues" | "bootstrap">,
  options: FigureOptions,
): SVGSVGElement {
  const { unit, width, narrow } = extent(options);
  const band = bootstrap && bootstrap.successful > 0 ? bootstrap.band : undefined;
  const points = eigenvalues
    .map((value, k): Point => [k + 1, value])
    .filter(([, value]) => value > 0);
  const bars = band ? band.lower.map((low, k) => ({ k: k + 1, low, high: band.upper[k] })) : [];
  const values = [1, ...points.map(([, v]) => v), ...bars.flatMap(({ low, high }) => [low, high])];
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const y = logMargin([Math.min(...positive), Math.max(...positive)], 0.1);
  const items = [
    { label: "eigenvalue", symbol: "circle" as const, radius: 4 },
    ...(band
      ? [
          {
            label: `${Number((100 * band.level).toPrecision(4))} % of correct models`,
            line: { label: "", color: greys.rule, dashes: null },
            width: 9,
          },
        ]
      : []),
  ];
  const [left, top, height] = [90 * unit, 14 * unit, 260 * unit];
  const foot = top + height + 60 * unit;
  const count = eigenvalues.length;
  const target = sheet(options, {
    name: "generalized-eigenvalues",
    height: foot + legendHeight(items, width, unit),
    title: "Generalized eigenvalues of the empirical Fisher and the Fisher",
    description:
      `From ${eigenvalues[0].toPrecision(4)} to ${eigenvalues[count - 1].toPrecision(4)}; all are 1 where the two are equal.` +
      (band
        ? ` A correct model of this size shows ${band.smallest.toPrecision(4)} to ${band.largest.toPrecision(4)}.`
        : ""),
  });
  const drawn = panel(target, {
    name: "eigenvalues",
    frame: { x: left, y: top, width: width - left - 16 * unit, height },
    x: [0.3, count + 0.7],
    y,
    log: true,
    open: true,
    marks: [
      Plot.rect(bars, {
        x1: (bar: (typeof bars)[number]) => bar.k - 0.4,
        x2: (bar: (typeof bars)[number]) => bar.k + 0.4,
        y1: (bar: (typeof bars)[number]) => Math.max(bar.low, y[0]),
        y2: "high",
        fill: greys.rule,
      }),
      Plot.link([1], {
        x1: 0.3,
        x2: count + 0.7,
        y1: 1,
        y2: 1,
        stroke: "#000",
        strokeWidth: unit,
        strokeDasharray: `${4 * unit} ${3 * unit}`,
      }),
      symbols(points, { symbol: "circle", fill: strokes.EFGD.color, radius: 4 * unit }),
    ],
  });
  const yTicks = logTicks(y);
  axes(target, drawn, {
    xTicks: indexTicks(count),
    yTicks,
    xLabel: narrow ? "Eigenvalue" : "Eigenvalue, from the smallest to the largest",
    yLabel: "λ",
    yReach: reachOf(yTicks),
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}

/** At most ten whole numbers from 1 to `count`. */
function indexTicks(count: number): Tick[] {
  const every =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((step) => count / step <= 10) ?? count;
  return Array.from({ length: Math.floor(count / every) }, (_, i) => (i + 1) * every).map(
    (value) => ({
      value,
      text: `${value}`,
    }),
  );
}
