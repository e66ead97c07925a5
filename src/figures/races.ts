/** Figures 3 and 6: the three optimizers at their best settings, and how far their steps agree. */
import * as Plot from "@observablehq/plot";
import type { RacePanel, Races } from "../experiments/results.ts";
import { type Axes, axes, reachOf } from "./axes.ts";
import { type LegendItem, legend, legendHeight } from "./legend.ts";
import { curve, type Point, symbols } from "./marks.ts";
import { cells, extent, type Frame, panel, type Sheet, sheet } from "./sheet.ts";
import { type FigureOptions, greys, sizes, strokes } from "./style.ts";
import { iterationTicks, linearTicks, logMargin, logTicks, type Tick } from "./ticks.ts";
import { wrap, write } from "./words.ts";

type Done = Extract<RacePanel, { status: "done" }>;
type Missing = Extract<RacePanel, { status: "missing" }>;

/** Panels that the paper shows in part. */
const windows: Readonly<Record<string, { iterations: number; top: number }>> = {
  a1a: { iterations: 50, top: 1 },
};

const explained: readonly LegendItem[] = (["GD", "NGD", "EFGD"] as const).map((method) => ({
  label: strokes[method].label,
  line: strokes[method],
  width: sizes.curve,
}));

/** px of the design: heights of the loss plot, the gap and the strip of cosines */
const parts = { loss: 178, gap: 16, strip: 78 };

/**
 * Draws Figure 3 or 6: per data set the loss of each optimizer's best run on a logarithmic axis, and
 * below it the cosine between the natural-gradient and the empirical-Fisher step. A panel without
 * its data says what was missing and what to do about it.
 *
 * ```ts
 * document.body.append(figureRaces(result, { document, width: 700 }));
 * ```
 */
export function figureRaces(result: Races, options: FigureOptions): SVGSVGElement {
  const { unit, narrow, width } = extent(options);
  const { panels } = result;
  const columns = narrow ? 1 : panels.length > 3 ? 2 : Math.max(panels.length, 1);
  const left = 88 * unit;
  const gapX = 66 * unit;
  const gapY = 100 * unit;
  const top = 36 * unit;
  const cell: Frame = {
    x: left,
    y: top,
    width: (width - left - 16 * unit - (columns - 1) * gapX) / columns,
    height: (parts.loss + parts.gap + parts.strip) * unit,
  };
  const rows = Math.ceil(panels.length / columns);
  const foot = top + rows * cell.height + (rows - 1) * gapY + 50 * unit;
  const target = sheet(options, {
    name: `figure${result.figure}`,
    height: foot + legendHeight(explained, width, unit),
    title: "Loss of gradient, natural-gradient and empirical-Fisher descent at their best settings",
    description: panels.map(describe).join(" "),
  });
  const frames = cells(cell, { columns, count: panels.length, gapX, gapY });
  panels.forEach((content, i) => {
    const outer = i % columns === 0;
    if (content.status === "done") drawRace(target, result, content, frames[i]!, outer);
    else drawMissing(target, content, frames[i]!);
  });
  legend(target, explained, foot + 12 * unit);
  return target.svg;
}

