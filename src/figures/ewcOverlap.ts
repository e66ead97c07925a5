/** Figure 2C: how much the Fishers of two tasks rest on the same weights, layer by layer. */
import { groupsOf, type RunGroup, spread } from "../experiments/ewc/groups.ts";
import type { EwcResult } from "../experiments/ewc/results.ts";
import { axes } from "./axes.ts";
import { bandedCurve, bars, legendOf, orderedStrokes, type Spot } from "./ewcStyle.ts";
import { legend, legendHeight } from "./legend.ts";
import { extent, panel, sheet } from "./sheet.ts";
import type { FigureOptions, Stroke } from "./style.ts";
import { linearTicks } from "./ticks.ts";

type Moment = "atEnd" | "atEach";

/**
 * A pair of lines for each panel: both Fishers at the final network (solid), and each where the training of its own task ended
 * (dashed). Lines are means over the seeds, bars and bands reach from the least to the largest.
 */
export function ewcOverlap(result: EwcResult, options: FigureOptions): SVGSVGElement {
  const { unit, width } = extent(options);
  const { panels } = result.configuration;
  const groups = panels.map((_, i) => groupsOf(result, i)[0]);
  const lines = orderedStrokes(panels.map(({ name }) => name)).flatMap(
    (stroke, i): { group: RunGroup; moment: Moment; stroke: Stroke }[] => [
      {
        group: groups[i],
        moment: "atEnd",
        stroke: { ...stroke, label: `${stroke.label}, final network`, dashes: null },
      },
      {
        group: groups[i],
        moment: "atEach",
        stroke: { ...stroke, label: `${stroke.label}, each after its task`, dashes: [3.7, 1.6] },
      },
    ],
  );
  const spots = lines.map(({ group, moment }) => spotsOf(group, moment));
  const count = Math.max(...spots.map(({ length }) => length));
  const frame = { x: 88 * unit, y: 20 * unit, width: width - 112 * unit, height: 300 * unit };
  const foot = frame.y + frame.height + 62 * unit;
  const explained = legendOf(lines.map(({ stroke }) => stroke));
  const target = sheet(options, {
    name: `ewc-${result.figure}`,
    height: foot + legendHeight(explained, width, unit),
    title: "Overlap of the Fishers of two tasks, layer by layer",
    description: lines
      .map(
        ({ stroke }, i) => `${stroke.label}: ${spots[i].map((s) => s.mean.toFixed(2)).join(", ")}.`,
      )
      .join(" "),
  });
  const drawn = panel(target, {
    name: "overlap",
    frame,
    x: [0.8, count + 0.2],
    y: [0, 1.04],
    open: true,
    marks: lines.flatMap(({ stroke, moment }, i) => [
      ...bandedCurve(spots[i], stroke, unit),
      ...(moment === "atEnd" ? bars(spots[i], stroke, unit) : []),
    ]),
  });
  axes(target, drawn, {
    xTicks: Array.from({ length: count }, (_, i) => ({
      value: i + 1,
      text: i + 1 === count ? "output" : `${i + 1}`,
    })),
    yTicks: linearTicks([0, 0.2, 0.4, 0.6, 0.8, 1]),
    xLabel: "Layer",
    yLabel: "Overlap of the Fishers",
  });
  legend(target, explained, foot + 12 * unit);
  return target.svg;
}

function spotsOf({ runs }: RunGroup, moment: Moment): Spot[] {
  const layers = runs[0].overlap?.[moment] ?? [];
  return layers.map((_, i) => ({
    x: i + 1,
    ...spread(runs.flatMap(({ overlap }) => (overlap ? [overlap[moment][i].value] : []))),
  }));
}
