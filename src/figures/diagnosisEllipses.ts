/** Confidence ellipses of pairs of coefficients. */
import { DomainError } from "../errors.ts";
import type { CovarianceTable } from "../statistics/results.ts";
import { axes, reachOf } from "./axes.ts";
import { covarianceLegend, covarianceStrokes, roundTicks, shortened } from "./diagnosisStyle.ts";
import { legend, legendHeight } from "./legend.ts";
import { curve, type Point, symbols } from "./marks.ts";
import { cells, extent, type Frame, panel, type Sheet, sheet } from "./sheet.ts";
import { type FigureOptions, sizes } from "./style.ts";

/** Two coefficients, by their indices. */
export type Pair = readonly [number, number];

/**
 * Draws, a panel for each pair, the ellipses that hold both coefficients with the probability of the intervals: the
 * set (θ − θ̂)ᵀ V⁻¹ (θ − θ̂) ≤ −2 log(1 − level) of the two, for the covariance V of each table.
 *
 * Throws {@link DomainError} without pairs.
 */
export function confidenceEllipses(
  tables: readonly CovarianceTable[],
  pairs: readonly Pair[],
  options: FigureOptions,
): SVGSVGElement {
  if (pairs.length === 0) throw new DomainError("ellipses need at least one pair of coefficients");
  const { unit, width, narrow } = extent(options);
  const columns = narrow ? 1 : Math.min(pairs.length, 3);
  const side = { left: 96 * unit, right: 16 * unit, gap: 100 * unit, top: 16 * unit };
  const cell: Frame = {
    x: side.left,
    y: side.top,
    width: (width - side.left - side.right - (columns - 1) * side.gap) / columns,
    height: 230 * unit,
  };
  const rows = Math.ceil(pairs.length / columns);
  const gapY = 84 * unit;
  const foot = side.top + rows * cell.height + (rows - 1) * gapY + 60 * unit;
  const items = covarianceLegend(tables.map(({ kind }) => kind));
  const names = tables[0].coefficients.map(({ name }) => name);
  const percent = `${Number((100 * tables[0].level).toPrecision(6))} %`;
  const target = sheet(options, {
    name: "confidence-ellipses",
    height: foot + legendHeight(items, width, unit),
    title: `${percent} confidence ellipses of pairs of coefficients`,
    description: pairs.map(([a, b]) => `${names[a]} and ${names[b]}.`).join(" "),
  });
  const frames = cells(cell, { columns, count: pairs.length, gapX: side.gap, gapY });
  pairs.forEach((pair, i) => {
    drawPair(target, tables, pair, frames[i]);
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}

function drawPair(
  target: Sheet,
  tables: readonly CovarianceTable[],
  pair: Pair,
  frame: Frame,
): void {
  const { unit } = target;
  const [a, b] = pair;
  const { coefficients } = tables[0];
  const center: Point = [coefficients[a].estimate, coefficients[b].estimate];
  const ellipses = tables.map((table) => ({ kind: table.kind, points: ellipse(table, pair) }));
  const reach = (axis: 0 | 1): number =>
    1.08 *
    (Math.max(
      ...ellipses.flatMap(({ points }) => points.map((p) => Math.abs(p[axis] - center[axis]))),
    ) || 1);
  const [rx, ry] = [reach(0), reach(1)];
  const x: Point = [center[0] - rx, center[0] + rx];
  const y: Point = [center[1] - ry, center[1] + ry];
  const names = pair.map((t) =>
    shortened(coefficients[t].name, 0.9 * (frame.width / unit / sizes.label)),
  );
  const drawn = panel(target, {
    name: `${coefficients[a].name}, ${coefficients[b].name}`,
    frame,
    x,
    y,
    marks: [
      ...ellipses.map(({ kind, points }) =>
        curve(points, covarianceStrokes[kind], sizes.curve * unit),
      ),
      symbols([center], { symbol: "star", fill: "#000", radius: sizes.star * unit }),
    ],
  });
  const yTicks = roundTicks(...y, 4);
  axes(target, drawn, {
    xTicks: roundTicks(...x, 3),
    yTicks,
    xLabel: names[0],
    yLabel: names[1],
    yReach: reachOf(yTicks),
  });
}

/** Points of the ellipse, the first again at the end. */
function ellipse({ matrix, coefficients, level }: CovarianceTable, [a, b]: Pair): Point[] {
  const entry = (i: number, j: number): number => matrix.data[i * matrix.cols + j];
  // Cholesky factor of the 2 × 2 block
  const l11 = Math.sqrt(Math.max(0, entry(a, a)));
  const l21 = l11 > 0 ? entry(a, b) / l11 : 0;
  const l22 = Math.sqrt(Math.max(0, entry(b, b) - l21 * l21));
  const radius = Math.sqrt(-2 * Math.log1p(-level));
  return Array.from({ length: 121 }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / 120;
    const [u, v] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    return [coefficients[a].estimate + l11 * u, coefficients[b].estimate + l21 * u + l22 * v];
  });
}
