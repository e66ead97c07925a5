/** The marks that several figures share: contours, arrows, curves, ellipses, single points. */
import * as Plot from "@observablehq/plot";
import { ShapeError } from "../errors.ts";
import type { Surface } from "../experiments/results.ts";
import { dashArray, greys, type Stroke, sizes } from "./style.ts";
import { contourLevels } from "./ticks.ts";

export type Point = readonly [number, number];

/**
 * Contour lines of a surface at about `count` round levels. The lines are closed half a grid step
 * outside the surface, so that a frame drawn at its edges cuts them and no corner is clipped.
 * Throws {@link ShapeError} unless every row of the surface is as long as the first.
 */
export function contours(surface: Surface, count: number, unit: number): Plot.Markish {
  const rows = surface.values.length;
  const cols = surface.values[0]?.length ?? 0;
  const ragged = surface.values.findIndex((row) => row.length !== cols);
  if (rows < 2 || cols < 2 || ragged >= 0) {
    const found = ragged >= 0 ? `row ${ragged} of ${surface.values[ragged]!.length}` : "it";
    throw new ShapeError(
      `a surface is a grid of at least 2 × 2 values, found ${found} in ${rows} × ${cols}`,
    );
  }
  const values = surface.values.flat();
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const [x1, x2] = halfStepWider(surface.x, cols);
  const [y1, y2] = halfStepWider(surface.y, rows);
  return Plot.contour(values, {
    width: cols,
    height: rows,
    x1,
    x2,
    y1,
    y2,
    thresholds: contourLevels(low, high, count),
    stroke: greys.contour,
    strokeWidth: sizes.contour * unit,
  });
}

function halfStepWider([low, high]: Point, count: number): Point {
  const half = (high - low) / (count - 1) / 2;
  return [low - half, high + half];
}

/**
 * A filled arrow from the point along −y. Its head is 4 shafts wide, as in the paper's quiver plots;
 * the paper's wings reach ahead of the neck, which makes short arrows diamonds: here they stay behind it.
 */
const quiverShape: Plot.VectorShape = {
  draw(context, length, radius) {
    const shaft = 2 * radius * Math.min(1, length / (9 * radius));
    const wing = 4.2 * shaft - length;
    const neck = 3.7 * shaft - length;
    context.moveTo(shaft / 2, 0);
    context.lineTo(shaft / 2, neck);
    context.lineTo(2 * shaft, wing);
    context.lineTo(0, -length);
    context.lineTo(-2 * shaft, wing);
    context.lineTo(-shaft / 2, neck);
    context.lineTo(-shaft / 2, 0);
    context.closePath();
  },
};

/**
 * The arrows of a vector field, from `[x, y]` in the direction of `[dx, dy]`, as long as |(dx, dy)|
 * times `pixels` px. Arrows that are not finite are left out.
 */
export function quiver(
  arrows: readonly (readonly [number, number, number, number])[],
  pixels: number,
  unit: number,
): Plot.Markish {
  const finite = arrows.filter((arrow) => arrow.every(Number.isFinite));
  return Plot.vector(finite, {
    x: (a: (typeof arrows)[number]) => a[0],
    y: (a: (typeof arrows)[number]) => a[1],
    length: (a: (typeof arrows)[number]) => pixels * Math.hypot(a[2], a[3]),
    rotate: (a: (typeof arrows)[number]) => (Math.atan2(a[2], a[3]) * 180) / Math.PI,
    shape: quiverShape,
    anchor: "start",
    r: 0.55 * unit,
    fill: greys.arrow,
    stroke: "none",
  });
}

/** A line through points in a method's stroke; it is interrupted where a coordinate is not finite. */
export function curve(points: readonly Point[], stroke: Stroke, width: number): Plot.Markish {
  return Plot.line(points, {
    x: (p: Point) => p[0],
    y: (p: Point) => p[1],
    stroke: stroke.color,
    strokeWidth: width,
    strokeDasharray: dashArray(stroke, width),
    strokeLinejoin: "round",
  });
}

/** Points as filled symbols of a given radius, measured to the tips. */
export function symbols(
  points: readonly Point[],
  style: { symbol: keyof typeof tips; fill: string; radius: number; opacity?: number },
): Plot.Markish {
  return Plot.dot(points, {
    x: (p: Point) => p[0],
    y: (p: Point) => p[1],
    symbol: style.symbol,
    r: style.radius / tips[style.symbol],
    fill: style.fill,
    fillOpacity: style.opacity ?? 1,
    stroke: "none",
  });
}

/** Symbols are given by the radius of a circle of the same area; this is how far their tips reach. */
export const tips = {
  circle: 1,
  hexagon: 2 / Math.sqrt(3),
  star: Math.sqrt(0.8908130915292852 * Math.PI),
  triangle: Math.sqrt((4 * Math.PI) / (3 * Math.sqrt(3))),
};
