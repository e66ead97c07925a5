/** Figures 2 and 4: data sets, and the quadratic approximations at their minima. */
import * as Plot from "@observablehq/plot";
import type { Minima, MinimumPanel } from "../experiments/results.ts";
import { type LegendItem, legend, legendHeight } from "./legend.ts";
import { contours, curve, type Point, symbols } from "./marks.ts";
import { cells, extent, type Frame, panel, type Sheet, sheet } from "./sheet.ts";
import {
  blue,
  ellipseStrokes,
  type FigureOptions,
  greys,
  type Stroke,
  sizes,
  yellow,
} from "./style.ts";
import { write } from "./words.ts";

/** The windows of the data rows: Figure 2 shows two features, Figure 4 a feature and the target. */
const dataWindows = {
  2: { x: [-9, 9], y: [-9, 9] },
  4: { x: [-4, 4], y: [-6, 10] },
} as const;

const contourStroke: Stroke = { label: "Loss contour", color: greys.contour, dashes: null };

const explained: readonly LegendItem[] = [
  { label: contourStroke.label, line: contourStroke, width: 2 * sizes.contour },
  { label: ellipseStrokes.fisher.label, line: ellipseStrokes.fisher, width: sizes.curve },
  {
    label: ellipseStrokes.empiricalFisher.label,
    line: ellipseStrokes.empiricalFisher,
    width: sizes.curve,
  },
  { label: "Minimum", symbol: "star", radius: sizes.star },
];

/**
 * Draws Figure 2 or 4: per panel of the result the data, and around the minimum the loss contours
 * with the ellipses of the Fisher and of the empirical Fisher. The lower windows are those of the
 * surfaces in the result.
 *
 * ```ts
 * document.body.append(figureMinima(result, { document }));
 * ```
 */
export function figureMinima(result: Minima, options: FigureOptions): SVGSVGElement {
  const { unit, narrow, width } = extent(options);
  const { panels } = result;
  const { upper, lower, foot } = arrange(panels.length, width, unit, narrow);
  const target = sheet(options, {
    name: `figure${result.figure}`,
    height: foot + 18 * unit + legendHeight(explained, width, unit),
    title:
      result.figure === 2
        ? "Quadratic approximations of the logistic loss at its minimum"
        : "Quadratic approximations of the least-squares loss at its minimum",
    description: panels.map(describe).join(" "),
  });
  panels.forEach((content, i) => {
    drawData(target, result, content, upper[i]!);
    drawApproximation(target, content, lower[i]!);
  });
  const columns = panels.map((content, i) => ({ lines: [content.title], frame: upper[i]! }));
  const rows = [
    { lines: ["Dataset"], frame: upper[0] },
    { lines: ["Quadratic", "approximation"], frame: lower[0] },
  ];
  const size = narrow ? 17 : sizes.title;
  for (const { lines, frame } of narrow ? rows : columns) {
    if (frame) nameColumn(target, lines.join(" "), frame, size);
  }
  for (const { lines, frame } of narrow ? columns : rows) {
    if (frame) nameRow(target, lines, frame, size);
  }
  legend(target, explained, foot + 25 * unit);
  return target.svg;
}

/** Data above approximation, a column a panel; on a narrow sheet side by side, a row a panel. */
function arrange(
  count: number,
  width: number,
  unit: number,
  narrow: boolean,
): { upper: Frame[]; lower: Frame[]; foot: number } {
  const x = (narrow ? 34 : 58) * unit;
  const y = 36 * unit;
  const gap = 14 * unit;
  const columns = narrow ? 2 : Math.max(count, 1);
  const cell = (width - x - 8 * unit - (columns - 1) * gap) / columns;
  if (narrow) {
    const height = 0.72 * cell;
    const frames = (left: number): Frame[] =>
      cells({ x: left, y, width: cell, height }, { columns: 1, count, gapX: 0, gapY: gap });
    const foot = y + count * height + (count - 1) * gap;
    return { upper: frames(x), lower: frames(x + cell + gap), foot };
  }
  const heights = [0.44 * cell, 0.58 * cell] as const;
  const row = (top: number, height: number): Frame[] =>
    cells({ x, y: top, width: cell, height }, { columns, count, gapX: gap, gapY: 0 });
  const second = y + heights[0] + gap;
  return { upper: row(y, heights[0]), lower: row(second, heights[1]), foot: second + heights[1] };
}

