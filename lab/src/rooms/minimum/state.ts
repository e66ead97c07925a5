/** The state of the room Minimum: what its address holds. */
import type { Family, Point, Symmetric } from "../../compute/planar.ts";
import {
  type Codec,
  choice,
  type Field,
  optional,
  real,
  tuples,
  whole,
} from "../../shell/codec.ts";
import { type Layer, layers } from "./layers.ts";
import type { NormalClass, Scene } from "./scene.ts";

export interface MinimumState {
  family: Family;
  samples: number;
  seed: number;
  classes: readonly [NormalClass, NormalClass];
  share: number;
  noise: number;
  bend: number;
  priorVariance: number | null;
  /** hundredths of the way from the scene that the model describes; null for the whole of it */
  wrong: number | null;
  shown: readonly Layer[];
}

export const ranges = {
  samples: { min: 50, max: 2000 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  share: { min: 0.05, max: 0.95 },
  noise: { min: 0.2, max: 5 },
  bend: { min: -1, max: 1 },
  priorVariance: { min: 1e-3, max: 1e3 },
} as const;

export type PresetName = "correct" | "A" | "B";

/** The scenes of the paper's Figures 2 (classes) and 4 (line). */
export const presets: Readonly<
  Record<PresetName, Pick<Scene, "classes" | "noise" | "bend"> & { readonly name: string }>
> = {
  correct: { name: "Correct", classes: opposite(1, [2, 0, 2], [2, 0, 2]), noise: 1, bend: 0 },
  A: { name: "Misspecified A", classes: opposite(1.5, [3, 0, 3], [1, 0, 1]), noise: 2, bend: 0 },
  B: {
    name: "Misspecified B",
    // the rounding of the paper’s own factor
    classes: opposite(1, [1.5, 1.5 * -0.6, 1.5], [1.5, 1.5 * 0.6, 1.5]),
    noise: 1,
    bend: 0.5,
  },
};

function opposite(mean: number, first: Symmetric, second: Symmetric): [NormalClass, NormalClass] {
  return [
    { mean: [mean, mean], A: first },
    { mean: [-mean, -mean], A: second },
  ];
}

export const codec: Codec<MinimumState> = {
  family: choice("model", "bernoulli", ["bernoulli", "gaussian"]),
  samples: whole("n", 1000, ranges.samples),
  seed: whole("seed", 0, ranges.seed),
  classes: classPair("classes", presets.B.classes),
  share: real("share", 0.5, { ...ranges.share, digits: 4 }),
  noise: real("noise", presets.B.noise, ranges.noise),
  bend: real("bend", presets.B.bend, ranges.bend),
  priorVariance: optional(real("prior", 1, ranges.priorVariance)),
  wrong: optional(whole("wrong", 0, { min: 0, max: 100 })),
  shown: layerSet("show", ["fisher", "empirical", "sandwich", "redraws"]),
};

/** Mean and the entries of A, of each class. */
function classPair(
  key: string,
  initial: readonly [NormalClass, NormalClass],
): Field<readonly [NormalClass, NormalClass]> {
  const flat = (pair: readonly NormalClass[]): number[][] =>
    pair.map(({ mean, A }) => [...mean, ...A]);
  const field = tuples(key, flat(initial), { length: 5, digits: 5 });
  return {
    key,
    initial,
    write: (pair) => field.write(flat(pair)),
    read(text) {
      const items = field.read(text);
      if (items?.length !== 2) return undefined;
      const [first, second] = items.map(classOf);
      return [first, second];
    },
  };
}

function classOf([u, v, a, b, c]: readonly number[]): NormalClass {
  const mean: Point = [u, v];
  return { mean, A: [a, b, c] };
}

/** The first letters of those that are shown. */
function layerSet(key: string, initial: readonly Layer[]): Field<readonly Layer[]> {
  return {
    key,
    initial,
    write: (shown) =>
      layers
        .filter((which) => shown.includes(which))
        .map((which) => which[0])
        .join("") || "none",
    read: (text) => layers.filter((which) => text !== "none" && text.includes(which[0])),
  };
}
