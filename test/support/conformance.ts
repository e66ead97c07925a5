/** The problems of the conformance set, as natgrad's networks and objectives. Conventions are in conformance/README.md. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  batchNorm,
  bernoulli,
  categorical,
  dense,
  flatten,
  fromRows,
  gaussian,
  type Likelihood,
  type Matrix,
  type Network,
  type Objective,
  objective,
  type Part,
  poisson,
  relu,
  residual,
  sequential,
  sigmoid,
  silu,
  softplus,
  tanh,
} from "../../src/index.ts";
import { averagePool2d } from "../../src/models/network/averagePool2d.ts";
import { conv2d } from "../../src/models/network/conv2d.ts";
import { maxPool2d } from "../../src/models/network/maxPool2d.ts";

type Rows = readonly (readonly number[])[];
type Pair = number | readonly [number, number];
type Kind = "fisher" | "sampledFisher" | "empiricalFisher";
type Product = Kind | "hessian" | "gradientCovariance";

export interface LayerSpec {
  readonly kind: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly features: number;
  readonly epsilon: number;
  readonly layer: number;
  readonly body: readonly LayerSpec[];
  readonly shortcut: readonly LayerSpec[];
}

export interface FactorsSpec {
  readonly layer: string;
  readonly group: number;
  /** lower triangles */
  readonly inputs: Rows;
  readonly gradients: Rows;
  readonly secondMoments?: Rows;
}

/** One file. */
export interface ConformanceProblem {
  readonly format: string;
  readonly name: string;
  readonly model: { readonly inputShape: readonly number[]; readonly layers: readonly LayerSpec[] };
  readonly likelihood: {
    readonly family: "categorical" | "bernoulli" | "gaussian" | "poisson";
    readonly outputs: number;
    readonly variance?: number;
  };
  readonly parameters: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: readonly number[];
  }[];
  readonly buffers: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly data: {
    readonly inputs: Rows;
    readonly targets: Rows;
    readonly sampledTargets: readonly Rows[];
  };
  readonly expected: {
    readonly outputs: Rows;
    readonly losses: readonly number[];
    readonly gradient: readonly number[];
    readonly perExampleGradients: Rows;
    readonly matrices: Readonly<Record<Product, Rows>>;
    readonly kroneckerFactors: Partial<
      Record<Kind, Partial<Record<"expand" | "reduce", readonly FactorsSpec[]>>>
    >;
    readonly products: Readonly<Record<Product | "vectors", Rows>> & {
      readonly jacobian: readonly Rows[];
    };
    readonly damped: {
      readonly damping: number;
      readonly solve: readonly number[];
      readonly logDeterminant: number;
    };
  };
}

const folder = join(import.meta.dirname, "../../conformance/problems");

export function conformanceProblems(): ConformanceProblem[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as ConformanceProblem);
}

/** A problem in float64, with the labels that its sampled Fisher is of. */
export interface Conforming {
  readonly network: Network<Float64Array>;
  readonly problem: Objective<Matrix, Float64Array>;
  readonly theta: Float64Array;
}

export function conforming(
  spec: ConformanceProblem,
  reduction: "mean" | "sum" = "mean",
): Conforming {
  const { model, likelihood, parameters, data } = spec;
  const network = sequential(partsOf(spec, model.layers, ""), {
    inputs: model.inputShape,
    precision: "float64",
  });
  const problem = objective<Matrix, Float64Array>({
    model: network,
    likelihood: withDraws(familyOf(likelihood), data.sampledTargets),
    X: fromRows(data.inputs),
    y: fromRows(data.targets),
    reduction,
  });
  return { network, problem, theta: Float64Array.from(parameters.flatMap(({ values }) => values)) };
}

function familyOf({ family, outputs, variance = 1 }: ConformanceProblem["likelihood"]): Likelihood {
  return {
    categorical: () => categorical(outputs),
    bernoulli: () => bernoulli(),
    gaussian: () => gaussian({ outputs, variance }),
    poisson: () => poisson(),
  }[family]();
}

/** Draws are those of the file: k labels a sample, sample by sample. */
function withDraws(likelihood: Likelihood, draws: readonly Rows[]): Likelihood {
  return { ...likelihood, sample: () => fromRows(draws.flat()) };
}

function partsOf(spec: ConformanceProblem, layers: readonly LayerSpec[], prefix: string): Part[] {
  const parts: Part[] = [];
  for (const [i, layer] of layers.entries()) {
    parts.push(layer.kind === "reuse" ? parts[layer.layer] : partOf(spec, layer, `${prefix}${i}`));
  }
  return parts;
}

function partOf(spec: ConformanceProblem, layer: LayerSpec, name: string): Part {
  const { inputs, outputs, kernel, stride } = layer;
  const buffer = (part: string): readonly number[] =>
    spec.buffers.find((found) => found.name === `${name}.${part}`)?.values ?? [];
  const makers: Readonly<Record<string, () => Part>> = {
    dense: () => dense(inputs, outputs, { bias: layer.bias }),
    conv2d: () => conv2d(inputs, outputs, layer),
    maxPool2d: () => maxPool2d(kernel, { stride }),
    averagePool2d: () => averagePool2d(kernel, { stride }),
    batchNorm: () =>
      batchNorm(layer.features, {
        mean: buffer("running_mean"),
        variance: buffer("running_var"),
        epsilon: layer.epsilon,
      }),
    flatten,
    tanh,
    relu,
    sigmoid,
    softplus,
    silu,
    residual: () =>
      residual(partsOf(spec, layer.body, `${name}.`), {
        shortcut: partsOf(spec, layer.shortcut, `${name}.shortcut.`),
      }),
  };
  const make = makers[layer.kind];
  if (!make) throw new Error(`${spec.name}: unknown layer ${layer.kind}`);
  return make();
}
