/** The chosen runs as curves, and runs from other starting points. */
import type { ChartSpec, Line } from "../../draw/chart.ts";
import { fixed, written } from "../../draw/numbers.ts";
import { methodColor, methodDashes, type Palette } from "../../draw/palette.ts";
import type { RaceControls } from "./controls.svelte.ts";
import type { RaceResults } from "./results.svelte.ts";
import { STEPS, type StartMethod } from "./starts.ts";
import type { StartRuns } from "./startsWorker.ts";
import { optimizers } from "./state.ts";
import { spanOf } from "./tally.ts";
import type { Trace } from "./traces.svelte.ts";

export function raceCharts(
  { configuration }: RaceControls,
  results: RaceResults,
  palette: Palette,
): readonly ChartSpec[] {
  const lines = (of: (trace: Trace) => ArrayLike<number>): Line[] =>
    optimizers.map((method) => ({
      label: method,
      color: methodColor(palette, method),
      dashes: methodDashes(method),
      values: of(results.trace(method)),
    }));
  const ends: readonly [number, number] = [0, configuration.iterations];
  return [
    {
      id: "loss",
      title: "Loss of the chosen runs",
      along: "iteration",
      log: true,
      lines: lines(({ losses }) => losses),
      ...lossRange(results),
      ends,
      format: (value) => written(value, 4),
    },
    {
      id: "cosine",
      title: "Cosine of the NGD and the EFGD step there",
      along: "iteration",
      range: [-1.05, 1.05],
      heights: [-1, 0, 1],
      lines: lines(({ cosines }) => cosines),
      ends,
      format: (value) => fixed(value, 3),
    },
  ];
}

/**
 * From the lowest that a run of the race ends to the start; ten times that where a chosen run rises. What rises further
 * leaves the chart, or the others would lie flat.
 */
function lossRange(results: RaceResults): Pick<ChartSpec, "range"> {
  const { start, lowest } = spanOf(results.tallies);
  if (!(lowest > 0 && start > 0)) return {};
  const highest = Math.max(
    start,
    ...optimizers.flatMap((method) => Array.from(results.trace(method).losses)),
  );
  const top = Math.ceil(Math.log10(Math.min(highest, 10 * start)) - 1e-9);
  const bottom = Math.floor(Math.log10(lowest) + 1e-9);
  return { range: [10 ** Math.min(bottom, top - 1), 10 ** top] };
}

export const startNames: readonly string[] = ["A", "B", "C", "D"];
const names: Readonly<Record<StartMethod, string>> = {
  NGD: "Natural gradient",
  EFGD: "Empirical Fisher",
};

/** Dashes tell the starts apart, the colour is that of the optimizer. */
const dashes: readonly (readonly number[] | null)[] = [null, [4, 1.6], [1.2, 1], [6, 1.6, 1, 1.6]];

/** Runs from several starts, and what they are called. */
export interface StartedRuns {
  readonly runs: readonly StartRuns[];
  readonly names: readonly string[];
  /** the loss at the minimum, where it is known */
  readonly lowest: number | null;
}

/** What is shown of starts: those of the page, or of a result file. */
export function startedRuns({ openedStarts }: RaceControls, results: RaceResults): StartedRuns {
  if (openedStarts) {
    const { runs, factors } = openedStarts;
    return { runs, names: factors.map((factor) => `${factor} θ*`), lowest: null };
  }
  return { runs: results.startRuns, names: startNames, lowest: results.ground?.lowest ?? null };
}

/** For both optimizers on one scale of losses; above that of the minimum where there is one. */
export function startCharts(started: StartedRuns, palette: Palette): readonly ChartSpec[] {
  const { runs, lowest } = started;
  const values = (method: StartMethod): Float64Array[] =>
    runs.map((run) => run[method].losses.map((loss) => loss - (lowest ?? 0)));
  const all = { NGD: values("NGD"), EFGD: values("EFGD") };
  const range = logRange([...all.NGD, ...all.EFGD]);
  return (["NGD", "EFGD"] as const).map((method) => ({
    id: `starts-${method}`,
    title: `${names[method]}: loss${lowest === null ? "" : " above its minimum"}`,
    along: "iteration",
    log: true,
    range,
    lines: all[method].map((losses, k) => ({
      label: started.names[k],
      color: methodColor(palette, method),
      dashes: dashes[k % dashes.length],
      values: losses,
    })),
    ends: [0, STEPS],
    format: (value) => written(value),
  }));
}

/** Powers of ten shown below the highest start: what is below is reached. */
const SHOWN = 8;

function logRange(all: readonly Float64Array[]): readonly [number, number] {
  const starts = all.map((losses) => losses[0]).filter((loss) => loss > 0);
  const lasts = all.flatMap((losses) => [...losses]).filter((loss) => loss > 0);
  if (starts.length === 0) return [0.1, 1];
  const top = Math.ceil(Math.log10(Math.max(...starts)) + 0.3);
  const bottom = Math.floor(Math.log10(Math.min(...lasts)));
  return [10 ** Math.max(bottom, top - SHOWN), 10 ** top];
}
