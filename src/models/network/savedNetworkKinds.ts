/** How each kind of layer is made from what a file says of it. */
import { FormatError } from "../../errors.ts";
import { averagePool2d } from "./averagePool2d.ts";
import { batchNorm } from "./batchNorm.ts";
import { brief } from "./brief.ts";
import { type Conv2dOptions, conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { elu } from "./elu.ts";
import { flatten } from "./flatten.ts";
import { type GeluOptions, gelu } from "./gelu.ts";
import { globalAveragePool2d } from "./globalAveragePool2d.ts";
import type { InitializerName } from "./initializers.ts";
import type { Layer } from "./layer.ts";
import { leakyRelu } from "./leakyRelu.ts";
import { maxPool2d } from "./maxPool2d.ts";
import { relu } from "./relu.ts";
import { sigmoid } from "./sigmoid.ts";
import { silu } from "./silu.ts";
import { softplus } from "./softplus.ts";
import { tanh } from "./tanh.ts";
import type { Pair } from "./windows.ts";

/**
 * Makes a layer of a kind from the {@link Layer.options} that such a layer had, and its buffers by name. What it throws
 * is reported as a `FormatError` with the name of the layer.
 */
export type LayerMaker = (
  options: Readonly<Record<string, unknown>>,
  buffers: Readonly<Record<string, Float64Array>>,
) => Layer;

export type LayerMakers = Readonly<Record<string, LayerMaker>>;

type Options = Layer["options"];

/** natgrad's own kinds. */
export const layerKinds: LayerMakers = {
  dense: (o) =>
    dense(number(o, "inputs"), number(o, "outputs"), {
      bias: flag(o, "bias"),
      initializer: text(o, "initializer") as InitializerName,
    }),
  conv2d: (o) =>
    conv2d(number(o, "inChannels"), number(o, "outChannels"), {
      ...windows(o),
      padding: o.padding === "same" ? "same" : pair(o, "padding"),
      dilation: pair(o, "dilation"),
      groups: number(o, "groups"),
      bias: flag(o, "bias"),
      initializer: text(o, "initializer") as InitializerName,
    } satisfies Conv2dOptions),
  maxPool2d: (o) =>
    maxPool2d(pair(o, "kernel"), {
      ...windows(o),
      padding: pair(o, "padding"),
      dilation: pair(o, "dilation"),
    }),
  averagePool2d: (o) =>
    averagePool2d(pair(o, "kernel"), {
      ...windows(o),
      padding: pair(o, "padding"),
      countPadding: flag(o, "countPadding"),
    }),
  globalAveragePool2d: () => globalAveragePool2d(),
  flatten: () => flatten(),
  relu: () => relu(),
  leakyRelu: (o) => leakyRelu(number(o, "slope")),
  elu: (o) => elu(number(o, "alpha")),
  tanh: () => tanh(),
  sigmoid: () => sigmoid(),
  softplus: () => softplus(),
  silu: () => silu(),
  gelu: (o) =>
    gelu({ approximate: text(o, "approximate") as NonNullable<GeluOptions["approximate"]> }),
  dropout: (o) => dropout(number(o, "rate")),
  batchNorm: (o, buffers) => {
    const { running_mean: mean, running_var: variance } = buffers;
    if (!mean || !variance) {
      throw new FormatError("has no tensors running_mean and running_var, expected both");
    }
    return batchNorm(number(o, "features"), { mean, variance, epsilon: number(o, "epsilon") });
  },
};

function windows(options: Options): { readonly kernel: Pair; readonly stride: Pair } {
  return { kernel: pair(options, "kernel"), stride: pair(options, "stride") };
}

function number(options: Options, name: string): number {
  const value = options[name];
  if (typeof value !== "number") throw unexpected(options, name, "a number");
  return value;
}

function flag(options: Options, name: string): boolean {
  const value = options[name];
  if (typeof value !== "boolean") throw unexpected(options, name, "true or false");
  return value;
}

function text(options: Options, name: string): string {
  const value = options[name];
  if (typeof value !== "string") throw unexpected(options, name, "a text");
  return value;
}

function pair(options: Options, name: string): readonly [number, number] {
  const value = options[name];
  if (!(Array.isArray(value) && value.length === 2)) throw unexpected(options, name, "two numbers");
  return [value[0], value[1]];
}

function unexpected(options: Options, name: string, expected: string): FormatError {
  return new FormatError(`option ${name} is ${brief(options[name])}, expected ${expected}`);
}
