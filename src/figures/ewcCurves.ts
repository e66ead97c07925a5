/** Figure 2A: accuracy on each task while one after another is trained. */
import * as Plot from "@observablehq/plot";
import { groupsOf, type RunGroup, spread } from "../experiments/ewc/groups.ts";
import type { EwcResult } from "../experiments/ewc/results.ts";
import { axes } from "./axes.ts";
import { accuracyAxis, bandedCurve, legendOf, methodStrokes, type Spot } from "./ewcStyle.ts";
import { legend, legendHeight } from "./legend.ts";
import { extent, type Frame, panel, type Sheet, sheet } from "./sheet.ts";
import { type FigureOptions, greys, sizes } from "./style.ts";
import { iterationTicks } from "./ticks.ts";
import { write } from "./words.ts";

/** px of the design: height of a row, gap between rows, between panels */
const parts = { row: 118, gap: 16, panel: 96 };

/**
 * A row for each task: its test accuracy after each epoch, from the epoch on in which its own training begins. Lines are means
 * over the seeds, bands reach from the worst to the best.
 */
export function ewcCurves(result: EwcResult, options: FigureOptions): SVGSVGElement {
  const { unit, width } = extent(options);
  const { panels } = result.configuration;
  const contents = panels.map((_, i) => groupsOf(result, i));
  const strokes = methodStrokes(
    contents.flat().map(({ label, method }) => ({ label, method: method.method })),
  );
  const heights = contents.map(([{ runs }]) => {
    const rows = runs[0].tasks.length;
    return (rows * parts.row + (rows - 1) * parts.gap) * unit;
  });
  const top = 62 * unit;
  const total = heights.reduce((sum, h) => sum + h, 0) + (panels.length - 1) * parts.panel * unit;
  const foot = top + total + 66 * unit;
  const explained = legendOf(strokes.values());
  const target = sheet(options, {
    name: `ewc-${result.figure}`,
    height: foot + legendHeight(explained, width, unit),
    title: "Test accuracy on each task while one after another is trained",
    description: contents.flat().map(describe).join(" "),
  });
  let y = top;
  contents.forEach((groups, i) => {
    drawPanel(target, groups, strokes, { y, epochs: panels[i].training.epochs });
    y += heights[i] + parts.panel * unit;
  });
  legend(target, explained, foot + 12 * unit);
  return target.svg;
}

function drawPanel(
  target: Sheet,
  groups: readonly RunGroup[],
  strokes: ReturnType<typeof methodStrokes>,
  { y, epochs }: { readonly y: number; readonly epochs: number },
): void {
  const { unit } = target;
  const { tasks } = groups[0].runs[0];
  const left = 118 * unit;
  const right = target.width - 24 * unit;
  const last = tasks.length * epochs;
  const spots = tasks.map((_, task) => groups.map((group) => spotsOf(group, task, epochs)));
  const { range, ticks } = accuracyAxis(spots.flat(2).flatMap(({ low, high }) => [low, high]));
  tasks.forEach((name, task) => {
    const frame: Frame = {
      x: left,
      y: y + task * (parts.row + parts.gap) * unit,
      width: right - left,
      height: parts.row * unit,
    };
    const drawn = panel(target, {
      name: `task ${name}`,
      frame,
      x: [0, last],
      y: range,
      marks: [
        Plot.link(
          tasks.slice(1).map((_, i) => (i + 1) * epochs),
          {
            x1: (x: number) => x,
            x2: (x: number) => x,
            y1: range[0],
            y2: range[1],
            stroke: greys.rule,
            strokeWidth: unit,
          },
        ),
        ...groups.flatMap(({ label }, g) => bandedCurve(spots[task][g], strokes.get(label)!, unit)),
      ],
    });
    const bottom = task === tasks.length - 1;
    const xTicks = tasks.flatMap((_, i) => {
      const own = iterationTicks(epochs).map((value) => ({ value: i * epochs + value }));
      return own.map(({ value }) =>
        bottom ? { value, ...label(value, epochs, i, tasks.length) } : { value },
      );
    });
    axes(target, drawn, {
      xTicks,
      yTicks: ticks,
      yLabel: `Task ${name}`,
      yReach: 2,
      ...(bottom && { xLabel: "Epochs" }),
    });
    if (task > 0) return;
    tasks.forEach((trained, i) => {
      const middle = drawn.x((i + 0.5) * epochs);
      write(target, drawn.group, `train ${trained}`, middle, frame.y - 10 * unit, {
        size: sizes.label,
      });
    });
  });
}

/** Every task counts its epochs anew; 0 stands only where no other task ends. */
function label(value: number, epochs: number, task: number, tasks: number): { text?: string } {
  if (tasks > 5) return value === 0 || value % epochs === 0 ? { text: `${value}` } : {};
  const own = value - task * epochs;
  return own === 0 && task > 0 ? {} : { text: `${own}` };
}

/** Accuracy on a task after each epoch from its own training on. */
function spotsOf({ runs }: RunGroup, task: number, epochs: number): Spot[] {
  const places = new Map<number, number[]>();
  for (const run of runs) {
    for (const record of run.epochs) {
      const value = record.accuracies?.[task];
      if (value === undefined || record.task < task) continue;
      const x = record.task * epochs + record.epoch;
      places.set(x, [...(places.get(x) ?? []), value]);
    }
  }
  return [...places].sort(([a], [b]) => a - b).map(([x, values]) => ({ x, ...spread(values) }));
}

function describe({ label, runs }: RunGroup): string {
  const { learned, tasks } = runs[0];
  const end = learned[learned.length - 1].accuracies;
  return `${label} ends at ${end.map((a, i) => `${tasks[i]} ${(100 * a).toFixed(1)} %`).join(", ")}.`;
}
