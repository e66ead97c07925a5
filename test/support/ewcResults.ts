/** Results of `natgrad ewc` made up for tests: known accuracies, nothing computed. */
import { figureConfiguration, labelOf } from "../../src/experiments/ewc/configuration.ts";
import type { Draft } from "../../src/experiments/ewc/drafts.ts";
import { jobsOf } from "../../src/experiments/ewc/job.ts";
import type { EwcFigureName, EwcResult, EwcRun } from "../../src/experiments/ewc/results.ts";

export type PanelDraft = Draft["panels"][number];

/** A small panel on the digits; whatever is named replaces its own. */
export function panelDraft(changes: Partial<PanelDraft> = {}): PanelDraft {
  return {
    name: "small",
    data: { name: "Digits", train: 200, test: 60 },
    stream: { kind: "permuted", tasks: 2 },
    network: { hidden: [12] },
    training: { rule: { name: "sgd", stepSize: 0.1 }, batch: 32, epochs: 3 },
    methods: [{ method: "ewc", strength: 10, fisher: { kind: "exact" } }, { method: "sgd" }],
    seeds: [0],
    ...changes,
  };
}

/** What is known of a run. */
export interface Known {
  /** R, a row a task */
  readonly R: readonly (readonly number[])[];
  readonly trace?: number;
  /** on validation data at the end; default the last row of R */
  readonly validation?: readonly number[];
  /** before training */
  readonly before?: readonly number[];
  readonly overlap?: EwcRun["overlap"];
}

/** A result whose runs are those of the configuration, each with what `known` says of it. */
export function ewcResultOf(
  figure: EwcFigureName,
  draft: Draft,
  known: (run: Pick<EwcRun, "panel" | "method" | "strength" | "seed">) => Known,
): EwcResult {
  const configuration = figureConfiguration.parse(draft);
  const runs = jobsOf(configuration).map((job): EwcRun => {
    const name = labelOf(job.method);
    const run = { panel: job.panel, method: name, strength: job.strength, seed: job.seed };
    const { R, trace, overlap, validation, before } = known(run);
    const epochs = job.training.epochs;
    return {
      ...run,
      tasks: R.map((_, i) => String.fromCharCode(65 + i)),
      epochs: R.flatMap((accuracies, task) =>
        Array.from({ length: epochs }, (_, e) => ({
          task,
          epoch: e + 1,
          loss: 1 / (e + 1),
          penalty: 0,
          accuracies: [...accuracies],
        })),
      ),
      learned: R.map((accuracies) => ({
        epochs,
        accuracies: [...accuracies],
        ...(trace !== undefined && { importance: [{ layer: "0", trace, largest: trace }] }),
      })),
      ...(before && { before: [...before] }),
      validation: [...(validation ?? R[R.length - 1])],
      ...(overlap && { overlap }),
      warnings: [],
      seconds: 1,
    };
  });
  return { figure, configuration, runs };
}
