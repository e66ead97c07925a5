/** Losses on a regular grid of two parameters, for contour lines. */
import type { PaperProblem } from "./problem.ts";
import type { Surface } from "./results.ts";

/** `count` points from `low` to `high`, both included, equally far apart. */
export function linspace(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/** The loss on `count` × `count` points of the window; `values[j][i]` is that at (xᵢ, yⱼ). */
export function lossSurface(
  problem: PaperProblem,
  x: [number, number],
  y: [number, number],
  count: number,
): Surface {
  const across = linspace(...x, count);
  return {
    x,
    y,
    values: linspace(...y, count).map((t) =>
      across.map((s) => problem.loss(Float64Array.of(s, t))),
    ),
  };
}
