/** What the presets are written with. */
import type { z } from "zod";
import type { figureConfiguration, methodConfiguration } from "./configuration.ts";
import type { EwcFigureName } from "./results.ts";

/** A figure that has presets. */
export type PresetFigure = Exclude<EwcFigureName, "experiment">;

export type PresetName = "paper" | "quick";

/** The images that presets are made for. */
export type PresetData = "MNIST" | "Digits";

/** Configurations before their defaults are filled in. */
export type Draft = z.input<typeof figureConfiguration>;
export type PanelDraft = Draft["panels"][number];
type MethodDraft = z.input<typeof methodConfiguration>;
type FisherDraft = Extract<MethodDraft, { method: "ewc" }>["fisher"];

/** λ from 10^low to 10^high, `step` decades apart. */
export function decades(low: number, high: number, step = 1): number[] {
  const count = Math.floor((high - low) / step + 1e-9) + 1;
  return Array.from({ length: count }, (_, i) => Number((10 ** (low + i * step)).toPrecision(3)));
}

/** The five tasks of split MNIST. */
export const pairs = [
  [0, 1],
  [2, 3],
  [4, 5],
  [6, 7],
  [8, 9],
];

/** Over which λ each kind of Fisher is swept. */
interface Sweeps {
  readonly exact: number[];
  /** on few samples */
  readonly few: number[];
  readonly sampled: number[];
  readonly empirical: number[];
  readonly batched: number[];
}

interface KindOptions {
  /** of each task; default all of its training part */
  readonly samples?: number;
  /** for the exact Fisher on few samples */
  readonly few: number;
  /** of the batched one */
  readonly batch: number;
}

/** Training without penalty, and online EWC with each kind of Fisher. */
export function kinds(sweeps: Sweeps, { samples, few, batch }: KindOptions): MethodDraft[] {
  const some = samples === undefined ? {} : { samples };
  const online = (label: string, strength: number[], fisher: FisherDraft): MethodDraft => ({
    method: "ewc",
    label,
    form: "online",
    strength,
    fisher,
  });
  return [
    { method: "sgd", label: "no penalty" },
    online("exact", sweeps.exact, { kind: "exact", ...some }),
    online(`exact, ${few} samples`, sweeps.few, { kind: "exact", samples: few }),
    online("sampled", sweeps.sampled, { kind: "sampled", ...some }),
    online("empirical", sweeps.empirical, { kind: "empirical", ...some }),
    online(`batched, ${batch}`, sweeps.batched, { kind: "batched", batch, ...some }),
  ];
}
