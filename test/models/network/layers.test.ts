/** Every layer by itself. */
import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../../src/errors.ts";
import { batchNorm } from "../../../src/models/network/batchNorm.ts";
import { dense } from "../../../src/models/network/dense.ts";
import { dropout } from "../../../src/models/network/dropout.ts";
import { elu } from "../../../src/models/network/elu.ts";
import { flatten } from "../../../src/models/network/flatten.ts";
import { gelu } from "../../../src/models/network/gelu.ts";
import {
  fansOf,
  type Initializer,
  type InitializerName,
  initializers,
} from "../../../src/models/network/initializers.ts";
import { leakyRelu } from "../../../src/models/network/leakyRelu.ts";
import { relu } from "../../../src/models/network/relu.ts";
import { sequential } from "../../../src/models/network/sequential.ts";
import { sigmoid } from "../../../src/models/network/sigmoid.ts";
import { silu } from "../../../src/models/network/silu.ts";
import { softplus } from "../../../src/models/network/softplus.ts";
import { tanh } from "../../../src/models/network/tanh.ts";
import { stream } from "../../../src/random/streams.ts";
import { type LayerCase, layerSuite } from "../../support/layerSuite.ts";

/** W x + b */
function affine(inputs: number, outputs: number, bias: boolean): LayerCase["definition"] {
  return (w, x) =>
    Array.from({ length: outputs }, (_, o) => {
      let sum = bias ? w[outputs * inputs + o] : 0;
      for (let i = 0; i < inputs; i++) sum += w[o * inputs + i] * x[i];
      return sum;
    });
}

layerSuite("dense", [
  {
    name: "with bias",
    layer: dense(3, 2),
    input: [3],
    output: [2],
    refused: [[2], [3, 1, 1], []],
    definition: affine(3, 2, true),
    initial: [
      { name: "weight", bound: 1 / Math.sqrt(3), mean: 0, variance: 1 / 9 },
      { name: "bias", bound: 1 / Math.sqrt(3), mean: 0, variance: 1 / 9 },
    ],
  },
  {
    name: "without bias",
    layer: dense(2, 5, { bias: false }),
    input: [2],
    output: [5],
    definition: affine(2, 5, false),
  },
  {
    name: "of one number",
    layer: dense(1, 1),
    input: [1],
    output: [1],
    definition: affine(1, 1, true),
  },
  ...(
    [
      ["torch", 1 / Math.sqrt(30), 1 / 90],
      ["keras", Math.sqrt(6 / 50), 2 / 50],
      ["glorotUniform", Math.sqrt(6 / 50), 2 / 50],
      ["glorotNormal", undefined, 2 / 50],
      ["heUniform", Math.sqrt(6 / 30), 2 / 30],
      ["heNormal", undefined, 2 / 30],
      ["lecunUniform", Math.sqrt(3 / 30), 1 / 30],
      ["lecunNormal", undefined, 1 / 30],
    ] as [InitializerName, number | undefined, number][]
  ).map(
    ([initializer, bound, variance]): LayerCase => ({
      name: `starting as ${initializer}`,
      layer: dense(30, 20, { initializer }),
      input: [30],
      output: [20],
      definition: affine(30, 20, true),
      initial: [
        { name: "weight", ...(bound && { bound }), mean: 0, variance },
        ...(initializer === "torch" ? [] : [{ name: "bias", mean: 0, variance: 0 }]),
      ],
    }),
  ),
]);

/** away from 0, where derivatives jump */
const apart = (x: number): number => x + Math.sign(x) * 0.1;
/** three times as wide */
const wide = (x: number): number => 3 * x;

function pointwise(
  name: string,
  layer: LayerCase["layer"],
  value: (x: number) => number,
  inputs: (x: number) => number,
  shape = [6],
): LayerCase {
  const definition: LayerCase["definition"] = (_w, x) => Array.from(x, value);
  return { name, layer, input: shape, output: shape, definition, inputs };
}

