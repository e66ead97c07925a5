/** What the reader wants to see: runs and a sweep, each named by all that it depends on. */
import type { EwcRun } from "../../../../src/experiments/ewc/results.ts";
import { curvesOf, fisherOf, sweepOf } from "./configuration.ts";
import type { MethodId } from "./methods.ts";
import type { FisherKind, Settings } from "./state.ts";

/** EWC with one Fisher, over λ. */
export interface Sweep {
  /** all that it depends on, and that without its Fisher */
  readonly key: string;
  readonly setting: string;
  readonly fisher: FisherKind;
  readonly name: string;
  readonly configuration: ReturnType<typeof sweepOf>;
  /** by λ */
  readonly runs: ReadonlyMap<number, EwcRun>;
}

/** The runs that the reader wants now. */
export interface Wanted {
  readonly configuration: ReturnType<typeof curvesOf>;
  readonly overlap: ReturnType<typeof fisherOf>;
  readonly keys: Readonly<Record<MethodId, string>>;
  /** where the epochs stand */
  readonly shape: string;
  readonly sweep: Omit<Sweep, "runs">;
}

export function wantedOf(settings: Settings): Wanted {
  const configuration = curvesOf(settings);
  const overlap = fisherOf(settings);
  const [{ methods, ...setting }] = configuration.panels;
  const keyed = (value: unknown): string => JSON.stringify([setting, value]);
  const [ewc, l2, sgd] = methods;
  return {
    configuration,
    overlap,
    keys: { ewc: keyed(ewc), l2: keyed(l2), sgd: keyed(sgd) },
    shape: JSON.stringify([setting.stream, setting.training.epochs]),
    sweep: {
      key: keyed(overlap),
      setting: JSON.stringify(setting),
      fisher: settings.fisher,
      name: fisherName(settings),
      configuration: sweepOf(settings),
    },
  };
}

/** The Fisher in a word or two. */
function fisherName({
  fisher,
  examples,
  batch,
}: Pick<Settings, "fisher" | "examples" | "batch">): string {
  const some = examples === null ? "" : `, ${examples} examples`;
  return `${fisher}${fisher === "batched" ? ` (${batch})` : ""}${some}`;
}
