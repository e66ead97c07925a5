/** Networks as files: every layer comes back, and every file that does not fit is refused. */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as natgrad from "../../../src/index.ts";
import {
  averagePool2d,
  batchNorm,
  conv2d,
  DomainError,
  dense,
  dropout,
  elementwise,
  elu,
  FormatError,
  flatten,
  gelu,
  globalAveragePool2d,
  initializers,
  type Layer,
  leakyRelu,
  loadNetwork,
  maxPool2d,
  type Network,
  type Part,
  type Residual,
  readParameters,
  readSafetensors,
  relu,
  residual,
  ShapeError,
  saveNetwork,
  sequential,
  sigmoid,
  silu,
  softplus,
  type Tensor,
  tanh,
  tensorOf,
  writeSafetensors,
} from "../../../src/index.ts";
import { layerKinds } from "../../../src/models/network/savedNetworkKinds.ts";
import { numbers } from "../../support/matrices.ts";

const statistics = { mean: [0.5, -1, 2], variance: [0.25, 4, 1e-3] };
const tied = conv2d(3, 3, { kernel: 3, padding: "same", initializer: "heNormal" });
/** has every kind of layer */
const layers: readonly Part[] = [
  conv2d(2, 3, { kernel: [3, 2], stride: [1, 2], padding: [1, 0], bias: false }),
  batchNorm(3, { ...statistics, epsilon: 1e-3 }),
  residual([tied, relu(), tied, leakyRelu(0.2)]),
  residual([elu(0.7), tanh()], { shortcut: [conv2d(3, 3, { kernel: 1, groups: 3 }), silu()] }),
  maxPool2d(2, { stride: 1, padding: 1, dilation: 1 }),
  averagePool2d([2, 1], { countPadding: false }),
  gelu(),
  gelu({ approximate: "tanh" }),
  globalAveragePool2d(),
  flatten(),
  dropout(0.25),
  dense(3, 4, { initializer: "glorotUniform" }),
  sigmoid(),
  softplus(),
  dense(4, 2, { bias: false }),
];
const inputs = [2, 5, 6];

describe.each(["float32", "float64"] as const)("a network of %s", (precision) => {
  const network = sequential(layers, { inputs, precision, seed: 7 });
  const theta = network.initial();
  const file = saveNetwork<Float32Array | Float64Array>(network as Network<never>, theta);
  const loaded = loadNetwork(file) as natgrad.SavedNetwork<typeof theta>;
  const X = { rows: 2, cols: 60, data: theta.slice(0, 120) };
  X.data.set(numbers(120, 3));

  it("comes back to the last bit", () => {
    expect(loaded.theta).toEqual(theta);
    expect(loaded.network.at(loaded.theta as never, X as never).outputs).toEqual(
      network.at(theta as never, X as never).outputs,
    );
    const { precision: kept, seed, inputShape, views, buffers } = loaded.network;
    expect({ kept, seed, inputShape, views }).toEqual({
      kept: precision,
      seed: 7,
      inputShape: inputs,
      views: network.views,
    });
    expect(buffers).toEqual(network.buffers);
    expect(loaded.network.initial()).toEqual(network.initial());
    expect(saveNetwork(loaded.network as Network<never>, loaded.theta as never)).toEqual(file);
  });

  it("is read by name", () => {
    const read = readParameters(network as Network<never>, file);
    expect(read.theta).toEqual(theta);
    expect(read.network.buffers).toEqual(network.buffers);
  });

  it("has PyTorch's names and shapes", () => {
    const { tensors } = readSafetensors(file);
    const type = precision === "float32" ? "F32" : "F64";
    expect(tensors.get("0.weight")).toMatchObject({ type, shape: [3, 2, 3, 2] });
    expect(tensors.get("1.running_var")).toMatchObject({ type: "F64", shape: [3] });
    expect(tensors.get("3.shortcut.0.bias")).toMatchObject({ type, shape: [3] });
    expect(tensors.get("11.weight")).toMatchObject({ type, shape: [4, 3] });
    // tied
    expect(tensors.has("2.0.weight")).toBe(true);
    expect(tensors.has("2.2.weight")).toBe(false);
  });
});

