/** The room Memory as results of `natgrad ewc`, drawn by the figures of the command line. */
import type { FigureConfiguration } from "../../../../src/experiments/ewc/configuration.ts";
import type { EwcFigureFile, EwcResult, EwcRun } from "../../../../src/experiments/ewc/results.ts";
import { withMetrics } from "../../../../src/experiments/ewc/runMetrics.ts";
import { renderEwcSvg } from "../../../../src/figures/ewcGallery.ts";
import { kernels } from "../../../../src/linalg/provider.ts";
import { VERSION } from "../../../../src/version.ts";
import { curvesOf, overlapOf, sweepStrengths } from "./configuration.ts";
import { methodIds } from "./methods.ts";
import type { MemoryRoom } from "./room.svelte.ts";

export type FigureKind = "curves" | "overlap" | "sweep";

/** Throws where the runs are not there. */
export function resultOf({ controls, results }: MemoryRoom, kind: FigureKind): EwcResult {
  const runs = methodIds.map((id) => results.tracks[id].run);
  const [ewc, , sgd] = runs;
  if (kind === "curves") {
    return experiment(
      curvesOf(controls),
      runs.map((run) => run && without(run, "overlap")),
    );
  }
  if (kind === "overlap") return experiment(overlapOf(controls), [ewc && atEnds(ewc)]);
  const { sweep } = results;
  if (!sweep) throw new Error("no λ has been tried yet");
  return experiment(
    sweep.configuration,
    [sgd, ...sweepStrengths.map((strength) => sweep.runs.get(strength))].map(
      (run) => run && atEnds(without(run, "overlap")),
    ),
  );
}

/** What the command line writes beside the picture. */
export function fileOf(result: EwcResult): EwcFigureFile {
  return {
    provenance: {
      natgrad: VERSION,
      runtime: navigator.userAgent,
      provider: { ...kernels().info },
      workers: 1,
      created: new Date().toISOString(),
      seconds: result.runs.reduce((sum, { seconds }) => sum + seconds, 0),
    },
    preset: "lab",
    result,
    statements: [],
  };
}

/** An SVG file. */
export function draw(result: EwcResult): string {
  return renderEwcSvg(result, { document });
}

function experiment(
  configuration: FigureConfiguration,
  runs: readonly (EwcRun | undefined)[],
): EwcResult {
  const found = runs.filter((run) => run !== undefined);
  if (found.length < runs.length) throw new Error("not all networks are trained");
  return { figure: "experiment", configuration, runs: found.map(withMetrics) };
}

/** Only curves look at every epoch. */
function atEnds(run: EwcRun): EwcRun {
  return { ...run, epochs: run.epochs.map((epoch) => without(epoch, "accuracies")) };
}

function without<T extends object, K extends keyof T>(value: T, key: K): T {
  const copy = { ...value };
  delete copy[key];
  return copy;
}