function nameColumn(target: Sheet, text: string, frame: Frame, size: number): void {
  const x = frame.x + frame.width / 2;
  write(target, target.svg, text, x, frame.y - 11 * target.unit, { size, bold: true });
}

function nameRow(target: Sheet, lines: readonly string[], frame: Frame, size: number): void {
  const y = frame.y + frame.height / 2;
  const pitch = 22 * target.unit;
  lines.forEach((line, i) => {
    const x = frame.x - 12 * target.unit - (lines.length - 1 - i) * pitch;
    write(target, target.svg, line, x, y, { size, bold: true, rotate: -90 });
  });
}

function drawData(target: Sheet, result: Minima, content: MinimumPanel, frame: Frame): void {
  const { unit } = target;
  const window = dataWindows[result.figure];
  const { x, y } = content.data;
  const ofClass = (label: number): Point[] =>
    x.filter((_, i) => y[i] === label).map((row) => [row[0]!, row[1]!]);
  panel(target, {
    name: `${content.title} data`,
    frame,
    ...window,
    marks:
      result.figure === 2
        ? [
            symbols(ofClass(0), { symbol: "triangle", fill: blue, radius: 3 * unit, opacity: 0.4 }),
            crosses(ofClass(1), unit),
          ]
        : [
            crosses(
              x.map((row, i) => [row[0]!, y[i]!]),
              unit,
            ),
            Plot.line(leastSquares(content, window.x), {
              stroke: blue,
              strokeWidth: 0.75 * sizes.line * unit,
            }),
          ],
  });
}

function crosses(points: readonly Point[], unit: number): Plot.Markish {
  return Plot.dot(points, {
    x: (p: Point) => p[0],
    y: (p: Point) => p[1],
    symbol: "times",
    r: 2.7 * unit,
    stroke: yellow,
    strokeOpacity: 0.45,
    strokeWidth: 1.4 * unit,
  });
}

/** The line of parameters (slope, bias) over the window. */
function leastSquares({ minimum }: MinimumPanel, window: Point): [number, number][] {
  return window.map((x) => [x, minimum[0] * x + minimum[1]]);
}

function drawApproximation(target: Sheet, content: MinimumPanel, frame: Frame): void {
  const { unit } = target;
  const { ellipses } = content;
  panel(target, {
    name: `${content.title} approximation`,
    frame,
    x: content.contours.x,
    y: content.contours.y,
    marks: [
      contours(content.contours, 4, unit),
      curve(closed(ellipses.fisher), ellipseStrokes.fisher, sizes.line * unit),
      curve(closed(ellipses.empiricalFisher), ellipseStrokes.empiricalFisher, sizes.line * unit),
      symbols([content.minimum], { symbol: "star", fill: "#000", radius: sizes.star * unit }),
    ],
  });
}

function closed(points: readonly Point[]): Point[] {
  return points.length === 0 ? [] : [...points, points[0]!];
}

function describe(content: MinimumPanel): string {
  const [a, b] = content.minimum;
  const [low, high] = content.generalizedEigenvalues;
  const accuracy =
    content.accuracy === undefined ? "" : `, accuracy ${(100 * content.accuracy).toFixed(1)} %`;
  return (
    `${content.title}: minimum at (${a.toFixed(3)}, ${b.toFixed(3)})${accuracy}; ` +
    `the empirical Fisher is ${low.toFixed(2)} to ${high.toFixed(2)} times the Fisher.`
  );
}