it("every kind of layer is in that network, and every layer of the library is a kind", async () => {
  const found = new Set<string>();
  const visit = (part: Part): void => {
    if ("body" in part) [...part.body, ...part.shortcut].forEach(visit);
    else found.add(part.kind);
  };
  layers.forEach(visit);
  const kinds = Object.keys(layerKinds).sort();
  expect([...found].sort(), "a kind is missing in the network of this test").toEqual(kinds);
  // a layer is a file named after it
  const folder = new URL("../../../src/models/network/", import.meta.url);
  const others = new Set(["elementwise", "initializers", "residual", "sequential"]);
  const exported = readdirSync(folder)
    .map((file) => file.replace(".ts", ""))
    .filter((name) => Object.hasOwn(natgrad, name) && !others.has(name));
  expect(exported.sort(), "a layer is no kind, or no file or export has the name").toEqual(kinds);
  const guide = await readFile(new URL("../../../docs/networks.md", import.meta.url), "utf8");
  const [, section] = /## Layers\n\n([^\n]*)/.exec(guide)!;
  expect(
    kinds.filter((kind) => !section.includes(`\`${kind}\``)),
    "not in the list of docs/networks.md",
  ).toEqual([]);
});

const small = sequential([dense(2, 2), relu(), dense(2, 1)]);
const theta = small.initial();
const saved = saveNetwork(small, theta);

/** The file with other metadata or tensors. */
function changed(
  file: Uint8Array,
  {
    describe: change = (description) => description,
    tensors: changeTensors = (all) => all,
  }: {
    readonly describe?: (description: Description) => unknown;
    readonly tensors?: (tensors: [string, Tensor][]) => [string, Tensor][];
  },
): Uint8Array {
  const { tensors, metadata } = readSafetensors(file);
  const description = change(JSON.parse(metadata.get("natgrad")!) as Description);
  return writeSafetensors(changeTensors([...tensors]), { natgrad: JSON.stringify(description) });
}

interface Description {
  format: number;
  precision: string;
  seed: number;
  inputs: number[];
  layers: { kind: string; options?: Record<string, unknown>; same?: string }[];
}

/** with one layer changed */
const withLayer =
  (index: number, layer: unknown): ((description: Description) => unknown) =>
  (description) => ({
    ...description,
    layers: description.layers.map((old, i) => (i === index ? layer : old)),
  });
const options = { inputs: 2, outputs: 2, bias: true, initializer: "torch" };

/** a million lists in each other */
const deep = "[".repeat(1e6) + "]".repeat(1e6);

/** A file without tensors. */
function alone(description: Partial<Description>): Uint8Array {
  const whole = { format: 1, precision: "float32", seed: 0, inputs: [1, 4, 4], ...description };
  return writeSafetensors([], { natgrad: JSON.stringify(whole) });
}

const pool = (changes: object): Description["layers"][number] => {
  const { kind, options } = maxPool2d(1);
  return { kind, options: { ...options, ...changes } };
};
const hugeKernel = {
  kind: "conv2d",
  options: { ...conv2d(1, 1, { kernel: 1, padding: "same" }).options, kernel: [1e9, 1e9] },
};

