/** Contour lines by marching squares, as separate segments: what a canvas strokes fastest. */
import type { Grid } from "./surface.ts";

export interface Contour {
  readonly level: number;
  /** `[segments, 4]`: x₁, y₁, x₂, y₂ in the coordinates of the grid */
  readonly segments: Float32Array;
}

/**
 * Levels between the lowest value and the highest whose lines are equally far apart around the minimum of a quadratic:
 * low + (high − low) (k / count)².
 */
export function evenLevels({ values }: Grid, count: number, low = lowest(values)): number[] {
  let high = low;
  for (const value of values) if (value > high && value < Number.POSITIVE_INFINITY) high = value;
  return Array.from({ length: count }, (_, k) => low + (high - low) * ((k + 1) / (count + 1)) ** 2);
}

export function lowest(values: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  for (const value of values) if (value < low) low = value;
  return low;
}

/** For each of the 16 cases of corners above a level, the edges that a line joins: 0 lower, 1 right, 2 upper, 3 left. */
const CASES: readonly (readonly number[])[] = [
  [],
  [3, 0],
  [0, 1],
  [3, 1],
  [1, 2],
  [3, 0, 1, 2],
  [0, 2],
  [3, 2],
  [2, 3],
  [2, 0],
  [0, 1, 2, 3],
  [2, 1],
  [1, 3],
  [1, 0],
  [0, 3],
  [],
];

export function contour({ x, y, count, values }: Grid, level: number): Contour {
  const found: number[] = [];
  const dx = (x[1] - x[0]) / (count - 1);
  const dy = (y[1] - y[0]) / (count - 1);
  for (let j = 0; j + 1 < count; j++) {
    for (let i = 0; i + 1 < count; i++) {
      const k = j * count + i;
      const a = values[k] - level;
      const b = values[k + 1] - level;
      const c = values[k + count + 1] - level;
      const d = values[k + count] - level;
      const edges = CASES[(a > 0 ? 1 : 0) | (b > 0 ? 2 : 0) | (c > 0 ? 4 : 0) | (d > 0 ? 8 : 0)];
      for (const edge of edges) {
        const [s, t] =
          edge === 0
            ? [a / (a - b), 0]
            : edge === 1
              ? [1, b / (b - c)]
              : edge === 2
                ? [d / (d - c), 1]
                : [0, a / (a - d)];
        found.push(x[0] + (i + s) * dx, y[0] + (j + t) * dy);
      }
    }
  }
  return { level, segments: Float32Array.from(found) };
}
