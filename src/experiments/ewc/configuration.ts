/**
 * What an experiment with tasks that come one after another is made of, as schemas (zod): the figures of Kirkpatrick et al.
 * (2017) are configurations of this form, and so is the file that `natgrad ewc` reads.
 */
import { z } from "zod";
import { mistakesOf } from "./limits.ts";

const count = z.int().min(1);
const share = z.number().gt(0).lt(1);
const rate = z.number().min(0).lt(1);
const positive = z.number().gt(0);
/** λ, or several of them to be compared */
const strength = z.union([z.number().min(0), z.array(z.number().min(0)).min(1)]);

/** The images. */
export const dataConfiguration = z.strictObject({
  name: z.enum(["MNIST", "Digits"]),
  /** `raw`: as the file has them, MNIST 0 to 255, Digits 0 to 16; `unit`: divided by the largest */
  pixels: z.enum(["raw", "unit"]).default("unit"),
  /** only the first so many images of the training part, of the test part */
  train: count.optional(),
  test: count.optional(),
});

/** What the tasks are. */
export const streamConfiguration = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("permuted"),
    tasks: count.max(1000),
    /** permute only the centre square of so many pixels a side */
    square: z.int().min(2).optional(),
    /** the first task has its pixels where they are */
    firstAsIs: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal("split"),
    /** the classes of each task */
    groups: z.array(z.array(z.int().min(0).max(255)).min(2)).min(1),
    scenario: z.enum(["task", "domain", "class"]).default("task"),
  }),
]);

const dropout = z.strictObject({ input: rate.default(0), hidden: rate.default(0) });

/** Fully connected, ReLU between the layers. */
export const networkConfiguration = z.strictObject({
  /** widths of the hidden layers */
  hidden: z.array(count.max(100_000)).max(100),
});

export const ruleConfiguration = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("sgd"), stepSize: positive, momentum: rate.default(0) }),
  z.strictObject({
    name: z.literal("adam"),
    stepSize: positive.default(1e-3),
    beta1: rate.default(0.9),
    beta2: rate.default(0.999),
  }),
]);

export const trainingConfiguration = z.strictObject({
  rule: ruleConfiguration,
  /** samples a step */
  batch: count.default(64),
  /** of each task, at most */
  epochs: count,
  /** of the training part, set aside */
  validation: share.default(0.1),
});

const samples = count.optional();

/** Which Fisher: see `src/continual/importance.ts`. */
export const fisherConfiguration = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("exact"), samples }),
  z.strictObject({ kind: z.literal("sampled"), samples, draws: count.max(10_000).default(1) }),
  z.strictObject({ kind: z.literal("empirical"), samples }),
  z.strictObject({ kind: z.literal("batched"), samples, batch: count.default(128) }),
]);

/** What any method may say for itself. */
const common = {
  /** its name in the figure; default that of the method */
  label: z.string().min(1).max(60).optional(),
  dropout: dropout.optional(),
  /** early stopping: checks of the validation error of all tasks seen without improvement; default none */
  patience: count.optional(),
};

/** What a method with a penalty may say besides its strength, which comes first in it: its records are named by that order. */
const penalized = {
  /** of the penalty: see `explicitSteps` of `src/continual/methods.ts` */
  step: z.enum(["implicit", "explicit"]).default("implicit"),
  ...common,
};

export const methodConfiguration = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("sgd"), ...common }),
  z.strictObject({ method: z.literal("joint"), ...common }),
  z.strictObject({ method: z.literal("l2"), strength, ...penalized }),
  z.strictObject({
    method: z.literal("ewc"),
    strength,
    fisher: fisherConfiguration,
    form: z.enum(["separate", "merged", "online"]).default("merged"),
    /** γ of the online form */
    decay: z.number().min(0).max(1).default(1),
    ...penalized,
  }),
  z.strictObject({
    method: z.literal("kronecker"),
    strength,
    /** whose labels the factors are made of */
    fisher: z.enum(["exact", "sampled", "empirical"]).default("sampled"),
    samples,
    /** what becomes of the factors of several tasks: see `src/continual/kroneckerEwc.ts` */
    sum: z.enum(["nearest", "additive"]).default("nearest"),
    ...penalized,
  }),
  z.strictObject({
    method: z.literal("si"),
    strength,
    damping: positive.default(0.1),
    ...penalized,
  }),
]);