layerSuite("relu", [
  pointwise("on vectors", relu(), (x) => Math.max(0, x), apart),
  pointwise("on images", relu(), (x) => Math.max(0, x), apart, [2, 3, 2]),
]);
layerSuite("leakyRelu", [
  pointwise("by default", leakyRelu(), (x) => (x > 0 ? x : 0.01 * x), apart),
  pointwise("with a slope", leakyRelu(0.2), (x) => (x > 0 ? x : 0.2 * x), apart),
]);
layerSuite("elu", [
  pointwise("by default", elu(), (x) => (x > 0 ? x : Math.exp(x) - 1), apart),
  pointwise("with an α", elu(0.3), (x) => (x > 0 ? x : 0.3 * (Math.exp(x) - 1)), apart),
]);
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
layerSuite("tanh", [pointwise("on vectors", tanh(), (x) => 2 * logistic(2 * x) - 1, wide)]);
layerSuite("sigmoid", [pointwise("on vectors", sigmoid(), logistic, wide)]);
layerSuite("softplus", [
  pointwise("on vectors", softplus(), (x) => Math.log(1 + Math.exp(x)), wide),
]);
layerSuite("silu", [pointwise("on vectors", silu(), (x) => x * logistic(x), wide)]);
layerSuite("gelu", [
  pointwise("by the normal distribution", gelu(), (x) => (x / 2) * (1 + erf(x / Math.SQRT2)), wide),
  pointwise(
    "by tanh",
    gelu({ approximate: "tanh" }),
    (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    wide,
  ),
]);

/** by its Taylor series (Abramowitz and Stegun, 7.1.6), for |x| of a few units */
function erf(x: number): number {
  let term = (2 / Math.sqrt(Math.PI)) * x * Math.exp(-x * x);
  let sum = 0;
  for (let k = 1; Math.abs(term) > 1e-20; k++) {
    sum += term;
    term *= (2 * x * x) / (2 * k + 1);
  }
  return sum;
}

const same: LayerCase["definition"] = (_w, x) => Array.from(x);
layerSuite("flatten", [
  { name: "of an image", layer: flatten(), input: [2, 3, 2], output: [12], definition: same },
  { name: "of a vector", layer: flatten(), input: [5], output: [5], definition: same },
]);

const draws = (): ReturnType<typeof stream> => stream(5, "dropout");
layerSuite("dropout", [
  { name: "in evaluation", layer: dropout(0.3), input: [6], output: [6], definition: same },
  {
    name: "in training",
    layer: dropout(0.3),
    input: [20],
    output: [20],
    random: draws,
    // the first example draws first
    definition(_w, x) {
      const random = draws();
      return Array.from(x, (value) => (random.uniform() < 0.3 ? 0 : value / 0.7));
    },
  },
]);

const statistics = {
  mean: [0.5, -1, 2],
  variance: [0.25, 4, 0],
  epsilon: 0.01,
};
const normalized =
  (positions: number): LayerCase["definition"] =>
  (w, x) =>
    Array.from(x, (value, i) => {
      const c = Math.floor(i / positions);
      const { mean, variance, epsilon } = statistics;
      return w[c] * ((value - mean[c]) / Math.sqrt(variance[c] + epsilon)) + w[3 + c];
    });
const start = [
  { name: "weight", mean: 1, variance: 0 },
  { name: "bias", mean: 0, variance: 0 },
];
layerSuite("batchNorm", [
  {
    name: "of features",
    layer: batchNorm(3, statistics),
    input: [3],
    output: [3],
    refused: [[4], [3, 2], [2, 3, 3]],
    definition: normalized(1),
    initial: start,
  },
  {
    name: "of channels",
    layer: batchNorm(3, statistics),
    input: [3, 2, 2],
    output: [3, 2, 2],
    definition: normalized(4),
    initial: start,
  },
  {
    name: "by default",
    layer: batchNorm(2),
    input: [2],
    output: [2],
    definition: (w, x) =>
      Array.from(x, (value, c) => (w[c] * value) / Math.sqrt(1 + 1e-5) + w[2 + c]),
  },
]);

describe("dropout", () => {
  it("keeps the mean, drops the rate", () => {
    const X = { rows: 100, cols: 100, data: new Float64Array(10_000).fill(1) };
    const { data } = dropout(0.2).forward(new Float64Array(), X, [100], stream(1)).outputs;
    const dropped = data.filter((x) => x === 0).length;
    // five standard deviations of a binomial count
    expect(Math.abs(dropped - 2000)).toBeLessThan(5 * Math.sqrt(10_000 * 0.2 * 0.8));
    expect(new Set(data)).toEqual(new Set([0, 1.25]));
  });

  it("with rate 0 draws nothing", () => {
    const X = { rows: 1, cols: 2, data: Float64Array.of(1, 2) };
    const never = {
      uniform(): never {
        throw new Error("drawn");
      },
    };
    const random = { ...stream(1), ...never } as unknown as ReturnType<typeof stream>;
    expect(dropout(0).forward(new Float64Array(), X, [2], random).outputs.data).toEqual(X.data);
    expect(dropout(0).stochastic).toBe(false);
    expect(dropout(0.1).stochastic).toBe(true);
  });
});

describe("kinks", () => {
  const at = (layer: LayerCase["layer"], x: number) => {
    const X = { rows: 1, cols: 1, data: Float64Array.of(x) };
    const pass = layer.forward(new Float64Array(), X, [1]);
    return [
      pass.outputs.data[0],
      pass.pull({ rows: 1, cols: 1, data: Float64Array.of(1) }).data[0],
    ];
  };

  it("have the derivative from below, as in PyTorch", () => {
    expect(at(relu(), 0)).toEqual([0, 0]);
    expect(at(leakyRelu(0.2), 0)).toEqual([0, 0.2]);
    expect(at(elu(0.3), 0)).toEqual([0, 0.3]);
  });

  it("are 0 far out", () => {
    expect(at(relu(), -1e300)).toEqual([0, 0]);
    expect(at(elu(), -1000)).toEqual([-1, 0]);
  });
});

describe("initializers", () => {
  it("may be one's own", () => {
    const fans: unknown[] = [];
    const initializer: Initializer = {
      name: "mine",
      weight(values, found) {
        fans.push(found);
        values.fill(2);
      },
      bias: (values) => values.fill(3),
    };
    const layer = dense(4, 3, { initializer });
    expect(layer.options).toMatchObject({ initializer: "mine" });
    const theta = sequential([layer], { precision: "float64" }).initial();
    expect(theta).toEqual(new Float64Array(15).fill(2).fill(3, 12));
    expect(fans).toEqual([{ inputs: 4, outputs: 3 }]);
  });

  it("count the pixels of a kernel", () => {
    expect(fansOf([8, 4, 5, 3])).toEqual({ inputs: 60, outputs: 120 });
    expect(initializers.heNormal.name).toBe("heNormal");
  });
});

describe("options", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["dense(0, 3)", () => dense(0, 3), /dense: inputs is 0, expected a positive integer/],
    ["dense(2, 1.5)", () => dense(2, 1.5), /dense: outputs is 1.5/],
    [
      "an unknown initializer",
      () => dense(2, 2, { initializer: "xavier" as InitializerName }),
      /initializer is "xavier", expected one of torch, keras/,
    ],
    ["dropout(1)", () => dropout(1), /rate is 1, expected a number in \[0, 1\)/],
    ["dropout(-0.1)", () => dropout(-0.1), /rate is -0.1/],
    ["dropout(NaN)", () => dropout(Number.NaN), /rate is NaN/],
    ["leakyRelu(NaN)", () => leakyRelu(Number.NaN), /leakyRelu: slope is NaN/],
    ["elu(Infinity)", () => elu(Infinity), /elu: alpha is Infinity/],
    [
      "an unknown approximation",
      () => gelu({ approximate: "erf" as "tanh" }),
      /approximate is "erf", expected "none" or "tanh"/,
    ],
    ["batchNorm(-1)", () => batchNorm(-1), /features is -1/],
    ["ε = 0", () => batchNorm(2, { epsilon: 0 }), /epsilon is 0/],
    [
      "a negative variance",
      () => batchNorm(2, { variance: [1, -1] }),
      /variance 1 is -1, expected a finite number, at least 0/,
    ],
    ["a mean that is NaN", () => batchNorm(2, { mean: [Number.NaN, 0] }), /mean 0 is NaN/],
  ])("refuse %s", (_what, make, message) => {
    expect(make).toThrow(DomainError);
    expect(make).toThrow(message);
  });

  it("refuse statistics of another length", () => {
    expect(() => batchNorm(2, { mean: [1] })).toThrow(ShapeError);
  });

  it("refuse the statistics of a batch, with the reason", () => {
    const X = { rows: 1, cols: 2, data: new Float64Array(2) };
    const train = () => batchNorm(2).forward(new Float64Array(4), X, [2], stream(1));
    expect(train).toThrow(DomainError);
    expect(train).toThrow(/statistics of a batch would couple its examples/);
  });
});
