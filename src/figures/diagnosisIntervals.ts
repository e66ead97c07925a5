/** The intervals of the coefficients under several covariances. */
import * as Plot from "@observablehq/plot";
import type { CoefficientRow, CovarianceTable } from "../statistics/results.ts";
import { axes } from "./axes.ts";
import { covarianceLegend, covarianceStrokes, roundTicks, shortened } from "./diagnosisStyle.ts";
import { legend, legendHeight } from "./legend.ts";
import { extent, panel, sheet } from "./sheet.ts";
import { dashArray, type FigureOptions, greys, sizes } from "./style.ts";
import { measure } from "./words.ts";

/** Coefficients that one figure shows. */
export const MOST_INTERVALS = 40;

/**
 * Draws the intervals of the coefficients (the first 40) around their estimates, in units of the first covariance's
 * standard error, so that coefficients of all sizes can be compared. A cross marks where zero is, if it is near: an
 * interval without its cross is significant.
 *
 * ```ts
 * document.body.append(coefficientIntervals(diagnosis.covariances, { document }));
 * ```
 */
export function coefficientIntervals(
  tables: readonly CovarianceTable[],
  options: FigureOptions,
): SVGSVGElement {
  const { unit, width, narrow } = extent(options);
  const rows = tables[0].coefficients.slice(0, MOST_INTERVALS);
  const names = rows.map(({ name }) => shortened(name, narrow ? 9 : 16));
  const left = (30 + sizes.tick * Math.max(...names.map(measure))) * unit;
  const pitch = 34 * unit;
  const top = 14 * unit;
  const height = Math.max(2, rows.length) * pitch;
  const foot = top + height + 60 * unit;
  const items = covarianceLegend(tables.map(({ kind }) => kind));
  const percent = `${Number((100 * tables[0].level).toPrecision(6))} %`;
  const target = sheet(options, {
    name: "coefficient-intervals",
    height: foot + legendHeight(items, width, unit),
    title: `${percent} intervals of the coefficients`,
    description: rows.map((row, t) => describe(row, tables, t)).join(" "),
  });
  const size = (t: number): number => rows[t].standardError || 1;
  const shown = (value: number, t: number): number => (value - rows[t].estimate) / size(t);
  const marks = tables.flatMap(({ kind, coefficients }, k) =>
    coefficients.slice(0, MOST_INTERVALS).map(({ lower, upper }, t) => ({
      kind,
      low: shown(lower, t),
      high: shown(upper, t),
      y: rows.length - t + ((tables.length - 1) / 2 - k) * 0.24,
    })),
  );
  const reach =
    1.06 * Math.max(1, ...marks.flatMap(({ low, high }) => [-low, high]).filter(Number.isFinite));
  const zeros = rows
    .map((_, t) => ({ x: shown(0, t), y: rows.length - t }))
    .filter(({ x }) => Math.abs(x) <= reach);
  const drawn = panel(target, {
    name: "intervals",
    frame: { x: left, y: top, width: width - left - 16 * unit, height },
    x: [-reach, reach],
    y: [0.5, rows.length + 0.5],
    open: true,
    marks: [
      Plot.link([0], {
        x1: 0,
        x2: 0,
        y1: 0.5,
        y2: rows.length + 0.5,
        stroke: greys.rule,
        strokeWidth: unit,
      }),
      ...tables.map(({ kind }) =>
        Plot.link(
          marks.filter((mark) => mark.kind === kind),
          {
            x1: "low",
            x2: "high",
            y1: "y",
            y2: "y",
            stroke: covarianceStrokes[kind].color,
            strokeWidth: sizes.curve * unit,
            strokeDasharray: dashArray(covarianceStrokes[kind], sizes.curve * unit),
          },
        ),
      ),
      Plot.dot(zeros, {
        x: "x",
        y: "y",
        symbol: "times",
        r: 5 * unit,
        stroke: "#000",
        strokeWidth: 1.6 * unit,
      }),
    ],
  });
  axes(target, drawn, {
    xTicks: roundTicks(-reach, reach, 5),
    yTicks: names.map((text, t) => ({ value: rows.length - t, text })),
    xLabel: narrow
      ? "Distance from the estimate"
      : `Distance from the estimate in standard errors (${covarianceStrokes[tables[0].kind].label}); × is zero`,
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}

function describe(row: CoefficientRow, tables: readonly CovarianceTable[], t: number): string {
  const intervals = tables.map(({ kind, coefficients }) => {
    const { lower, upper } = coefficients[t];
    return `${covarianceStrokes[kind].label} ${lower.toPrecision(4)} to ${upper.toPrecision(4)}`;
  });
  return `${row.name}: ${row.estimate.toPrecision(4)}, ${intervals.join(", ")}.`;
}
