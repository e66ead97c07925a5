/** Accuracy against λ: which λ a kind of Fisher needs. */
import { finalAverage, type Sweep, sweepsOf } from "../experiments/ewc/groups.ts";
import type { EwcResult } from "../experiments/ewc/results.ts";
import { axes } from "./axes.ts";
import {
  accuracyAxis,
  bandedCurve,
  legendOf,
  levelLine,
  orderedStrokes,
  type Spot,
} from "./ewcStyle.ts";
import { legend, legendHeight } from "./legend.ts";
import { cells, extent, type Frame, panel, sheet } from "./sheet.ts";
import { type FigureOptions, greys, type Stroke } from "./style.ts";
import { logMargin, logTicks } from "./ticks.ts";

/**
 * Average test accuracy at the end of the stream against λ, one line for each method with a strength; the dashed lines are
 * the methods without. Lines are means over the seeds, bands reach from the worst to the best. λ = 0 has no place on the axis.
 */
export function ewcSweep(result: EwcResult, options: FigureOptions): SVGSVGElement {
  const { unit, width, narrow } = extent(options);
  const { panels } = result.configuration;
  const contents = panels.map((_, i) => sweepsOf(result, i));
  const labels = [...new Set(contents.flatMap(({ sweeps }) => sweeps.map(({ label }) => label)))];
  const strokes = new Map(orderedStrokes(labels).map((stroke) => [stroke.label, stroke]));
  const plain = plainStrokes(contents.flatMap(({ bases }) => bases.map(({ label }) => label)));
  const columns = narrow ? 1 : Math.min(panels.length, 2);
  const left = 88 * unit;
  const gapX = 80 * unit;
  const gapY = 104 * unit;
  const cell: Frame = {
    x: left,
    y: 40 * unit,
    width: (width - left - 24 * unit - (columns - 1) * gapX) / columns,
    height: 280 * unit,
  };
  const rows = Math.ceil(panels.length / columns);
  const foot = cell.y + rows * cell.height + (rows - 1) * gapY + 62 * unit;
  const explained = [...legendOf(strokes.values()), ...legendOf(plain.values())];
  const target = sheet(options, {
    name: `ewc-${result.figure}`,
    height: foot + legendHeight(explained, width, unit),
    title: "Average test accuracy at the end against the strength λ",
    description: contents.flatMap(({ sweeps }) => sweeps.map(describe)).join(" "),
  });
  const frames = cells(cell, { columns, count: panels.length, gapX, gapY });
  contents.forEach(({ bases, sweeps }, i) => {
    const spots = sweeps.map(spotsOf);
    const levels = bases.map((base) => ({
      level: finalAverage(base).mean,
      stroke: plain.get(base.label)!,
    }));
    const shown = spots.flat();
    const { range, ticks } = accuracyAxis([
      ...shown.flatMap(({ low, high }) => [low, high]),
      ...levels.map(({ level }) => level),
    ]);
    const places = shown.map(({ x }) => x);
    const x = logMargin([Math.min(...places), Math.max(...places)], 0.03);
    const drawn = panel(target, {
      name: panels[i].name,
      frame: frames[i],
      x,
      y: range,
      logX: true,
      open: true,
      marks: [
        ...levels.map(({ level, stroke }) => levelLine(level, x, stroke, unit)),
        ...sweeps.flatMap(({ label }, s) => bandedCurve(spots[s], strokes.get(label)!, unit)),
      ],
    });
    axes(target, drawn, {
      title: panels[i].name,
      xTicks: logTicks(x).filter(({ text }) => text !== undefined),
      yTicks: ticks,
      xLabel: "λ",
      ...(i % columns === 0 && { yLabel: "Average accuracy" }),
    });
  });
  legend(target, explained, foot + 12 * unit);
  return target.svg;
}

/** dashes of methods without a strength, in their order */
const dashes = [
  [6, 3],
  [1.5, 2],
  [8, 2, 1.5, 2],
  [3, 1.5],
] as const;

function plainStrokes(labels: readonly string[]): Map<string, Stroke> {
  return new Map(
    [...new Set(labels)].map((label, i) => [
      label,
      { label, color: greys.arrow, dashes: dashes[i % dashes.length] },
    ]),
  );
}

function spotsOf({ groups }: Sweep): Spot[] {
  return groups
    .filter(({ strength }) => strength !== null && strength > 0)
    .map((group) => ({ x: group.strength!, ...finalAverage(group) }));
}

function describe({ label, best }: Sweep): string {
  return `${label}: ${(100 * best.average.mean).toFixed(1)} % at λ = ${best.strength}, the best on validation data.`;
}
