/** What `natgrad ewc` prints: the accuracies, what they say, where the files are. */
import type { FigureConfiguration } from "../experiments/ewc/configuration.ts";
import {
  finalAverage,
  groupsOf,
  type RunGroup,
  type Spread,
  sweepsOf,
  transfersOf,
} from "../experiments/ewc/groups.ts";
import type { EwcFigureEntry, EwcResult, EwcSummary } from "../experiments/ewc/results.ts";
import { methodSettings, panelSettings } from "../experiments/ewc/settings.ts";
import { duration } from "./progress.ts";
import { table } from "./table.ts";

/** For people: a table for each panel, the statements, where the page is. */
export function ewcReport(
  figures: EwcSummary["figures"],
  { page, notice }: { readonly page: string; readonly notice?: string },
): string {
  return [
    ...(notice === undefined ? [] : [notice, ""]),
    ...figures.flatMap(figureLines),
    `The page with all of it: ${page}`,
    "",
  ].join("\n");
}

function figureLines({
  figure,
  title,
  preset,
  seconds,
  result,
  statements,
}: EwcFigureEntry): string[] {
  const head = figure === "experiment" ? title : `${figure}: ${title}`;
  const panels = result.configuration.panels.flatMap((panel, i) => [
    ...(result.configuration.panels.length > 1 ? [panel.name] : []),
    tables[result.configuration.draw](result, i),
    ...(panel.seeds.length > 1
      ? [`Means of ${panel.seeds.length} seeds, from the worst to the best.`]
      : []),
    `Settings: ${panelSettings(panel)}.`,
    ...methodSettings(groupsOf(result, i)).map(([label, text]) => `  ${label}: ${text}`),
  ]);
  return [
    `${head} (${preset}; ${duration(seconds)} of computing)`,
    ...panels,
    ...statements.map(({ claim, reading, holds }) => `${holds ? "✓" : "✗"} ${claim} ${reading}`),
    "",
  ];
}

const percent = (share: number): string => (100 * share).toFixed(1);
const range = ({ mean, low, high }: Spread): string =>
  high - low < 1e-12 ? percent(mean) : `${percent(mean)} (${percent(low)} to ${percent(high)})`;
const strengthText = (strength: number | null): string => (strength === null ? "" : `${strength}`);

const tables: Readonly<
  Record<FigureConfiguration["draw"], (result: EwcResult, panel: number) => string>
> = { curves: accuracyTable, averages: accuracyTable, overlap: overlapTable, sweep: sweepTable };

/** Tasks a table has columns for. */
const MOST_TASKS = 5;

function accuracyTable(result: EwcResult, panel: number): string {
  const groups = groupsOf(result, panel);
  const { tasks } = groups[0].runs[0];
  const shown = tasks.length <= MOST_TASKS ? tasks : [];
  const rows = groups.map((group) => [
    group.label,
    strengthText(group.strength),
    ...shown.map((_, task) => {
      const values = group.runs.map(({ learned }) => learned[learned.length - 1].accuracies[task]);
      return percent(values.reduce((sum, v) => sum + v, 0) / values.length);
    }),
    range(finalAverage(group)),
    ...transferCells(group),
  ]);
  const heading = ["method", "λ", ...shown.map((name) => `${name} %`), "average at the end, %"];
  return table([...heading, ...transferHeading], rows);
}

const transferHeading = ["forgetting, %", "backward, %", "forward transfer, %"];

/** Means over the seeds; empty where one task, or records without accuracies before training, cannot say it. */
function transferCells(group: RunGroup): string[] {
  const { forgetting, backward, forward } = transfersOf(group);
  return [forgetting, backward, forward].map((found) => (found ? percent(found.mean) : ""));
}

function overlapTable(result: EwcResult, panel: number): string {
  const { runs } = groupsOf(result, panel)[0];
  const layers = runs[0].overlap?.atEnd ?? [];
  const of = (moment: "atEnd" | "atEach"): string[] =>
    layers.map((_, i) => {
      const values = runs.map(({ overlap }) => overlap?.[moment][i].value ?? Number.NaN);
      return (values.reduce((sum, v) => sum + v, 0) / values.length).toFixed(3);
    });
  return table(
    ["overlap in layer", ...layers.map((_, i) => `${i + 1}`)],
    [
      ["both at the final network", ...of("atEnd")],
      ["each after its own task", ...of("atEach")],
    ],
  );
}

function sweepTable(result: EwcResult, panel: number): string {
  const { bases, sweeps } = sweepsOf(result, panel);
  const rows = [
    ...bases.map((base) => [
      base.label,
      "",
      range(finalAverage(base)),
      "",
      "",
      ...transferCells(base),
    ]),
    ...sweeps.map(({ label, best, onset, trace }) => [
      label,
      strengthText(best.strength),
      range(best.average),
      onset === undefined ? "" : Number(onset.toPrecision(2)).toString(),
      trace === undefined ? "" : trace.toPrecision(3),
      ...transferCells(best.group),
    ]),
  ];
  return table(
    ["", "best λ", "average at the end, %", "useful from λ", "trace of F", ...transferHeading],
    rows,
  );
}
