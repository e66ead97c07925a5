/** The curves of the room Memory as data. */
import { metrics } from "../../../../src/continual/metrics.ts";
import type { EwcRun } from "../../../../src/experiments/ewc/results.ts";
import type { ChartSpec, Line } from "../../draw/chart.ts";
import { fixed, percent } from "../../draw/numbers.ts";
import type { Palette } from "../../draw/palette.ts";
import { sweepStrengths } from "./configuration.ts";
import { methodIds, methodLine, methodNames } from "./methods.ts";
import type { MemoryResults, Tracks } from "./results.svelte.ts";
import { accuraciesOn } from "./track.ts";
import type { Sweep } from "./wanted.ts";

const SHARES: readonly [number, number] = [0, 1.03];

/** Accuracy on one task along the stream. */
export function accuracyChart(
  tracks: Tracks,
  task: number,
  name: string,
  palette: Palette,
  { last, revealed }: { readonly last: number; readonly revealed: number },
): { readonly fresh: ChartSpec; readonly stale: ChartSpec } {
  const xs = Array.from({ length: last }, (_, k) => k + 1);
  const spec = (id: string, part: (fresh: number) => readonly [number, number]): ChartSpec => ({
    id,
    title: `Task ${name}`,
    along: "epochs",
    xs,
    ends: [0, last],
    range: SHARES,
    heights: [0, 0.5, 1],
    format: percent,
    lines: methodIds.map((method): Line => {
      const [from, to] = part(tracks[method].fresh);
      return {
        label: methodNames[method],
        ...methodLine(palette, method),
        values: accuraciesOn(tracks[method], task, {
          length: last,
          from,
          to: Math.min(to, revealed),
        }),
      };
    }),
  });
  return {
    fresh: spec(`accuracy-${name}`, (fresh) => [0, fresh]),
    // joined to the fresh part where that ends
    stale: spec(`before-${name}`, (fresh) => [fresh === 0 ? 0 : fresh - 1, last]),
  };
}

/** Dashes of the kinds of Fisher that were looked at before. */
const kindDashes: Readonly<Record<Sweep["fisher"], readonly number[]>> = {
  exact: [5, 1.5],
  sampled: [1.2, 1],
  empirical: [6.4, 1.6, 1, 1.6],
  batched: [2.6, 1.2],
};

/** Average accuracy at the end against λ. */
export function sweepChart({ sweeps, sweep, tracks }: MemoryResults, palette: Palette): ChartSpec {
  const base = tracks.sgd.run;
  const others = sweeps.filter(
    ({ key, setting }) => key !== sweep?.key && setting === sweep?.setting,
  );
  const line = ({ name, fisher, runs }: Sweep, own: boolean): Line => ({
    label: name,
    color: own ? palette.red : palette.muted,
    dashes: own ? null : kindDashes[fisher],
    values: sweepStrengths.map((strength) => {
      const run = runs.get(strength);
      return run ? averageOf(run) : Number.NaN;
    }),
  });
  const lines = [...(sweep ? [line(sweep, true)] : []), ...others.map((one) => line(one, false))];
  const values = [...lines.flatMap((one) => Array.from(one.values)), base ? averageOf(base) : 1];
  const least = Math.min(1, ...values.filter(Number.isFinite));
  return {
    id: "sweep",
    title: "How strong? Average accuracy at the end",
    along: "λ",
    logX: true,
    xs: sweepStrengths,
    ends: [sweepStrengths[0], sweepStrengths[sweepStrengths.length - 1]],
    range: [Math.max(0, Math.floor(10 * least - 1e-9) / 10), 1],
    dots: true,
    ...(base && { rule: { value: averageOf(base), name: "SGD" } }),
    lines,
    format: percent,
  };
}

/** Overlap of the Fishers of the first and the last task, layer by layer. */
export function overlapChart(run: EwcRun | undefined, palette: Palette): ChartSpec {
  const layers = run?.overlap?.atEnd.length ?? 2;
  const line = (moment: "atEnd" | "atEach", label: string, dashes: Line["dashes"]): Line => ({
    label,
    color: palette.red,
    dashes,
    values: run?.overlap?.[moment].map(({ value }) => value) ?? [],
  });
  const places = Array.from({ length: layers }, (_, i) => i + 1);
  return {
    id: "overlap",
    title: "Overlap of the first and the last task’s Fisher",
    along: "layer",
    xs: places,
    places,
    ends: [1, layers],
    range: [0, 1.04],
    heights: [0, 0.5, 1],
    dots: true,
    lines: [
      line("atEnd", "in the final network", null),
      line("atEach", "each after its task", [3.7, 1.6]),
    ],
    format: (value) => fixed(value, 3),
  };
}

/** Average test accuracy over all tasks at the end of a run. */
export function averageOf({ learned }: EwcRun): number {
  return metrics(learned.map(({ accuracies }) => accuracies)).average;
}
