/** Figure 2B: average accuracy over the tasks seen so far, against their number. */
import { averagesOf, groupsOf, type RunGroup } from "../experiments/ewc/groups.ts";
import type { EwcResult } from "../experiments/ewc/results.ts";
import { axes } from "./axes.ts";
import {
  accuracyAxis,
  bandedCurve,
  bars,
  legendOf,
  levelLine,
  methodStrokes,
  type Spot,
} from "./ewcStyle.ts";
import { legend, legendHeight } from "./legend.ts";
import { cells, extent, type Frame, panel, sheet } from "./sheet.ts";
import { type FigureOptions, greys, type Stroke } from "./style.ts";
import { linearTicks } from "./ticks.ts";

const single: Stroke = { label: "single task", color: greys.arrow, dashes: [6, 3] };

/**
 * Lines are means over the seeds, bars and bands reach from the worst to the best. The dashed line is the accuracy after
 * the first task, before anything could be forgotten, of the first method without dropout.
 */
export function ewcAverages(result: EwcResult, options: FigureOptions): SVGSVGElement {
  const { unit, width, narrow } = extent(options);
  const { panels } = result.configuration;
  const contents = panels.map((_, i) => groupsOf(result, i));
  const strokes = methodStrokes(
    contents.flat().map(({ label, method }) => ({ label, method: method.method })),
  );
  const columns = narrow ? 1 : Math.min(panels.length, 2);
  const left = 88 * unit;
  const gapX = 80 * unit;
  const gapY = 104 * unit;
  const cell: Frame = {
    x: left,
    y: (panels.length > 1 ? 40 : 20) * unit,
    width: (width - left - 24 * unit - (columns - 1) * gapX) / columns,
    height: 300 * unit,
  };
  const rows = Math.ceil(panels.length / columns);
  const foot = cell.y + rows * cell.height + (rows - 1) * gapY + 62 * unit;
  const explained = [...legendOf(strokes.values()), ...legendOf([single])];
  const target = sheet(options, {
    name: `ewc-${result.figure}`,
    height: foot + legendHeight(explained, width, unit),
    title: "Average test accuracy over the tasks seen so far, against their number",
    description: contents.flat().map(describe).join(" "),
  });
  const frames = cells(cell, { columns, count: panels.length, gapX, gapY });
  contents.forEach((groups, i) => {
    const spots = groups.map(spotsOf);
    const alone = averagesOf(groups.find(({ method }) => !method.dropout) ?? groups[0])[0].mean;
    const { range, ticks } = accuracyAxis(spots.flat().flatMap(({ low, high }) => [low, high]));
    const count = spots[0].length;
    const x = [Math.min(0.7, 1 - 0.03 * count), count + 0.3] as const;
    const drawn = panel(target, {
      name: panels[i].name,
      frame: frames[i],
      x,
      y: range,
      open: true,
      marks: [
        levelLine(alone, x, single, unit),
        ...groups.flatMap(({ label }, g) => {
          const stroke = strokes.get(label)!;
          return [...bandedCurve(spots[g], stroke, unit), ...bars(spots[g], stroke, unit)];
        }),
      ],
    });
    axes(target, drawn, {
      ...(panels.length > 1 && { title: panels[i].name }),
      xTicks: linearTicks(spots[0].map((s) => s.x)),
      yTicks: ticks,
      xLabel: "Number of tasks",
      ...(i % columns === 0 && { yLabel: "Average accuracy" }),
    });
  });
  legend(target, explained, foot + 12 * unit);
  return target.svg;
}

function spotsOf(group: RunGroup): Spot[] {
  return averagesOf(group).map((value, i) => ({ x: i + 1, ...value }));
}

function describe(group: RunGroup): string {
  const averages = averagesOf(group).map(({ mean }) => (100 * mean).toFixed(1));
  return `${group.label}: ${averages.join(", ")} %.`;
}
