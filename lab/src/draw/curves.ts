/** Draws a chart on a canvas. */
import type { Tick } from "../../../src/figures/ticks.ts";
import { dash, type Scale } from "./canvas.ts";
import { boundsOf, type ChartSpec, type Line, ticksOf, xTicksOf } from "./chart.ts";
import type { Palette } from "./palette.ts";

type Interval = readonly [number, number];

/** Where a chart's values are on its canvas: lengths are linear in `across` and `up`. */
export interface ChartAxes {
  readonly x: Interval;
  readonly y: Interval;
  readonly bounds: Interval;
  /** with their texts */
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  across(x: number): number;
  up(y: number): number;
}

export function axesOf(spec: ChartSpec): ChartAxes {
  const across = spec.logX ? Math.log10 : identity;
  const up = spec.log ? Math.log10 : identity;
  const bounds = boundsOf(spec);
  const [from, to] = [across(spec.ends[0]), across(spec.ends[1])];
  // a little beyond the ends, so that what stands there is whole
  const margin = 0.015 * (to - from);
  return {
    x: [from - margin, to + margin],
    y: [up(bounds[0]), up(bounds[1])],
    bounds,
    xTicks: xTicksOf(spec).filter(({ text }) => text !== undefined),
    yTicks: ticksOf(spec, bounds).filter(({ text }) => text !== undefined),
    across,
    up,
  };
}

/** The place of the value that the cursor stands at: the nearest on the axis. */
export function placeOf({ xs, logX }: ChartSpec, { values }: Line, cursor: number): number {
  const last = values.length - 1;
  if (!xs) return Math.min(Math.round(cursor), last);
  const across = logX ? Math.log10 : identity;
  let best = 0;
  for (let k = 0; k <= last; k++) {
    if (Math.abs(across(xs[k]) - across(cursor)) < Math.abs(across(xs[best]) - across(cursor))) {
      best = k;
    }
  }
  return best;
}

export function drawCurves(
  context: CanvasRenderingContext2D,
  scale: Scale,
  spec: ChartSpec,
  axes: ChartAxes,
  palette: Palette,
  opacity: number,
): void {
  const { bounds, up, yTicks } = axes;
  const level = (value: number): void => {
    const line = Math.round(scale.y(up(value))) + 0.5;
    context.beginPath();
    context.moveTo(0, line);
    context.lineTo(scale.width, line);
    context.stroke();
  };
  context.strokeStyle = palette.rule;
  context.lineWidth = 1;
  for (const { value } of yTicks) level(value);
  const { rule } = spec;
  if (rule && rule.value > bounds[0] && rule.value < bounds[1]) {
    context.strokeStyle = palette.muted;
    level(rule.value);
    context.fillStyle = palette.muted;
    context.font = "13px 'Source Sans 3', sans-serif";
    context.textBaseline = "middle";
    const width = context.measureText(rule.name).width;
    context.fillText(rule.name, ...freePlace(scale, spec, axes, scale.y(up(rule.value)), width));
  }
  context.save();
  context.beginPath();
  context.rect(0, -1, scale.width, scale.height + 2);
  context.clip();
  context.globalAlpha = opacity;
  context.lineJoin = "round";
  for (const line of spec.lines) trace(context, scale, spec, axes, line);
  context.restore();
}

/** Where a text of a width stands beside a rule, at one of its ends, furthest from the curves. */
function freePlace(
  scale: Scale,
  spec: ChartSpec,
  { across, up }: ChartAxes,
  rule: number,
  width: number,
): readonly [number, number] {
  const places = [6, scale.width - 6 - width].flatMap((x) =>
    [rule - 10, rule + 10].map((y) => [x, y] as const),
  );
  const distance = ([left, y]: readonly [number, number]): number => {
    let least = Number.POSITIVE_INFINITY;
    for (const { values } of spec.lines) {
      for (let k = 0; k + 1 < values.length; k++) {
        const [from, to] = [k, k + 1].map((i) => scale.x(across(spec.xs ? spec.xs[i] : i)));
        if (to < left || from > left + width) continue;
        const [a, b] = [scale.y(up(values[k])), scale.y(up(values[k + 1]))];
        for (const x of [Math.max(from, left), Math.min(to, left + width)]) {
          least = Math.min(least, Math.abs(a + ((b - a) * (x - from)) / (to - from) - y));
        }
      }
    }
    return least;
  };
  return places.reduce((best, place) => (distance(place) > distance(best) + 1 ? place : best));
}

function trace(
  context: CanvasRenderingContext2D,
  scale: Scale,
  spec: ChartSpec,
  { across, up }: ChartAxes,
  { values, color, dashes }: Line,
): void {
  const at = (k: number): number => scale.x(across(spec.xs ? spec.xs[k] : k));
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = 2.25;
  dash(context, dashes, 2.25);
  context.beginPath();
  let drawing = false;
  for (let k = 0; k < values.length; k++) {
    if (!drawable(spec, values[k])) {
      drawing = false;
      continue;
    }
    const y = Math.min(scale.y(up(values[k])), scale.height + 10);
    if (drawing) context.lineTo(at(k), y);
    else context.moveTo(at(k), y);
    drawing = true;
  }
  context.stroke();
  context.setLineDash([]);
  if (!spec.dots) return;
  for (let k = 0; k < values.length; k++) {
    if (!drawable(spec, values[k])) continue;
    context.beginPath();
    context.arc(at(k), scale.y(up(values[k])), 2.5, 0, 7);
    context.fill();
  }
}

/** A line at the cursor, without the values of the curves. */
export function drawCursor(
  context: CanvasRenderingContext2D,
  scale: Scale,
  { across }: ChartAxes,
  palette: Palette,
  cursor: number,
): void {
  context.strokeStyle = palette.muted;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(scale.x(across(cursor)), 0);
  context.lineTo(scale.x(across(cursor)), scale.height);
  context.stroke();
}

/** A dot on each curve at the cursor. */
export function drawValues(
  context: CanvasRenderingContext2D,
  scale: Scale,
  spec: ChartSpec,
  { across, up }: ChartAxes,
  palette: Palette,
  cursor: number,
): void {
  for (const line of spec.lines) {
    const k = placeOf(spec, line, cursor);
    const value = line.values[k];
    if (!drawable(spec, value)) continue;
    context.fillStyle = line.color;
    context.strokeStyle = palette.panel;
    context.lineWidth = 1.5;
    context.beginPath();
    const x = scale.x(across(spec.xs ? spec.xs[k] : k));
    context.arc(x, Math.min(scale.y(up(value)), scale.height), 4.5, 0, 7);
    context.fill();
    context.stroke();
  }
}

function drawable({ log }: ChartSpec, value: number): boolean {
  return Number.isFinite(value) && (!log || value > 0);
}

function identity(value: number): number {
  return value;
}
