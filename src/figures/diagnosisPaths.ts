/** How the matrices differ on the way to the optimum: the loss, the directions of steps, what they attain. */
import type { CurvaturePoint, Diagnosis, Fit, StepComparison } from "../statistics/results.ts";
import { axes, reachOf } from "./axes.ts";
import { legendOf, rule, stepStrokes, wholeTicks } from "./diagnosisStyle.ts";
import { legend, legendHeight } from "./legend.ts";
import { curve, type Point, symbols } from "./marks.ts";
import { visible } from "./names.ts";
import { cells, extent, type Frame, panel, type Sheet, sheet } from "./sheet.ts";
import { type FigureOptions, greys, type Stroke, sizes, strokes } from "./style.ts";
import { linearTicks, logMargin, logTicks } from "./ticks.ts";

/** What the figure is drawn from. */
export interface PathData extends Pick<Diagnosis, "points" | "paths"> {
  readonly fit: Pick<Fit, "scoring">;
}

interface Line {
  readonly stroke: Stroke;
  readonly points: readonly Point[];
  /** dots at the points */
  readonly dots: boolean;
}

/** Up to as many points of a line are marked. */
const MOST_DOTS = 40;

const kinds = ["gradient", "sampled", "empirical"] as const;

/** A method takes the stroke of the step that it repeats. */
const methods: Readonly<Record<"NGD" | "EFGD", Stroke>> = {
  NGD: { ...strokes.NGD, label: "Fisher (NGD)" },
  EFGD: { ...strokes.EFGD, label: "empirical Fisher (EFGD)" },
};

const steps: Readonly<Record<StepComparison["kind"], Stroke>> = {
  ...stepStrokes,
  empirical: methods.EFGD,
};

/**
 * Draws three panels over the steps of Fisher scoring, which is natural-gradient descent (NGD): the loss above the
 * optimum, the cosine of other steps with NGD's, and the share of the attainable decrease that they attain with the
 * best step size. Where empirical-Fisher descent (EFGD) was run too, the first two are along the path of either.
 */
export function descentPlot(data: PathData, options: FigureOptions): SVGSVGElement {
  const { unit, width, narrow } = extent(options);
  const columns = narrow ? 1 : 3;
  const [left, top, gapX, gapY] = [74 * unit, 40 * unit, 72 * unit, 106 * unit];
  const cell: Frame = {
    x: left,
    y: top,
    width: (width - left - 14 * unit - (columns - 1) * gapX) / columns,
    height: 220 * unit,
  };
  const rows = 3 / columns;
  const foot = top + rows * cell.height + (rows - 1) * gapY + 56 * unit;
  const losses = lossLines(data);
  const both = (data.paths ?? []).length > 0;
  const cosines = both ? cosineLines(data) : stepLines(data, ({ cosine }) => cosine);
  const shares = stepLines(data, ({ efficiency }) => efficiency);
  const named = [...losses, ...cosines, ...shares].map(({ stroke }) => stroke);
  const items = legendOf(
    named.filter((one, i) => named.findIndex(({ label }) => label === one.label) === i),
  );
  const target = sheet(options, {
    name: "paths",
    height: foot + legendHeight(items, width, unit),
    title: "Loss, directions and decrease on the way to the optimum",
    description: data.points
      .filter(({ steps }) => steps.length > 0)
      .map(describe)
      .join(" "),
  });
  const frames = cells(cell, { columns, count: 3, gapX, gapY });
  const heights = cosines.flatMap(({ points }) => points.map(([, y]) => y));
  const floor = heights.some((y) => y < 0) ? -1 : 0;
  drawLines(target, losses, { name: "loss", title: "Loss above the optimum", frame: frames[0] });
  drawLines(target, cosines, {
    name: "cosine",
    title: both ? "Cosine of the two steps" : "Cosine with NGD’s step",
    frame: frames[1],
    y: [floor, 1],
  });
  drawLines(target, shares, {
    name: "share",
    title: "Share of the decrease",
    frame: frames[2],
    y: [0, 1],
  });
  legend(target, items, foot + 10 * unit);
  return target.svg;
}

