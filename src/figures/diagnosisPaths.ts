/** How the matrices differ on the way to the optimum: loss, cosine of the steps, and what damping does to them. */
import * as Plot from "@observablehq/plot";
import type { CurvaturePoint, Diagnosis, ScoringStep } from "../statistics/results.ts";
import { axes, reachOf } from "./axes.ts";
import { isNarrow } from "./diagnosisStyle.ts";
import { type LegendItem, legend, legendHeight } from "./legend.ts";
import { curve, type Point, symbols } from "./marks.ts";
import { cells, extent, type Frame, panel, type Sheet, sheet } from "./sheet.ts";
import { type FigureOptions, greys, type Stroke, sizes, strokes } from "./style.ts";
import { linearTicks, logMargin, logTicks } from "./ticks.ts";

const share: Readonly<Record<"gradient" | "sampled" | "empirical", Stroke>> = {
  empirical: { ...strokes.EFGD, label: "empirical Fisher" },
  sampled: { ...strokes.NGD, label: "Monte-Carlo Fisher" },
  gradient: { ...strokes.GD, label: "gradient" },
};

const lossStroke: Stroke = { label: "loss", color: "#000", dashes: null };

/**
 * Draws the loss above the optimum along Fisher scoring, and below it the cosine between the natural gradient step
 * and the steps of the other preconditioners at the points that were compared.
 */