function drawRace(target: Sheet, result: Races, content: Done, cell: Frame, outer: boolean): void {
  const { unit } = target;
  const window = windows[content.dataset];
  const last = window?.iterations ?? result.configuration.iterations;
  const curves = content.grids.map((grid) => ({
    method: grid.method,
    points: losses(grid.curve.slice(0, last + 1)),
  }));
  const y = range(curves.flatMap(({ points }) => points));
  if (window) y[1] = window.top;
  const x: [number, number] = [0, last];
  const ticks = iterationTicks(last);
  const yTicks = logTicks(y);
  const loss = panel(target, {
    name: `${content.dataset} loss`,
    frame: { ...cell, height: parts.loss * unit },
    x,
    y,
    log: true,
    open: true,
    marks: curves.map(({ method, points }) => curve(points, strokes[method], sizes.curve * unit)),
  });
  axes(target, loss, {
    title: content.dataset,
    xTicks: ticks.map((value) => ({ value })),
    yTicks,
    ...label("Loss", outer, yTicks),
  });
  const cosines = content.cosines
    .slice(0, last + 1)
    .flatMap((c, i): Point[] => (c === null ? [] : [[i, c]]));
  const strip = panel(target, {
    name: `${content.dataset} cosine`,
    frame: {
      ...cell,
      y: cell.y + (parts.loss + parts.gap) * unit,
      height: parts.strip * unit,
    },
    x,
    y: [-1.12, 1.12],
    open: true,
    marks: [
      Plot.link([-1, 0, 1], {
        x1: x[0],
        x2: x[1],
        y1: (cosine: number) => cosine,
        y2: (cosine: number) => cosine,
        stroke: greys.rule,
        strokeWidth: unit,
      }),
      symbols(cosines, { symbol: "circle", fill: strokes.EFGD.color, radius: 2.6 * unit }),
    ],
  });
  axes(target, strip, {
    xTicks: linearTicks(ticks),
    yTicks: linearTicks([-1, 0, 1]),
    xLabel: "Iteration",
    ...label("Cosine", outer, yTicks),
  });
}

/** The labels of the two parts of a panel stand below each other, clear of the wider tick texts. */
function label(text: string, shown: boolean, ticks: readonly Tick[]): Axes {
  return shown ? { yLabel: text, yReach: reachOf(ticks) } : {};
}

/** The points of a loss curve that a logarithmic axis can show; the curve is broken at the others. */
function losses(values: readonly (number | null)[]): Point[] {
  return values.map((value, i) => [i, value !== null && value > 0 ? value : Number.NaN]);
}

function range(points: readonly Point[]): [number, number] {
  const values = points.map((p) => p[1]).filter((value) => Number.isFinite(value));
  if (values.length === 0) return [0.1, 1];
  return logMargin([Math.min(...values), Math.max(...values)]);
}

/** An empty panel with the reason and, in italics, the remedy, as large as they fit. */
function drawMissing(target: Sheet, content: Missing, cell: Frame): void {
  const { unit } = target;
  const drawn = panel(target, {
    name: `${content.dataset} missing`,
    frame: cell,
    x: [0, 1],
    y: [0, 1],
    marks: [],
  });
  axes(target, drawn, { title: content.dataset });
  const { size, lines } = fitted(content, cell.width / unit - 24, cell.height / unit - 24);
  const pitch = LINE_PITCH * size * unit;
  const first = cell.y + cell.height / 2 - ((lines.length - 1) / 2) * pitch + 0.33 * size * unit;
  lines.forEach(({ text, italic }, i) => {
    if (text === "") return;
    write(target, drawn.group, text, cell.x + cell.width / 2, first + i * pitch, { size, italic });
  });
}

/** From baseline to baseline, in sizes of the text. */
const LINE_PITCH = 1.3;
const SMALLEST_TEXT = 6;

interface MissingText {
  readonly size: number;
  readonly lines: readonly { readonly text: string; readonly italic: boolean }[];
}

/** The largest size, down from that of a tick, at which reason and remedy fill no more than `height` px of the design. */
function fitted({ reason, remedy }: Missing, width: number, height: number): MissingText {
  for (let size = sizes.tick; ; size -= 0.5) {
    const lines = [
      ...wrap(reason, width / size).map((text) => ({ text, italic: false })),
      { text: "", italic: false },
      ...wrap(remedy, width / size).map((text) => ({ text, italic: true })),
    ];
    if (size <= SMALLEST_TEXT || lines.length * LINE_PITCH * size <= height) return { size, lines };
  }
}

function describe(content: RacePanel): string {
  if (content.status === "missing") return `${content.dataset}: not drawn, ${content.reason}`;
  const best = content.grids.map((g) => `${g.method} ${g.loss.toPrecision(4)}`).join(", ");
  return `${content.dataset}: last loss ${best}.`;
}