/** Losses above the optimum, to the first that is not above it: there the line ends, at the lower edge. */
function lossLines({ fit, paths }: PathData): Line[] {
  const line = (stroke: Stroke, excess: readonly number[]): Line => {
    const reached = excess.findIndex((value) => value <= 0);
    const shown = reached < 0 ? excess : excess.slice(0, reached + 1);
    return {
      stroke,
      points: shown.map((value, t): Point => [t, Math.max(0, value)]),
      dots: shown.length <= MOST_DOTS,
    };
  };
  if (paths && paths.length > 0) {
    return paths.map(({ method, excess }) => line(methods[method], excess));
  }
  const losses = fit.scoring.map(({ loss }) => loss);
  const best = Math.min(...losses);
  const excess = losses.map((loss) => loss - best);
  return [line(methods.NGD, excess)];
}

/** Of the natural gradient and the empirical Fisher, along the path of either. */
function cosineLines({ paths = [] }: PathData): Line[] {
  return paths.map(({ method, cosine }) => ({
    stroke: methods[method],
    points: cosine.map((value, t): Point => [t, value]),
    dots: cosine.length <= MOST_DOTS,
  }));
}

function stepLines({ points }: PathData, value: (step: StepComparison) => number): Line[] {
  return kinds.flatMap((kind) => {
    const found = points.flatMap(({ iteration, steps }) =>
      steps.filter((step) => step.kind === kind).map((step): Point => [iteration, value(step)]),
    );
    return found.length === 0
      ? []
      : [{ stroke: steps[kind], points: found, dots: found.length <= MOST_DOTS }];
  });
}

interface LinePanel {
  readonly name: string;
  readonly title: string;
  readonly frame: Frame;
  /** of a linear axis; a logarithmic one otherwise */
  readonly y?: Point;
}

function drawLines(target: Sheet, lines: readonly Line[], spec: LinePanel): void {
  const { unit } = target;
  const all = lines.flatMap(({ points }) => points).filter((point) => point.every(Number.isFinite));
  const last = Math.max(1, ...all.map(([t]) => t));
  const y = spec.y ?? logRange(all.map(([, height]) => height));
  const x: Point = [-0.03 * last, 1.03 * last];
  const pad = spec.y ? 0.04 * (y[1] - y[0]) : 0;
  const levels = spec.y ? (y[0] < 0 ? [-1, 0, 1] : [0, 0.5, 1]) : [];
  const drawn = panel(target, {
    name: spec.name,
    frame: spec.frame,
    x,
    y: [y[0] - pad, y[1] + pad],
    log: !spec.y,
    open: true,
    marks: [
      ...levels.map((level) => rule("y", level, x, { color: greys.rule, width: unit })),
      ...lines.flatMap(({ stroke, points, dots }) => [
        curve(
          points.map(([t, value]): Point => [t, value <= y[0] ? y[0] : value]),
          stroke,
          sizes.curve * unit,
        ),
        ...(dots
          ? [
              symbols(
                points.filter(([, value]) => value > y[0] || (spec.y && value === y[0])),
                { symbol: "circle", fill: stroke.color, radius: 4 * unit },
              ),
            ]
          : []),
      ]),
    ],
  });
  const yTicks = spec.y ? linearTicks(levels) : logTicks(y);
  axes(target, drawn, {
    title: spec.title,
    xTicks: linearTicks(wholeTicks(0, last, 5)),
    yTicks,
    xLabel: "Step",
    yReach: reachOf(yTicks),
  });
}

/** Of the values above zero, with room below for a line that ends in zero. */
function logRange(values: readonly number[]): Point {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [0.1, 1];
  const low = Math.min(...positive);
  const ends = values.some((value) => value === 0);
  return logMargin([ends ? low / 10 : low, Math.max(...positive)]);
}

function describe({ label, excess, steps }: CurvaturePoint): string {
  const found = steps.map(
    ({ kind, cosine, efficiency }) =>
      `${stepStrokes[kind].label} cosine ${cosine.toFixed(3)}, share ${efficiency.toFixed(3)}`,
  );
  return `${visible(label)}: loss ${excess.toPrecision(3)} above the optimum; ${found.join("; ")}.`;
}
