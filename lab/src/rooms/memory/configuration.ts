/** The room's settings as configurations of `natgrad ewc`: what the worker runs, and what the reader takes along. */
import type {
  FigureConfiguration,
  FisherConfiguration,
  MethodConfiguration,
} from "../../../../src/experiments/ewc/configuration.ts";
import { type MethodId, methodIds } from "./methods.ts";
import type { Settings } from "./state.ts";

/** samples a step */
export const BATCH = 64;
/** share of the training images that is set aside */
export const VALIDATION = 0.1;
/** classes of each task where they are split */
export const PAIRS: readonly (readonly number[])[] = [
  [0, 1],
  [2, 3],
  [4, 5],
  [6, 7],
  [8, 9],
];

/** λ of the sweep: half decades */
export const sweepStrengths: readonly number[] = Array.from({ length: 13 }, (_, i) =>
  Number((10 ** (i / 2 - 1)).toPrecision(3)),
);

export function fisherOf({
  fisher,
  examples,
  batch,
}: Pick<Settings, "fisher" | "examples" | "batch">): FisherConfiguration {
  const some = examples === null ? {} : { samples: examples };
  if (fisher === "sampled") return { kind: fisher, ...some, draws: 1 };
  if (fisher === "batched") return { kind: fisher, ...some, batch };
  return { kind: fisher, ...some };
}

/** All three methods, drawn as Figure 2A. */
export function curvesOf(settings: Settings): FigureConfiguration {
  const methods = methodIds.map((id) => methodOf(settings, id));
  return { title: "Tasks, one after another", draw: "curves", panels: [panel(settings, methods)] };
}

/** The overlap of the first and the last task's Fisher under EWC, drawn as Figure 2C. */
export function overlapOf(settings: Settings): FigureConfiguration {
  return {
    title: "Where two tasks share weights",
    draw: "overlap",
    panels: [{ ...panel(settings, [methodOf(settings, "ewc")]), overlap: fisherOf(settings) }],
  };
}

/** EWC over all λ, against training without penalty. */
export function sweepOf(settings: Settings): FigureConfiguration {
  const ewc = { ...methodOf(settings, "ewc"), strength: [...sweepStrengths] };
  return {
    title: "Accuracy against λ",
    draw: "sweep",
    panels: [panel(settings, [methodOf(settings, "sgd"), ewc as MethodConfiguration])],
  };
}

function methodOf(settings: Settings, id: MethodId): MethodConfiguration {
  if (id === "sgd") return { method: "sgd" };
  if (id === "l2") return { method: "l2", strength: settings.anchor, step: "implicit" };
  return {
    method: "ewc",
    strength: settings.strength,
    step: "implicit",
    fisher: fisherOf(settings),
    form: "merged",
    decay: 1,
  };
}

function panel(
  settings: Settings,
  methods: MethodConfiguration[],
): FigureConfiguration["panels"][number] {
  const { stream, scenario, tasks, square, width, layers, epochs, stepSize, seed } = settings;
  return {
    name: "digits",
    data: { name: "Digits", pixels: "unit" },
    stream:
      stream === "split"
        ? { kind: "split", groups: PAIRS.slice(0, tasks).map((pair) => [...pair]), scenario }
        : { kind: "permuted", tasks, ...(square < 8 && { square }), firstAsIs: true },
    network: { hidden: Array.from({ length: layers }, () => width) },
    training: {
      rule: { name: "sgd", stepSize, momentum: 0 },
      batch: BATCH,
      epochs,
      validation: VALIDATION,
    },
    methods,
    seeds: [seed],
  };
}
