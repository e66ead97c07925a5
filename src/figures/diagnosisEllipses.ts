/** Confidence ellipses of pairs of coefficients. */
import { DomainError } from "../errors.ts";
import type { CovarianceTable } from "../statistics/results.ts";
import { axes, reachOf } from "./axes.ts";
import { block, confidenceEllipse, type Pair } from "./coefficientPairs.ts";
import { covarianceStrokes, legendOf, percent, roundTicks, rule } from "./diagnosisStyle.ts";
import { legend, legendHeight } from "./legend.ts";
import { curve, type Point, symbols } from "./marks.ts";
import { shortened } from "./names.ts";
import { cells, extent, type Frame, panel, type Sheet, sheet } from "./sheet.ts";
import { type FigureOptions, greys, sizes } from "./style.ts";
import type { Tick } from "./ticks.ts";

/**
 * Draws, a panel for each pair, the ellipses that hold both coefficients at once with the probability of the
 * intervals, (θ − θ̂)ᵀ V⁻¹ (θ − θ̂) ≤ r², for the covariance V of each table. r² is the quantile of χ² with 2 degrees of
 * freedom, or of 2 F(2, ν) where the tests are t tests with ν. Thin lines are at zero, where that is in sight.
 *
 * Throws {@link DomainError} without pairs, or for an index that no coefficient has.
 *
 * ```ts
 * const pairs = disagreeingPairs(covariances);
 * document.body.append(confidenceEllipses(covariances, pairs, { document }));
 * ```
 */
export function confidenceEllipses(
  tables: readonly CovarianceTable[],
  pairs: readonly Pair[],
  options: FigureOptions,
): SVGSVGElement {
  if (tables.length === 0 || pairs.length === 0) {
    throw new DomainError("ellipses need at least one covariance and one pair of coefficients");
  }
  const names = tables[0].coefficients.map(({ name }) => name);
  const unknown = pairs.flat().find((t) => names[t] === undefined);
  if (unknown !== undefined) {
    throw new DomainError(`there is no coefficient ${unknown}: there are ${names.length}, from 0`);
  }
  const { unit, width, narrow } = extent(options);
  const columns = narrow ? 1 : Math.min(pairs.length, 3);
  const [left, top, gapX, gapY] = [98 * unit, 12 * unit, 104 * unit, 78 * unit];
  // a single panel is no wider than it is easy to read
  const room = (width - left - 16 * unit - (columns - 1) * gapX) / columns;
  const side = Math.min(room, 430 * unit);
  const cell: Frame = {
    x: left + (columns === 1 ? (room - side) / 2 : 0),
    y: top,
    width: side,
    height: Math.min(side, 300 * unit),
  };
  const rows = Math.ceil(pairs.length / columns);
  const foot = top + rows * cell.height + (rows - 1) * gapY + 58 * unit;
  const items = legendOf(tables.map(({ kind }) => covarianceStrokes[kind]));
  const target = sheet(options, {
    name: "ellipses",
    height: foot + legendHeight(items, width, unit),
    title: `${percent(tables[0].level)} confidence ellipses of pairs of coefficients`,
    description: pairs.map((pair) => describe(tables, pair)).join(" "),
  });
  const frames = cells(cell, { columns, count: pairs.length, gapX, gapY });
  pairs.forEach((pair, i) => {
    drawPair(target, tables, pair, frames[i], `pair ${i + 1}`);
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}

function drawPair(
  target: Sheet,
  tables: readonly CovarianceTable[],
  pair: Pair,
  frame: Frame,
  name: string,
): void {
  const { unit } = target;
  const { coefficients } = tables[0];
  const center: Point = [coefficients[pair[0]].estimate, coefficients[pair[1]].estimate];
  const ellipses = tables.map((table) => ({
    kind: table.kind,
    points: confidenceEllipse(table, pair),
  }));
  const range = (axis: 0 | 1): [number, number] => {
    const sizes = ellipses.flatMap(({ points }) =>
      points.map((p) => Math.abs(p[axis] - center[axis])),
    );
    const reach =
      1.1 * (Math.max(...sizes.filter(Number.isFinite), 0) || Math.abs(center[axis]) || 1);
    return [center[axis] - reach, center[axis] + reach];
  };
  const [x, y] = [range(0), range(1)];
  const zero = { color: greys.arrow, width: 1.2 * unit };
  const labels = [frame.width, frame.height].map((length, k) =>
    shortened(coefficients[pair[k]].name, (0.95 * length) / unit / sizes.label),
  );
  const drawn = panel(target, {
    name,
    frame,
    x,
    y,
    marks: [
      ...(x[0] < 0 && x[1] > 0 ? [rule("x", 0, y, zero)] : []),
      ...(y[0] < 0 && y[1] > 0 ? [rule("y", 0, x, zero)] : []),
      ...ellipses.map(({ kind, points }) =>
        curve(points, covarianceStrokes[kind], sizes.curve * unit),
      ),
      symbols([center], { symbol: "star", fill: "#000", radius: sizes.star * unit }),
    ],
  });
  const yTicks = roundTicks(...y, 6);
  axes(target, drawn, {
    xTicks: fittingTicks(x, frame.width / unit),
    yTicks,
    xLabel: labels[0],
    yLabel: labels[1],
    yReach: reachOf(yTicks),
  });
}

/** As many ticks as have room for their texts in `width` px of the design. */
function fittingTicks(x: readonly [number, number], width: number): Tick[] {
  const candidates = [6, 5, 4, 3, 2].map((count) => roundTicks(...x, count));
  const room = (ticks: readonly Tick[]): boolean =>
    (reachOf(ticks) + 1) * sizes.tick * ticks.length < width;
  return candidates.find(room) ?? candidates[candidates.length - 1];
}

function describe(tables: readonly CovarianceTable[], pair: Pair): string {
  const { coefficients } = tables[0];
  const correlations = tables.map((table) => {
    const [aa, ab, bb] = block(table, pair);
    return `${covarianceStrokes[table.kind].label} ${(ab / Math.sqrt(aa * bb)).toFixed(2)}`;
  });
  const [a, b] = pair.map((t) => shortened(coefficients[t].name, 30));
  return `${a} and ${b}, correlation of the estimates: ${correlations.join(", ")}.`;
}
