/** Figure 5: the speed of empirical-Fisher descent depends on where it starts. */
import type { Figure5 } from "../experiments/results.ts";
import { axes } from "./axes.ts";
import { type LegendItem, legend, legendHeight } from "./legend.ts";
import { curve, type Point } from "./marks.ts";
import { cells, extent, type Frame, panel, type Sheet, sheet } from "./sheet.ts";
import { type FigureOptions, sizes, strokes } from "./style.ts";
import { iterationTicks, linearTicks, logMargin, logTicks } from "./ticks.ts";
import { wrap, write } from "./words.ts";

const explained: readonly LegendItem[] = (["NGD", "EFGD"] as const).map((method) => ({
  label: strokes[method].label,
  line: strokes[method],
  width: sizes.curve,
}));

/**
 * Draws Figure 5: loss against iteration from four starting points, on the data set (left) and on
 * the one-dimensional problem (right), for natural-gradient and empirical-Fisher descent.
 *
 * ```ts
 * document.body.append(figure5(result, { document }));
 * ```
 */
export function figure5(result: Figure5, options: FigureOptions): SVGSVGElement {
  const { unit, narrow, width } = extent(options);
  const columns = narrow ? 1 : 2;
  const left = 88 * unit;
  const gapX = 74 * unit;
  const gapY = 100 * unit;
  const top = 38 * unit;
  const { substituted } = result.configuration;
  const note = substituted === undefined ? [] : wrap(substituted, width / unit / sizes.tick - 4);
  const cell: Frame = {
    x: left,
    y: top,
    width: (width - left - 16 * unit - (columns - 1) * gapX) / columns,
    height: 230 * unit,
  };
  const rows = 2 / columns;
  const foot = top + rows * cell.height + (rows - 1) * gapY + 50 * unit;
  const below = foot + legendHeight(explained, width, unit);
  const target = sheet(options, {
    name: "figure5",
    height: below + note.length * 21 * unit + (note.length > 0 ? 6 * unit : 0),
    title: "Loss from different starting points, natural gradient and empirical Fisher",
    description: describe(result),
  });
  const [data, quadratic] = cells(cell, { columns, count: 2, gapX, gapY });
  const { configuration } = result;
  draw(target, result.dataset, data!, configuration.dataset, configuration.iterations, true);
  draw(
    target,
    result.quadratic,
    quadratic!,
    "(x − ½)² + (x + ½)²",
    configuration.quadratic.iterations,
    narrow,
  );
  legend(target, explained, foot + 12 * unit);
  note.forEach((line, i) => {
    const y = below + (13 + i * 21) * unit;
    write(target, target.svg, line, width / 2, y, { size: sizes.tick, italic: true });
  });
  return target.svg;
}

function draw(
  target: Sheet,
  curves: Figure5["dataset"],
  frame: Frame,
  title: string,
  iterations: number,
  outer: boolean,
): void {
  const values = curves.flatMap((c) => c.curve).filter((v) => Number.isFinite(v) && v > 0);
  const y = logMargin(values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0.1, 1]);
  const drawn = panel(target, {
    name: title,
    frame,
    x: [0, iterations],
    open: true,
    y,
    log: true,
    marks: curves.map((c) =>
      curve(
        c.curve.map((value, i): Point => [i, value > 0 ? value : Number.NaN]),
        strokes[c.method],
        sizes.curve * target.unit,
      ),
    ),
  });
  axes(target, drawn, {
    title,
    xTicks: linearTicks(iterationTicks(iterations)),
    yTicks: logTicks(y),
    xLabel: "Iteration",
    ...(outer && { yLabel: "Loss" }),
  });
}

function describe(result: Figure5): string {
  const tell = (curves: Figure5["dataset"], method: "NGD" | "EFGD"): string =>
    `${method} ${curves
      .filter((c) => c.method === method)
      .map((c) => c.curve.at(-1)?.toPrecision(4) ?? "–")
      .join(", ")}`;
  const { dataset, factors, quadratic } = result.configuration;
  return (
    `${dataset}, from ${factors.join(", ")} times the minimum, last loss: ` +
    `${tell(result.dataset, "NGD")}; ${tell(result.dataset, "EFGD")}. ` +
    `One-dimensional problem, from ${quadratic.starts.join(", ")}: ` +
    `${tell(result.quadratic, "NGD")}; ${tell(result.quadratic, "EFGD")}.`
  );
}
