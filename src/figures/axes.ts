/** What stands around a panel: ticks, their texts, labels, the title. */
import { append, type Frame, type Panel, type Sheet } from "./sheet.ts";
import { sizes } from "./style.ts";
import type { Tick } from "./ticks.ts";
import { measure, write } from "./words.ts";

export interface Axes {
  readonly title?: string;
  readonly xTicks?: readonly Tick[];
  readonly yTicks?: readonly Tick[];
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** names of variables, in italics between the texts of ticks at the ends of the axes */
  readonly variables?: { readonly x?: string; readonly y?: string };
  /** em that the y label leaves for tick texts, default the widest of them */
  readonly yReach?: number;
}

/** The width in em of the widest tick text. */
export function reachOf(ticks: readonly Tick[]): number {
  return Math.max(0, ...ticks.map((tick) => measure(tick.text ?? "")));
}

/** Draws ticks outside the frame, their texts, the labels of the axes and the title. */
export function axes(target: Sheet, drawn: Panel, spec: Axes): void {
  const { frame, group } = drawn;
  xAxis(target, drawn, spec);
  yAxis(target, drawn, spec);
  if (spec.title) {
    const middle = frame.x + frame.width / 2;
    const style = { size: sizes.title, bold: true };
    write(target, group, spec.title, middle, frame.y - 10 * target.unit, style);
  }
}

function xAxis(target: Sheet, { frame, group, x }: Panel, spec: Axes): void {
  const { unit } = target;
  const bottom = frame.y + frame.height;
  const middle = frame.x + frame.width / 2;
  for (const { value, text } of spec.xTicks ?? []) {
    const at = x(value);
    drawTick(target, group, [at, bottom], [at, bottom + sizes.tickLength * unit]);
    // beside the name of a variable, texts at the corners stay within their panel
    const anchor = spec.variables ? inward(at, frame) : "middle";
    if (text) write(target, group, text, at, bottom + 21 * unit, { size: sizes.tick, anchor });
  }
  if (spec.xLabel) write(target, group, spec.xLabel, middle, bottom + 41 * unit);
  if (spec.variables?.x) {
    const style = { italic: true, size: sizes.title };
    write(target, group, spec.variables.x, middle, bottom + 20 * unit, style);
  }
}

function yAxis(target: Sheet, { frame, group, y }: Panel, spec: Axes): void {
  const { unit } = target;
  const middle = frame.y + frame.height / 2;
  for (const { value, text } of spec.yTicks ?? []) {
    const at = y(value);
    const length = (text ? 1 : 0.6) * sizes.tickLength * unit;
    drawTick(target, group, [frame.x - length, at], [frame.x, at]);
    const style = { size: sizes.tick, anchor: "end" } as const;
    const baseline = at + 0.33 * sizes.tick * unit;
    if (text) write(target, group, text, frame.x - 8 * unit, baseline, style);
  }
  if (spec.yLabel) {
    const reach = spec.yReach ?? reachOf(spec.yTicks ?? []);
    const left = frame.x - (18 + reach * sizes.tick) * unit;
    write(target, group, spec.yLabel, left, middle, { rotate: -90 });
  }
  if (spec.variables?.y) {
    const style = { anchor: "end", italic: true, size: sizes.title } as const;
    const baseline = middle + 0.3 * sizes.title * unit;
    write(target, group, spec.variables.y, frame.x - 9 * unit, baseline, style);
  }
}

type Place = readonly [number, number];

function drawTick(target: Sheet, group: Element, [x1, y1]: Place, [x2, y2]: Place): void {
  const width = sizes.frame * target.unit;
  append(group, "line", { class: "tick", x1, y1, x2, y2, stroke: "#000", "stroke-width": width });
}

function inward(x: number, frame: Frame): "start" | "middle" | "end" {
  if (x < frame.x + 1) return "start";
  return x > frame.x + frame.width - 1 ? "end" : "middle";
}
