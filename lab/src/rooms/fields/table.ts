/** Samples of the room Fields from a table, and as one. */
import type { Family } from "../../compute/planar.ts";
import type { NumericTable } from "../../shell/opened.ts";
import type { Samples } from "./data.ts";
import { ranges } from "./state.ts";

/**
 * The last numeric column is the target, the first one the feature; two values 0 and 1 make it a logistic regression.
 * Of more rows than can be dragged every k-th is taken, and the remark says so.
 */
export function samplesOf({ names, columns, rows, skipped }: NumericTable): {
  readonly points: Samples;
  readonly family: Family;
  readonly remark: string;
} {
  const [feature, target] = [columns[0], columns[columns.length - 1]];
  const every = Math.ceil(rows / ranges.samples.max);
  const taken = Math.ceil(rows / every);
  const points = new Float64Array(2 * taken);
  for (let n = 0; n < taken; n++) {
    points[2 * n] = Math.fround(feature[n * every]);
    points[2 * n + 1] = Math.fround(target[n * every]);
  }
  const labels = target.every((value) => value === 0 || value === 1);
  const remark = [
    `${names[names.length - 1]} on ${names[0]}`,
    every > 1 ? `every ${every}th of ${rows} rows` : `${rows} rows`,
    ...(skipped > 0 ? [`${skipped} rows with gaps left out`] : []),
  ].join(", ");
  return { points, family: labels ? "bernoulli" : "gaussian", remark };
}

export function tableOf(points: Samples): string {
  const lines = ["x,y"];
  for (let k = 0; k < points.length; k += 2) lines.push(`${points[k]},${points[k + 1]}`);
  return `${lines.join("\n")}\n`;
}
