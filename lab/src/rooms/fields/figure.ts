/** The room Fields as a figure on paper, drawn with the marks of the command line's figures. */
import { axes } from "../../../../src/figures/axes.ts";
import { contours, curve, type Point, quiver, symbols } from "../../../../src/figures/marks.ts";
import { svgFile } from "../../../../src/figures/render.ts";
import { cells, extent, panel, sheet } from "../../../../src/figures/sheet.ts";
import { blue, sizes } from "../../../../src/figures/style.ts";
import { linearTicks, type Tick } from "../../../../src/figures/ticks.ts";
import { methods } from "../../compute/methods.ts";
import { node } from "../../compute/paths.ts";
import { methodStroke } from "../../draw/palette.ts";
import { roundTicks } from "../../draw/ticks.ts";
import type { FieldsControls } from "./controls.svelte.ts";
import { fitted } from "./fitted.ts";
import type { FieldsResults } from "./results.svelte.ts";

/** The longest arrow is this share of the distance of two. */
const LONGEST = 0.9;

/** An SVG file in the layout of the paper's Figure 1. */
export function drawFields(controls: FieldsControls, results: FieldsResults): string {
  const { surface, fields, paths } = results;
  if (!surface) throw new Error("the fields are still being computed");
  const options = { document };
  const { unit } = extent(options);
  const side = 208 * unit;
  const first = { x: 36 * unit, y: 34 * unit, width: side, height: side };
  const layout = { columns: 4, count: 4, gapX: 18 * unit, gapY: 0 };
  const frames = cells(first, layout).map((frame, i) =>
    i === 0 ? frame : { ...frame, x: frame.x + 32 * unit },
  );
  const { grid, minimum } = surface;
  const names = controls.panels.map(({ method }) => methods[method].name);
  const target = sheet(options, {
    name: "fields",
    height: side + 68 * unit,
    title: `Fields of ${names.join(", ")}`,
    description: `${controls.shown.length / 2} samples, then loss contours, fields and paths of ${names.join(", ")}.`,
  });
  const window = controls.dataWindow;
  const points = pairs(controls.shown);
  const left = panel(target, {
    name: "Dataset",
    frame: frames[0],
    ...window,
    marks: [
      symbols(points, { symbol: "circle", fill: blue, radius: 2.2 * unit, opacity: 0.4 }),
      ...(minimum ? [curve(fitted(controls.family, minimum, window.x), black, 3 * unit)] : []),
    ],
  });
  axes(target, left, {
    title: "Dataset",
    xTicks: outerTicks(window.x),
    yTicks: outerTicks(window.y),
    variables: { x: "x", y: "y" },
  });
  const values = Array.from({ length: grid.count }, (_, j) => [
    ...grid.values.subarray(j * grid.count, (j + 1) * grid.count),
  ]);
  controls.panels.forEach(({ method }, i) => {
    const frame = frames[i + 1];
    const drawn = panel(target, {
      name: method,
      frame,
      x: grid.x,
      y: grid.y,
      marks: [
        contours({ x: [...grid.x], y: [...grid.y], values }, 5, unit),
        quiver(...arrowsOf(fields[i], grid, frame.width), unit),
        ...paths.map((of) =>
          curve(pairs(of[i].points), { ...methodStroke(method), dashes: null }, sizes.line * unit),
        ),
        symbols(controls.starts, { symbol: "hexagon", fill: "#000", radius: sizes.start * unit }),
        ...(minimum
          ? [symbols([minimum], { symbol: "star", fill: "#000", radius: sizes.star * unit })]
          : []),
      ],
    });
    axes(target, drawn, {
      title: methods[method].short,
      xTicks: outerTicks(grid.x),
      variables: { x: "b", ...(i === 0 && { y: "w" }) },
      ...(i === 0 && { yTicks: outerTicks(grid.y) }),
    });
  });
  return svgFile(target.svg);
}

const black = { label: "fit", color: "#000", dashes: null };

function pairs(flat: Float64Array): Point[] {
  return Array.from({ length: flat.length / 2 }, (_, n) => [flat[2 * n], flat[2 * n + 1]]);
}

/** Ticks that leave room for the name of the variable, which stands in the middle. */
function outerTicks([low, high]: Point): Tick[] {
  const ticks = roundTicks(low, high, 5);
  return linearTicks(ticks.filter((t) => Math.abs((t - low) / (high - low) - 0.5) > 0.15));
}

/** The arrows, and the px that one unit of their length takes: lengths are roots of the speeds. */
function arrowsOf(
  field: Float64Array,
  { x, y }: { readonly x: Point; readonly y: Point },
  side: number,
): [(readonly [number, number, number, number])[], number] {
  const count = Math.sqrt(field.length / 2);
  let largest = 0;
  const arrows = Array.from({ length: count * count }, (_, k) => {
    const u = field[2 * k] / (x[1] - x[0]);
    const v = field[2 * k + 1] / (y[1] - y[0]);
    const root = Math.sqrt(Math.hypot(u, v)) || 1;
    if (Number.isFinite(root)) largest = Math.max(largest, root);
    const at = [node(x, k % count, count), node(y, Math.floor(k / count), count)] as const;
    return [at[0], at[1], u / root, v / root] as const;
  });
  return [arrows, (LONGEST * side) / (count * largest)];
}