export function scoringPaths(
  {
    points,
    fit,
  }: {
    readonly points: readonly CurvaturePoint[];
    readonly fit: { readonly scoring: readonly ScoringStep[] };
  },
  options: FigureOptions,
): SVGSVGElement {
  const { unit, width } = extent(options);
  const { scoring } = fit;
  const best = Math.min(...scoring.map(({ loss }) => loss));
  const losses = scoring.map(
    ({ iteration, loss }): Point => [iteration, loss > best ? loss - best : Number.NaN],
  );
  const last = Math.max(1, scoring.at(-1)?.iteration ?? 1);
  const compared = points.filter(({ steps }) => steps.length > 0);
  const kinds = (["empirical", "sampled", "gradient"] as const).filter((kind) =>
    compared.some(({ steps }) => steps.some((step) => step.kind === kind)),
  );
  const [left, top] = [96 * unit, 14 * unit];
  const [tall, gap, strip] = [190 * unit, 18 * unit, 130 * unit];
  const foot = top + tall + gap + strip + 60 * unit;
  const items: LegendItem[] = kinds.map((kind) => ({
    label: share[kind].label,
    line: share[kind],
    width: sizes.curve,
  }));
  const target = sheet(options, {
    name: "scoring-paths",
    height: foot + legendHeight(items, width, unit),
    title: "Loss and directions on the way to the optimum",
    description: compared.map(describe).join(" "),
  });
  const finite = losses.map(([, loss]) => loss).filter((loss) => loss > 0);
  const y: [number, number] =
    finite.length > 0 ? logMargin([Math.min(...finite), Math.max(...finite)]) : [0.1, 1];
  const x: Point = [-0.02 * last, 1.02 * last];
  const frame: Frame = { x: left, y: top, width: width - left - 16 * unit, height: tall };
  const upper = panel(target, {
    name: "loss",
    frame,
    x,
    y,
    log: true,
    open: true,
    marks: [
      curve(losses, lossStroke, sizes.curve * unit),
      symbols(
        losses.filter(([, loss]) => loss > 0),
        {
          symbol: "circle",
          fill: strokes.NGD.color,
          radius: 3.4 * unit,
        },
      ),
    ],
  });
  const ticks = stepTicks(last);
  const yTicks = logTicks(y);
  const yReach = reachOf(yTicks);
  axes(target, upper, {
    xTicks: ticks.map((value) => ({ value })),
    yTicks,
    yLabel: "Loss above optimum",
    yReach,
  });
  const lower = panel(target, {
    name: "cosine",
    frame: { ...frame, y: top + tall + gap, height: strip },
    x,
    y: [-1.08, 1.08],
    open: true,
    marks: [
      rules([-1, 0, 1], x, unit),
      ...kinds.flatMap((kind) => {
        const line = compared.flatMap(({ iteration, steps }): Point[] =>
          steps.filter((step) => step.kind === kind).map(({ cosine }) => [iteration, cosine]),
        );
        return [
          curve(line, share[kind], sizes.curve * unit),
          symbols(line, { symbol: "circle", fill: share[kind].color, radius: 3.4 * unit }),
        ];
      }),
    ],
  });
  axes(target, lower, {
    xTicks: linearTicks(ticks),
    yTicks: linearTicks([-1, 0, 1]),
    xLabel: "Step of Fisher scoring",
    yLabel: "Cosine",
    yReach,
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}

function describe({ label, excess, steps }: CurvaturePoint): string {
  const cosines = steps.map(({ kind, cosine }) => `${share[kind].label} ${cosine.toFixed(3)}`);
  return `${label}: loss ${excess.toPrecision(3)} above the optimum, cosines ${cosines.join(", ")}.`;
}

/** At most eight whole steps, from 0. */
function stepTicks(last: number): number[] {
  const every = [1, 2, 5, 10, 20, 50, 100].find((step) => last / step <= 8) ?? last;
  return Array.from({ length: Math.floor(last / every) + 1 }, (_, i) => i * every);
}

function rules(values: readonly number[], x: Point, unit: number): Plot.Markish {
  return Plot.link(values, {
    x1: x[0],
    x2: x[1],
    y1: (value: number) => value,
    y2: (value: number) => value,
    stroke: greys.rule,
    strokeWidth: unit,
  });
}

/** Panels of {@link dampingShares}. */
const MOST_PANELS = 3;

/** The points at which damping was varied, at most three: the first, one between, the last. */
export function dampedPoints({ points }: Pick<Diagnosis, "points">): CurvaturePoint[] {
  const found = points.filter(({ damping }) => damping.length > 1);
  if (found.length <= MOST_PANELS) return found;
  return [found[0], found[Math.floor((found.length - 1) / 2)], found[found.length - 1]];
}

/**
 * Draws how much of the attainable decrease the damped steps attain, by the Fisher and by the empirical Fisher, at
 * the points at which it was computed.
 */
export function dampingShares(
  diagnosis: Pick<Diagnosis, "points">,
  options: FigureOptions,
): SVGSVGElement {
  const { unit, width } = extent(options);
  const shown = dampedPoints(diagnosis);
  const columns = isNarrow(options) ? 1 : Math.max(1, shown.length);
  const [left, top, gapX, gapY] = [80 * unit, 40 * unit, 60 * unit, 110 * unit];
  const cell: Frame = {
    x: left,
    y: top,
    width: (width - left - 16 * unit - (columns - 1) * gapX) / columns,
    height: 200 * unit,
  };
  const rows = Math.ceil(shown.length / columns);
  const foot = top + rows * cell.height + Math.max(0, rows - 1) * gapY + 60 * unit;
  const fisher: Stroke = { ...strokes.NGD, label: "Fisher" };
  const items: LegendItem[] = [fisher, share.empirical].map((line) => ({
    label: line.label,
    line,
    width: sizes.curve,
  }));
  const target = sheet(options, {
    name: "damping-shares",
    height: foot + legendHeight(items, width, unit),
    title: "Share of the attainable decrease, by damping",
    description: shown
      .map(({ label, damping }) => {
        const best = Math.max(...damping.map(({ empirical }) => empirical));
        return `${label}: at most ${(100 * best).toFixed(0)} % with the empirical Fisher.`;
      })
      .join(" "),
  });
  const frames = cells(cell, { columns, count: shown.length, gapX, gapY });
  shown.forEach((point, i) => {
    drawShares(target, point, frames[i], { fisher, first: i % columns === 0 });
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}

function drawShares(
  target: Sheet,
  { label, damping }: CurvaturePoint,
  frame: Frame,
  { fisher, first }: { readonly fisher: Stroke; readonly first: boolean },
): void {
  const { unit } = target;
  // the axis is logarithmic by hand: panels have logarithms for y alone
  const log = damping
    .filter((d) => d.damping > 0)
    .map((d) => ({ ...d, at: Math.log10(d.damping) }));
  const x: Point = [Math.min(...log.map(({ at }) => at)), Math.max(...log.map(({ at }) => at))];
  const drawn = panel(target, {
    name: `damping ${label}`,
    frame,
    x,
    y: [0, 1.04],
    open: true,
    marks: [
      curve(
        log.map((d): Point => [d.at, d.fisher]),
        fisher,
        sizes.curve * unit,
      ),
      curve(
        log.map((d): Point => [d.at, d.empirical]),
        share.empirical,
        sizes.curve * unit,
      ),
    ],
  });
  const powers = logTicks([10 ** x[0], 10 ** x[1]], 5).filter(({ text }) => text !== undefined);
  axes(target, drawn, {
    title: label,
    xTicks: powers.map((tick) => ({ ...tick, value: Math.log10(tick.value) })),
    yTicks: linearTicks([0, 0.5, 1]),
    xLabel: "Damping",
    ...(first && { yLabel: "Share of decrease" }),
  });
}
