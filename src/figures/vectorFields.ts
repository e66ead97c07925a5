/** Figure 1: the vector fields that gradient, natural and empirical-Fisher descent follow. */
import * as Plot from "@observablehq/plot";
import type { Figure1 } from "../experiments/results.ts";
import { axes } from "./axes.ts";
import { contours, curve, quiver, symbols } from "./marks.ts";
import { cells, extent, type Panel, panel, type Sheet, sheet } from "./sheet.ts";
import { blue, dashArray, type FigureOptions, sizes, strokes } from "./style.ts";
import { linearTicks } from "./ticks.ts";
import { write } from "./words.ts";

/** An arrow of the paper is |v| / 30 of the panel's width long. */
const quiverScale = 30;

/**
 * Draws Figure 1: the data with the fitted line, then per method the loss contours, the vector field
 * and the trajectories in the plane of (bias, slope). Coordinates are those of the result.
 *
 * ```ts
 * document.body.append(figure1(result, { document, width: 960 }));
 * ```
 */
export function figure1(result: Figure1, options: FigureOptions): SVGSVGElement {
  const { unit, narrow } = extent(options);
  const side = (narrow ? 188 : 208) * unit;
  const columns = narrow ? 2 : 4;
  const left = 36 * unit;
  const top = 34 * unit;
  const gapX = (narrow ? 54 : 18) * unit;
  const gapY = 76 * unit;
  const count = 1 + result.fields.length;
  const rows = Math.ceil(count / columns);
  const first = { x: left, y: top, width: side, height: side };
  const frames = cells(first, { columns, count, gapX, gapY }).map((frame, i) =>
    narrow || i === 0 ? frame : { ...frame, x: frame.x + 32 * unit },
  );
  const [b, slope] = result.minimum;
  const target = sheet(options, {
    name: "figure1",
    height: top + rows * side + (rows - 1) * gapY + 34 * unit,
    title: "Vector fields of gradient, natural gradient and empirical-Fisher descent",
    description:
      `Left, ${result.configuration.samples} samples with the fitted line, slope ` +
      `${slope.toFixed(3)}, bias ${b.toFixed(3)}. Then, for ${result.fields
        .map((f) => strokes[f.method].label)
        .join(", ")}: loss contours, arrows of the field, and trajectories to the minimum.`,
  });
  drawData(target, result, frames[0]!);
  result.fields.forEach((field, i) => {
    const frame = frames[i + 1]!;
    const paths = result.paths.filter((path) => path.method === field.method);
    const trajectory = { ...strokes[field.method], dashes: null };
    const drawn = panel(target, {
      name: field.method,
      frame,
      x: result.contours.x,
      y: result.contours.y,
      marks: [
        contours(result.contours, 5, unit),
        quiver(field.arrows, frame.width / quiverScale, unit),
        ...paths.map((path) => curve(path.points, trajectory, sizes.line * unit)),
        symbols(
          paths.map((path) => path.start),
          { symbol: "hexagon", fill: "#000", radius: sizes.start * unit },
        ),
        symbols([result.minimum], { symbol: "star", fill: "#000", radius: sizes.star * unit }),
      ],
    });
    const outer = narrow || i === 0;
    axes(target, drawn, {
      title: field.method === "EFGD" ? "EF" : strokes[field.method].label,
      xTicks: linearTicks(result.contours.x),
      variables: { x: "b", ...(outer && { y: "θ" }) },
      ...(outer && { yTicks: linearTicks(result.contours.y) }),
    });
  });
  return target.svg;
}

function drawData(target: Sheet, result: Figure1, frame: Panel["frame"]): void {
  const { unit } = target;
  const [b, slope] = result.minimum;
  const x: [number, number] = [-1, 10];
  const points = result.data.x.map((value, i) => [value, result.data.y[i]!] as const);
  const drawn = panel(target, {
    name: "Dataset",
    frame,
    x,
    y: [-2, 22],
    marks: [
      symbols(points, { symbol: "circle", fill: blue, radius: 2.2 * unit, opacity: 0.4 }),
      Plot.line(
        x.map((value) => [value, slope * value + b]),
        { stroke: "#000", strokeWidth: 3 * unit, strokeDasharray: dashArray(strokes.GD, 3 * unit) },
      ),
    ],
  });
  axes(target, drawn, {
    title: "Dataset",
    xTicks: linearTicks([0, 10]),
    yTicks: linearTicks([0, 20]),
    variables: { x: "x", y: "y" },
  });
  write(
    target,
    drawn.group,
    "y = θx + b",
    frame.x + frame.width - 8 * unit,
    frame.y + frame.height - 14 * unit,
    { anchor: "end", italic: true },
  );
}
