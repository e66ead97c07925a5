/** What damping does to the steps of the Fisher and of the empirical Fisher. */
import { DomainError } from "../errors.ts";
import type { CurvaturePoint, DampingComparison, Diagnosis } from "../statistics/results.ts";
import { axes } from "./axes.ts";
import { legendOf, rule, stepStrokes } from "./diagnosisStyle.ts";
import { legend, legendHeight } from "./legend.ts";
import { curve, type Point } from "./marks.ts";
import { visible } from "./names.ts";
import { cells, extent, type Frame, panel, type Sheet, sheet } from "./sheet.ts";
import { type FigureOptions, greys, type Stroke, sizes, strokes } from "./style.ts";
import { linearTicks, logTicks } from "./ticks.ts";

const lines: readonly (readonly [Stroke, (at: DampingComparison) => number])[] = [
  [{ ...strokes.NGD, label: "Fisher, share" }, ({ fisher }) => fisher],
  [{ ...stepStrokes.empirical, label: "empirical Fisher, share" }, ({ empirical }) => empirical],
  [{ label: "cosine of the two", color: "#000", dashes: [1.2, 1.4] }, ({ cosine }) => cosine],
];

/** The points at which damping was varied, at most three: the first, one between, the last. */
export function dampedPoints({ points }: Pick<Diagnosis, "points">): CurvaturePoint[] {
  const found = points.filter(({ damping }) => positive(damping).length > 1);
  if (found.length <= 3) return found;
  return [found[0], found[Math.floor((found.length - 1) / 2)], found[found.length - 1]];
}

/** A logarithmic axis has no place for no damping. */
function positive(damping: readonly DampingComparison[]): DampingComparison[] {
  return damping.filter((at) => at.damping > 0);
}

/**
 * Draws, over the damping, the share of the attainable decrease that the damped steps attain with the best step size,
 * by the Fisher and by the empirical Fisher, and the cosine of the two: a panel for each of {@link dampedPoints}.
 * Throws {@link DomainError} where there is none.
 */
export function dampingPlot(
  diagnosis: Pick<Diagnosis, "points">,
  options: FigureOptions,
): SVGSVGElement {
  const shown = dampedPoints(diagnosis);
  if (shown.length === 0) throw new DomainError("damping was varied at none of the points");
  const { unit, width, narrow } = extent(options);
  const columns = narrow ? 1 : shown.length;
  const [left, top, gapX, gapY] = [58 * unit, 40 * unit, 54 * unit, 106 * unit];
  const cell: Frame = {
    x: left,
    y: top,
    width: (width - left - 14 * unit - (columns - 1) * gapX) / columns,
    height: 200 * unit,
  };
  const rows = Math.ceil(shown.length / columns);
  const foot = top + rows * cell.height + (rows - 1) * gapY + 56 * unit;
  const items = legendOf(lines.map(([stroke]) => stroke));
  const target = sheet(options, {
    name: "damping",
    height: foot + legendHeight(items, width, unit),
    title: "Share of the attainable decrease, by damping",
    description: shown.map(describe).join(" "),
  });
  const frames = cells(cell, { columns, count: shown.length, gapX, gapY });
  const all = shown.flatMap(({ damping }) => positive(damping));
  const floor = all.some(({ cosine }) => cosine < 0) ? -1 : 0;
  shown.forEach((point, i) => {
    drawPoint(target, point, frames[i], floor);
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}

function drawPoint(
  target: Sheet,
  { label, damping }: CurvaturePoint,
  frame: Frame,
  floor: number,
): void {
  const { unit } = target;
  const shown = positive(damping);
  const values = shown.map((at) => at.damping);
  const x: Point = [Math.min(...values), Math.max(...values)];
  const levels = floor < 0 ? [-1, 0, 1] : [0, 0.5, 1];
  const pad = 0.04 * (1 - floor);
  const drawn = panel(target, {
    name: `damping at ${visible(label)}`,
    frame,
    x,
    y: [floor - pad, 1 + pad],
    logX: true,
    open: true,
    marks: [
      ...levels.map((level) => rule("y", level, x, { color: greys.rule, width: unit })),
      ...lines.map(([stroke, value]) =>
        curve(
          shown.map((at): Point => [at.damping, value(at)]),
          stroke,
          sizes.curve * unit,
        ),
      ),
    ],
  });
  axes(target, drawn, {
    title: label.startsWith("step ") ? `At ${visible(label)}` : `At the ${visible(label)}`,
    xTicks: logTicks(x, 5),
    yTicks: linearTicks(levels),
    xLabel: "Damping",
  });
}

function describe({ label, damping }: CurvaturePoint): string {
  const best = positive(damping).reduce((a, b) => (b.empirical > a.empirical ? b : a));
  return (
    `${visible(label)}: the empirical Fisher attains at most ${(100 * best.empirical).toFixed(0)} %, ` +
    `with a damping of ${best.damping.toPrecision(2)}.`
  );
}