/** One stream of tasks, learned by some methods. */
export const panelConfiguration = z.strictObject({
  name: z.string().min(1).max(60),
  data: dataConfiguration,
  stream: streamConfiguration,
  network: networkConfiguration,
  training: trainingConfiguration,
  methods: z.array(methodConfiguration).min(1),
  /** each repeats everything with other permutations, initial parameters and orders */
  seeds: z.array(z.int().min(0).max(Number.MAX_SAFE_INTEGER)).min(1),
  /** compares, with this Fisher, the first task's with the last one's, layer by layer */
  overlap: fisherConfiguration.optional(),
});

/**
 * How results are drawn. `curves`: test accuracy on each task after each epoch (Figure 2A). `averages`: average accuracy over
 * the tasks seen (2B). `overlap`: overlap of two Fishers by layer (2C). `sweep`: average accuracy at the end against λ.
 */
export const drawing = z.enum(["curves", "averages", "overlap", "sweep"]);

export const figureConfiguration = z
  .strictObject({
    title: z.string().min(1).max(200).default("An experiment"),
    draw: drawing,
    panels: z.array(panelConfiguration).min(1),
  })
  .superRefine(({ draw, panels }, context) => {
    const complain = (message: string, ...path: (string | number)[]): void =>
      context.addIssue({ code: "custom", message, path: ["panels", ...path] });
    panels.forEach((panel, i) => {
      if (panels.findIndex(({ name }) => name === panel.name) < i) {
        complain(`two panels are called ${panel.name}`, i, "name");
      }
      if (new Set(panel.seeds).size < panel.seeds.length) {
        complain("a seed comes twice: it would give the same run again", i, "seeds");
      }
      const labels = panel.methods.map(labelOf);
      const twice = labels.findIndex((label, j) => labels.indexOf(label) < j);
      if (twice >= 0) {
        complain(
          `two methods are called ${labels[twice]}: give one a label`,
          i,
          "methods",
          twice,
          "label",
        );
      }
      if (draw === "overlap" && !panel.overlap) {
        complain('drawing an overlap needs a Fisher, e.g. { "kind": "exact" }', i, "overlap");
      }
      const several = panel.methods.findIndex(
        (method) => draw !== "sweep" && strengthsOf(method).length > 1,
      );
      if (several >= 0) {
        complain("several strengths are drawn by a sweep only", i, "methods", several, "strength");
      }
      if (draw === "sweep" && !panel.methods.some((method) => strengthsOf(method).some(Boolean))) {
        complain("a sweep needs a method with a strength λ above 0", i, "methods");
      }
      for (const { message, path } of mistakesOf(panel)) complain(message, i, ...path);
    });
  });

export type DataConfiguration = z.infer<typeof dataConfiguration>;
export type StreamConfiguration = z.infer<typeof streamConfiguration>;
export type NetworkConfiguration = z.infer<typeof networkConfiguration>;
export type TrainingConfiguration = z.infer<typeof trainingConfiguration>;
export type FisherConfiguration = z.infer<typeof fisherConfiguration>;
export type MethodConfiguration = z.infer<typeof methodConfiguration>;
export type PanelConfiguration = z.infer<typeof panelConfiguration>;
export type FigureConfiguration = z.infer<typeof figureConfiguration>;
export type Drawing = z.infer<typeof drawing>;

const names: Readonly<Record<MethodConfiguration["method"], string>> = {
  sgd: "SGD",
  joint: "joint",
  l2: "L2",
  ewc: "EWC",
  kronecker: "Kronecker EWC",
  si: "SI",
};

/** How a method is called in figures and messages. */
export function labelOf({ label, method }: MethodConfiguration): string {
  return label ?? names[method];
}

/** The strengths λ of a method, none for one without. */
export function strengthsOf(method: MethodConfiguration): readonly number[] {
  if (!("strength" in method)) return [];
  return typeof method.strength === "number" ? [method.strength] : method.strength;
}