describe("a file that does not fit is refused", () => {
  const bytes = (change: Parameters<typeof changed>[1]): Uint8Array => changed(saved, change);
  const described = (change: (description: Description) => unknown): Uint8Array =>
    bytes({ describe: change });
  const one = tensorOf(Float32Array.of(1));
  it.each<[string, Uint8Array, RegExp]>([
    ["truncated", saved.subarray(0, saved.length - 1), /is it truncated/],
    [
      "of another program",
      writeSafetensors([["0.weight", one]]),
      /has no description of layers \("natgrad".*readParameters/,
    ],
    [
      "with a description that is no JSON",
      writeSafetensors([], { natgrad: "{" }),
      /description is no JSON/,
    ],
    [
      "with a description that is a number",
      described(() => 3),
      /description is 3, expected an object/,
    ],
    [
      "of a newer format",
      described((d) => ({ ...d, format: 2 })),
      /found format 2, expected 1; was it written by a newer/,
    ],
    [
      "of another precision",
      described((d) => ({ ...d, precision: "float16" })),
      /precision is "float16", expected "float32" or/,
    ],
    [
      "with half a seed",
      described((d) => ({ ...d, seed: 0.5 })),
      /seed is 0.5, expected an integer/,
    ],
    [
      "without inputs",
      described((d) => ({ ...d, inputs: [] })),
      /inputs are \[\], expected positive integers/,
    ],
    ["with negative inputs", described((d) => ({ ...d, inputs: [-2] })), /inputs are \[-2\]/],
    [
      "with other inputs",
      described((d) => ({ ...d, inputs: [3] })),
      /layer 0 \(dense\): found inputs \[3\], expected \[2\]/,
    ],
    [
      "with layers that are no list",
      described((d) => ({ ...d, layers: 1 })),
      /the layers are no list/,
    ],
    [
      "without layers",
      described((d) => ({ ...d, layers: [] })),
      /has "0.weight", .*, which the network has not; expected no tensors/,
    ],
    ["without anything", alone({ layers: [] }), /without layers/],
    [
      "with a window of any size",
      alone({ layers: [pool({ kernel: [1e9, 1e9], stride: [1, 1], padding: [1e9, 1e9] })] }),
      /layer 0 \(maxPool2d\): outputs \[1, 1000000005, 1000000005\]: found .* numbers, .* expected at most 2.00 GiB/,
    ],
    [
      "with windows beyond all integers",
      alone({ layers: [pool({ padding: [2 ** 52, 2 ** 52] })] }),
      /layer 0 \(maxPool2d\): found inputs \[1, 4, 4\] with .* entries of padding .*, expected at most 2147483647/,
    ],
    [
      "with a kernel of any size and no tensors",
      alone({ layers: [hugeKernel] }),
      /the file has no "0.weight", "0.bias"; expected "0.weight", "0.bias"/,
    ],
    [
      "with activations of any size",
      alone({ inputs: [1e9, 1e9], layers: [{ kind: "relu" }] }),
      /inputs \[1000000000, 1000000000\]: found 1000000000000000000 numbers, which take .* GiB/,
    ],
    [
      "with a format that is nested without end",
      writeSafetensors([], { natgrad: `{"format":${deep}}` }),
      /found format of type object, which JSON cannot say, expected 1/,
    ],
    [
      "with an option that is nested without end",
      writeSafetensors([], {
        natgrad: `{"format":1,"precision":"float32","seed":0,"inputs":[1],"layers":[{"kind":"relu","options":{"a":${deep}}}]}`,
      }),
      /layer 0 \(relu\): option a is of type object, which JSON cannot say, but such a layer has no such option/,
    ],
    [
      "with a layer that is null",
      described(withLayer(1, null)),
      /layer 1 has no kind, expected one of dense/,
    ],
    [
      "with an unknown layer",
      described(withLayer(1, { kind: "attention", options: {} })),
      /layer 1 has the unknown kind "attention", expected one of dense, conv2d, .*batchNorm.*option kinds/,
    ],
    [
      "with a layer called toString",
      described(withLayer(1, { kind: "toString", options: {} })),
      /layer 1 has the unknown kind "toString"/,
    ],
    [
      "with options that are a number",
      described(withLayer(0, { kind: "dense", options: 3 })),
      /layer 0 \(dense\): options are 3/,
    ],
    [
      "with an option missing",
      described(withLayer(0, { kind: "dense", options: { inputs: 2 } })),
      /layer 0 \(dense\): option outputs is missing, expected a number/,
    ],
    [
      "with an option too many",
      described(withLayer(0, { kind: "dense", options: { ...options, dropout: 1 } })),
      /option dropout is 1, but such a layer has no such option/,
    ],
    [
      "with a text for a number",
      described(withLayer(0, { kind: "dense", options: { ...options, inputs: "2" } })),
      /option inputs is "2", expected a number/,
    ],
    [
      "with a text for a flag",
      described(withLayer(0, { kind: "dense", options: { ...options, bias: "no" } })),
      /option bias is "no", expected true or false/,
    ],
    [
      "with a number for a text",
      described(withLayer(0, { kind: "dense", options: { ...options, initializer: 1 } })),
      /option initializer is 1, expected a text/,
    ],
    [
      "with an impossible option",
      described(withLayer(1, { kind: "dropout", options: { rate: 1 } })),
      /layer 1 \(dropout\): dropout: rate is 1, expected a number in/,
    ],
    [
      "with one number for two",
      described(withLayer(1, { kind: "maxPool2d", options: { kernel: 2 } })),
      /layer 1 \(maxPool2d\): option kernel is 2, expected two numbers/,
    ],
    [
      "with statistics missing",
      described(withLayer(1, { kind: "batchNorm", options: { features: 2, epsilon: 1 } })),
      /layer 1 \(batchNorm\): has no tensors running_mean and running_var/,
    ],
    [
      "with a layer that is one after it",
      described(withLayer(0, { same: "2" })),
      /layer 0 is said to be the same as "2", expected a layer before it/,
    ],
    [
      "with a block without layers around",
      described(withLayer(1, { kind: "residual", body: [] })),
      /the layers around block 1 are no list/,
    ],
    [
      "without a tensor",
      bytes({ tensors: (all) => all.slice(1) }),
      /the file has no "0.weight"; expected "0.weight", "0.bias", "2.weight", "2.bias"/,
    ],
    [
      "with a tensor too many",
      bytes({ tensors: (all) => [...all, ["1.weight", one]] }),
      /has "1.weight", which the network has not/,
    ],
    [
      "with a tensor of another name",
      bytes({ tensors: ([[, first], ...rest]) => [["weight", first], ...rest] }),
      /has no "0.weight", and has "weight", which/,
    ],
    [
      "with batches counted of no layer",
      bytes({ tensors: (all) => [...all, ["1.num_batches_tracked", one]] }),
      /has "1.num_batches_tracked", which/,
    ],
    [
      "with a tensor of another shape",
      bytes({
        tensors: (all) =>
          all.map(([name, t]) => [name, name === "2.weight" ? { ...t, shape: [2, 1] } : t]),
      }),
      /"2.weight" is of shape \[2, 1\] in the file, expected \[1, 2\]/,
    ],
    [
      "with float64 for float32",
      bytes({
        tensors: (all) =>
          all.map(([name, t]) => [name, name === "2.bias" ? tensorOf(Float64Array.of(1)) : t]),
      }),
      /"2.bias" is of type F64 in the file, expected F32, F16 or BF16: the network is of precision "float32"/,
    ],
    [
      "with integers for float32",
      bytes({
        tensors: (all) =>
          all.map(([name, t]) => [
            name,
            name === "2.bias" ? { type: "I8", shape: [1], bytes: Uint8Array.of(1) } : t,
          ]),
      }),
      /"2.bias" is of type I8/,
    ],
  ])("%s", (_, file, message) => {
    expect(() => loadNetwork(file)).toThrow(FormatError);
    expect(() => loadNetwork(file)).toThrow(message);
  });

  it("nested too deeply", () => {
    let layer: object = { kind: "relu" };
    for (let i = 0; i < 101; i++) layer = { kind: "residual", body: [layer], shortcut: [] };
    const file = described((d) => ({ ...d, layers: [layer] }));
    expect(() => loadNetwork(file)).toThrow(/is in 100 blocks, expected less than that/);
  });

  it("with statistics of another length, or negative", () => {
    const network = sequential([batchNorm(3, statistics)], { inputs: [3] });
    const file = saveNetwork(network, network.initial());
    const replace = (values: Float64Array): Uint8Array =>
      changed(file, {
        tensors: (all) =>
          all.map(([name, t]) => [name, name === "0.running_var" ? tensorOf(values) : t]),
      });
    const short = replace(Float64Array.of(1, 2));
    expect(() => loadNetwork(short)).toThrow(/layer 0 \(batchNorm\): batchNorm: variance: found/);
    expect(() => readParameters(network, short)).toThrow(/is of shape \[2\] in the file, expected/);
    const negative = replace(Float64Array.of(1, -2, 3));
    for (const read of [() => loadNetwork(negative), () => readParameters(network, negative)]) {
      expect(read).toThrow(FormatError);
      expect(read).toThrow(/variance 1 is -2/);
    }
  });
});

it("a file may be in an ArrayBuffer; what is no bytes is refused", () => {
  const { buffer } = Uint8Array.from(saved);
  expect(loadNetwork(buffer).theta).toEqual(theta);
  expect(readParameters(small, buffer).theta).toEqual(theta);
  for (const [source, found] of [
    ["digits.safetensors", '"digits.safetensors"'],
    [undefined, "missing"],
    [[...saved], String.raw`\[\d+,`],
    [new DataView(buffer), "of type DataView"],
  ] as const) {
    expect(() => loadNetwork(source as never)).toThrow(DomainError);
    expect(() => loadNetwork(source as never)).toThrow(
      new RegExp(`the file is ${found}.*expected its bytes in a Uint8Array or an ArrayBuffer`),
    );
  }
});

it("θ of another length or precision is not saved", () => {
  expect(() => saveNetwork(small, theta.slice(1))).toThrow(ShapeError);
  expect(() => saveNetwork(small, Float64Array.from(theta) as never)).toThrow(ShapeError);
});

describe("readParameters", () => {
  const tensors = (of: (values: Float32Array, shape: number[]) => Tensor): Uint8Array =>
    writeSafetensors([
      ["2.bias", of(Float32Array.of(7), [1])],
      ["2.weight", of(Float32Array.of(5, 6), [1, 2])],
      ["0.bias", of(Float32Array.of(4, 3), [2])],
      ["0.weight", of(Float32Array.of(0.5, 1, -2, 3), [2, 2])],
    ]);
  const expected = [0.5, 1, -2, 3, 4, 3, 5, 6, 7];

  it("finds tensors in any order, and leaves the network as it is", () => {
    const read = readParameters(small, tensors(tensorOf));
    expectTypeOf(read.theta).toEqualTypeOf<Float32Array>();
    expect(read).toEqual({ network: small, theta: Float32Array.from(expected) });
    expect(read.network).toBe(small);
  });

  it("widens narrow types", () => {
    const upper = (values: Float32Array, shape: number[]): Tensor => {
      const words = new Uint16Array(values.buffer).filter((_, i) => i % 2 === 1);
      return { type: "BF16", shape, bytes: new Uint8Array(words.buffer) };
    };
    expect(readParameters(small, tensors(upper)).theta).toEqual(Float32Array.from(expected));
    const wide = sequential(small.layers, { precision: "float64" });
    expect(readParameters(wide, tensors(tensorOf)).theta).toEqual(Float64Array.from(expected));
  });

  it("gives new statistics to a new network, and passes over counts of batches", () => {
    const shared = batchNorm(2);
    const mine = elementwise("mine", { value: (x) => x, slope: () => 1 });
    const network = sequential([residual([shared, mine, shared]), dense(2, 1)], { inputs: [2] });
    const file = writeSafetensors([
      ["0.0.weight", tensorOf(Float32Array.of(1, 2))],
      ["0.0.bias", tensorOf(Float32Array.of(3, 4))],
      ["0.0.running_mean", tensorOf(Float32Array.of(5, 6))],
      ["0.0.running_var", tensorOf(Float32Array.of(7, 8))],
      ["0.0.num_batches_tracked", { type: "I64", shape: [], bytes: new Uint8Array(8) }],
      ["1.weight", tensorOf(Float32Array.of(9, 10), [1, 2])],
      ["1.bias", tensorOf(Float32Array.of(11))],
    ]);
    const read = readParameters(network, file);
    expect([...read.theta]).toEqual([1, 2, 3, 4, 9, 10, 11]);
    expect(read.network.buffers.map(({ name, values }) => [name, ...values])).toEqual([
      ["0.0.running_mean", 5, 6],
      ["0.0.running_var", 7, 8],
    ]);
    expect([...network.buffers[0].values]).toEqual([0, 0]);
    // the layer of the user's own is the same one
    expect((read.network.layers[0] as Residual).body[1]).toBe(mine);
  });
});

describe("kinds of the user's own", () => {
  const power = (exponent: number): Layer =>
    elementwise(
      "power",
      { value: (x) => x ** exponent, slope: (x) => exponent * x ** (exponent - 1) },
      { exponent },
    );
  const network = sequential([dense(2, 2), power(2)]);
  const file = saveNetwork(network, network.initial());

  it("are made as the user says", () => {
    expect(() => loadNetwork(file)).toThrow(/unknown kind "power"/);
    const kinds = { power: ({ exponent }: Layer["options"]) => power(exponent as number) };
    const { network: found } = loadNetwork(file, { kinds });
    expect(found.layers[1]).toMatchObject({ kind: "power", options: { exponent: 2 } });
  });

  it("replace ours", () => {
    const mine = { ...initializers.torch, name: "mine" };
    const own = sequential([dense(2, 2, { initializer: mine })]);
    const bytes = saveNetwork(own, own.initial());
    expect(() => loadNetwork(bytes)).toThrow(
      /layer 0 \(dense\): initializer is "mine", expected one/,
    );
    const { network: found } = loadNetwork(bytes, {
      kinds: { dense: () => dense(2, 2, { initializer: mine }) },
    });
    expect(found.layers[0]).toMatchObject({ options: { initializer: "mine" } });
  });
});

it("any change of the description is read or refused with a FormatError", () => {
  const network = sequential(layers, { inputs });
  const file = saveNetwork(network, network.initial());
  const { tensors, metadata } = readSafetensors(file);
  const text = metadata.get("natgrad")!;
  const word = fc.constantFrom('"', "{", "}", "[", "]", "0", "1e3", "null", "-", "same", ",", ":1");
  const change = fc.tuple(fc.nat(text.length), fc.nat(6), word);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      let natgrad = text;
      for (const [at, length, by] of changes) {
        natgrad = natgrad.slice(0, at) + by + natgrad.slice(at + length);
      }
      try {
        loadNetwork(writeSafetensors(tensors, { natgrad }));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 500 },
  );
});
