/** What `natgrad compare` is told: a model, data, where θ comes from, which matrices; as a schema (zod). */
import { z } from "zod";
import { layerJson, partsOf } from "./layers.ts";

const count = z.int().min(1);
const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const positive = z.number().gt(0);
const column = z.string().min(1);

/** How samples are chosen, and what is done to their columns. */
const selection = {
  /** how many samples, drawn with the seed; default all, at most 500 */
  rows: count.optional(),
  seed: seed.default(0),
  /** `standardize`: mean 0 and variance 1 for each column; `unit`: divided by the largest entry; `none` */
  scale: z.enum(["standardize", "unit", "none"]).default("standardize"),
};

/** Of an alternative: what is expected where none of its forms is met. */
const expected = (what: string) => ({ error: `expected ${what}` });

/** A data set by its name, or a table with the column that is explained. */
export const dataConfiguration = z.union(
  [
    z
      .string()
      .min(1)
      .transform((name) => ({ name, seed: 0, scale: "standardize" as const })),
    z.strictObject({ name: z.string().min(1), ...selection }),
    z.strictObject({
      csv: z.string().min(1),
      target: column,
      features: z.array(column).min(1).optional(),
      exclude: z.array(column).optional(),
      /** columns whose values are labels even if they are numbers */
      categorical: z.array(column).optional(),
      /** what stands for a missing value; default: nothing, NA, N/A, NULL, null, NaN, nan */
      null: z.array(z.string()).optional(),
      /** rows that lack a value: refuse the table, or drop them */
      missing: z.enum(["refuse", "drop"]).default("refuse"),
      ...selection,
    }),
  ],
  expected('the name of a data set, { "name": … } or { "csv": …, "target": … }'),
);

const layers = z
  .array(layerJson)
  .min(1)
  .superRefine((json, context) => {
    try {
      partsOf(json);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
    }
  });

/**
 * `linear`, layers (see `layers.ts`), layers with the shape of an example, e.g. `[1, 8, 8]` for images, or a file that `saveNetwork`
 * wrote.
 */
export const modelConfiguration = z.union(
  [
    z.literal("linear"),
    z
      .string()
      .endsWith(".safetensors")
      .transform((file) => ({ file })),
    z.strictObject({ file: z.string().min(1) }),
    layers.transform((found) => ({ layers: found })),
    z.strictObject({ layers, inputs: z.array(count).min(1).optional() }),
  ],
  expected('"linear", a list of layers, { "layers": […] } or the name of a .safetensors file'),
);

const family = z.enum(["categorical", "bernoulli", "gaussian", "poisson"]);

/** Default: that of the data. */
export const likelihoodConfiguration = z.union(
  [
    family.transform((family) => ({ family, variance: 1 })),
    z.strictObject({
      family,
      /** of the Gaussian family */
      variance: positive.default(1),
    }),
  ],
  expected('the name of a family or { "family": … }'),
);

/** θ after some steps from where the network is initialized. */
export const trainingConfiguration = z.strictObject({
  from: z.literal("training"),
  rule: z.enum(["adam", "sgd"]).default("adam"),
  steps: z.int().min(0).max(1_000_000).default(200),
  /** default 0.01 for Adam, 0.1 for SGD */
  stepSize: positive.optional(),
  /** samples a step, default 32, or all where there are fewer */
  batch: count.default(32),
  seed: seed.default(0),
});

/**
 * Where θ comes from: trained, as initialized, a safetensors file with the parameters by PyTorch's names, or a list of numbers.
 * Default: the model's own file, or else training.
 */
export const parametersConfiguration = z.discriminatedUnion("from", [
  trainingConfiguration,
  z.strictObject({ from: z.literal("initial"), seed: seed.default(0) }),
  z.strictObject({ from: z.literal("checkpoint"), file: z.string().min(1) }),
  z.strictObject({ from: z.literal("values"), values: z.array(z.number()).min(1) }),
]);

/** A convex loss of the outputs that need not be the model's own: see `outputLosses.ts`. */
export const outputLossConfiguration = z.union(
  [
    z.enum(["squaredError", "crossEntropy", "logistic", "poisson"]),
    z.strictObject({ pseudoHuber: positive }),
  ],
  expected('the name of a loss of the outputs or { "pseudoHuber": δ }'),
);

/**
 * What a matrix is of. `sampled` has one draw, `{ "sampled": k }` k of them; `{ "ggn": … }` is the generalized Gauss–Newton matrix of
 * another loss of the outputs.
 */
export const kindConfiguration = z.union(
  [
    z.enum(["fisher", "sampled", "empirical", "hessian", "gradientCovariance", "adam"]),
    z.strictObject({ sampled: count.max(10_000) }),
    z.strictObject({ ggn: outputLossConfiguration }),
  ],
  expected('the name of a kind, { "sampled": … } or { "ggn": … }'),
);

/** What of it is kept. */
export const structureConfiguration = z.enum([
  "full",
  "blockDiagonal",
  "parameterBlocks",
  "kfac",
  "kfacReduce",
  "ekfac",
  "ekfacReduce",
  "diagonal",
  "lowRank",
  "matrixFree",
]);

const matrix = z.strictObject({ kind: kindConfiguration, structure: structureConfiguration });

export const compareConfiguration = z.strictObject({
  title: z.string().min(1).max(200).optional(),
  data: dataConfiguration,
  model: modelConfiguration,
  likelihood: likelihoodConfiguration.optional(),
  parameters: parametersConfiguration.optional(),
  /** λ of the steps (A + λ I)⁻¹ g; default a hundredth of the mean eigenvalue of the reference */
  damping: z.number().min(0).optional(),
  kinds: z
    .array(kindConfiguration)
    .min(1)
    .default(["fisher", "sampled", "empirical", "hessian", "adam"]),
  /** default `full`, `blockDiagonal`, `kfac`, `diagonal`; of many parameters `matrixFree` in place of the first two */
  structures: z.array(structureConfiguration).min(1).optional(),
  /** what all others are compared with; default the full Fisher, matrix-free where it would not fit */
  reference: matrix.optional(),
  /** of the draws of labels, and of the estimators where there are many parameters */
  seed: seed.default(0),
});

export type CompareConfiguration = z.output<typeof compareConfiguration>;
export type DataConfiguration = CompareConfiguration["data"];
export type ModelConfiguration = CompareConfiguration["model"];
export type LikelihoodConfiguration = z.output<typeof likelihoodConfiguration>;
export type ParametersConfiguration = z.output<typeof parametersConfiguration>;
export type OutputLossConfiguration = z.output<typeof outputLossConfiguration>;
export type KindConfiguration = z.output<typeof kindConfiguration>;
export type StructureConfiguration = z.output<typeof structureConfiguration>;
export type MatrixConfiguration = z.output<typeof matrix>;

/** A configuration to start from: `natgrad compare --example` prints it. */
export const exampleConfiguration: z.input<typeof compareConfiguration> = {
  title: "Handwritten digits, a small network",
  data: { name: "Digits", rows: 300, scale: "unit" },
  model: [{ dense: [64, 4] }, "tanh", { dense: [4, 10] }],
  likelihood: "categorical",
  parameters: { from: "training", rule: "adam", steps: 300, stepSize: 0.02, batch: 32, seed: 0 },
  kinds: ["fisher", { sampled: 1 }, "empirical", "hessian", "adam"],
  structures: ["full", "blockDiagonal", "kfac", "ekfac", "diagonal"],
  reference: { kind: "fisher", structure: "full" },
  seed: 0,
};
