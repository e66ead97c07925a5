/** A chart as data: what the page draws on a canvas, and the export on paper. */
import { linearTicks, logTicks, type Tick } from "../../../src/figures/ticks.ts";
import { roundTicks } from "./ticks.ts";

export interface Line {
  readonly label: string;
  readonly color: string;
  readonly dashes: readonly number[] | null;
  readonly values: ArrayLike<number>;
}

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** what the x axis counts */
  readonly along: string;
  readonly lines: readonly Line[];
  /** where the values stand, ascending; default 0, 1, 2, … */
  readonly xs?: readonly number[];
  /** the ends of the x axis */
  readonly ends: readonly [number, number];
  readonly log?: boolean;
  readonly logX?: boolean;
  /** places on the x axis with a number; default: round ones */
  readonly places?: readonly number[];
  /** of the y axis where it is fixed */
  readonly range?: readonly [number, number];
  /** heights with a number; default: round ones */
  readonly heights?: readonly number[];
  /** a height that matters */
  readonly rule?: { readonly value: number; readonly name: string };
  readonly dots?: boolean;
  format(value: number): string;
}

/** Decades that a logarithmic axis has at most: what is smaller is as good as nothing. */
const DECADES = 9;

/** The ends of the y axis. */
export function boundsOf({ lines, log, range }: ChartSpec): readonly [number, number] {
  if (range) return range;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { values } of lines) {
    for (let k = 0; k < values.length; k++) {
      if (!Number.isFinite(values[k]) || (log && values[k] <= 0)) continue;
      low = Math.min(low, values[k]);
      high = Math.max(high, values[k]);
    }
  }
  if (!(high >= low)) return log ? [0.1, 1] : [0, 1];
  if (log) {
    const top = Math.ceil(Math.log10(high) + 1e-9);
    const bottom = Math.max(Math.floor(Math.log10(low)), top - DECADES);
    return [10 ** Math.min(bottom, top - 1), 10 ** top];
  }
  const margin = 0.05 * (high - low || 1);
  return [low - margin, high + margin];
}

export function ticksOf({ log, heights }: ChartSpec, bounds: readonly [number, number]): Tick[] {
  if (heights) {
    return linearTicks(heights.filter((value) => value >= bounds[0] && value <= bounds[1]));
  }
  return log ? logTicks(bounds, 3) : linearTicks(roundTicks(bounds[0], bounds[1], 3));
}

export function xTicksOf({ ends, logX, places }: ChartSpec): Tick[] {
  if (places) return linearTicks(places);
  return logX ? logTicks(ends, 4) : linearTicks(roundTicks(ends[0], ends[1], 4));
}
