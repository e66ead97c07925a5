import { describe, expect, it } from "vitest";
import {
  compareConfiguration,
  exampleConfiguration,
} from "../../../src/experiments/compare/configuration.ts";
import { type LayerJson, partsOf } from "../../../src/experiments/compare/layers.ts";
import { chosenMatrices } from "../../../src/experiments/compare/matrices.ts";
import { matrixName } from "../../../src/experiments/compare/names.ts";
import { sequential } from "../../../src/models/network/sequential.ts";

const kindsOf = (layers: LayerJson[]): string[] => partsOf(layers).map(({ kind }) => kind);

describe("layers as JSON", () => {
  it("are calls: arguments, one argument, none", () => {
    const layers: LayerJson[] = [
      { conv2d: [2, 4, { kernel: [3, 2], stride: 2, groups: 2 }] },
      { batchNorm: [4, { mean: [0, 1, 2, 3] }] },
      { leakyRelu: 0.2 },
      { maxPool2d: [2, { stride: 1 }] },
      "flatten",
      { gelu: { approximate: "tanh" } },
      { dropout: {} },
      { dense: [36, 3, { bias: false }] },
    ];
    expect(kindsOf(layers)).toEqual(
      "conv2d batchNorm leakyRelu maxPool2d flatten gelu dropout dense".split(" "),
    );
    const network = sequential(partsOf(layers), { inputs: [2, 9, 8] });
    expect(network.outputShape).toEqual([3]);
    // 4 · 1 · 3 · 2 + 4, 4 + 4, 36 · 3
    expect(network.parameters).toBe(28 + 8 + 108);
    expect(Array.from(network.buffers[0].values)).toEqual([0, 1, 2, 3]);
  });

  it("may be used again, and nested", () => {
    const parts = partsOf([
      { dense: [3, 3] },
      { reuse: 0 },
      { residual: [["tanh", { dense: [3, 2] }], { shortcut: [{ dense: [3, 2] }] }] },
    ]);
    expect(parts[1]).toBe(parts[0]);
    expect(sequential(parts).parameters).toBe(12 + 8 + 8);
  });

  const wrong: readonly (readonly [LayerJson, string])[] = [
    [{ dens: [2, 3] }, 'layer 1: there is no layer "dens"; did you mean dense?'],
    [{ constructor: [] }, 'layer 1: there is no layer "constructor"'],
    [{ dense: [2] }, "layer 1 (dense)"],
    [{ dense: [2, 0] }, "layer 1 (dense), argument 1"],
    [{ dense: [2, 3, { biases: true }] }, "layer 1 (dense), argument 2"],
    [{ dense: [2, 3], relu: {} }, "layer 1 has 2 names, expected one"],
    [{ reuse: 1 }, "layer 1: reuse is 1, expected the number of a layer before it"],
    [{ residual: [[{ dense: [0, 1] }]] }, "layer 1: layer 0 (dense)"],
    ["relu6", 'layer 1: there is no layer "relu6"'],
  ];
  it.each(wrong)("%j is refused", (layer, message) => {
    expect(() => partsOf(["relu", layer])).toThrow(message);
  });
});

describe("a configuration", () => {
  it("needs three lines", () => {
    const { data, kinds, seed, parameters } = compareConfiguration.parse({
      data: "Iris",
      model: "linear",
    });
    expect(data).toEqual({ name: "Iris", seed: 0, scale: "standardize" });
    expect(kinds).toEqual(["fisher", "sampled", "empirical", "hessian", "adam"]);
    expect({ seed, parameters }).toEqual({ seed: 0, parameters: undefined });
  });

  it("is the same when it is read again: what a result file holds", () => {
    const once = compareConfiguration.parse(exampleConfiguration);
    expect(compareConfiguration.parse(once)).toEqual(once);
  });

  it.each([
    [{ model: "linear" }, /data/],
    [{ data: "Iris", model: [{ dense: [4, 3] }], kind: ["fisher"] }, /kind/],
    [{ data: "Iris", model: "quadratic" }, /model/],
    [{ data: "Iris", model: "linear", damping: -1 }, /damping/],
    [{ data: "Iris", model: "linear", kinds: [{ sampled: 0 }] }, /kinds/],
    [{ data: "Iris", model: "linear", structures: ["sparse"] }, /structures/],
    [{ data: "Iris", model: "linear", parameters: { from: "luck" } }, /parameters/],
  ])("%j is refused", (configuration, place) => {
    const { error } = compareConfiguration.safeParse(configuration);
    expect(JSON.stringify(error?.issues)).toMatch(place);
  });
});

describe("the matrices of a configuration", () => {
  const names = (changes: object, parameters: number): string[] => {
    const base = { data: "Iris", model: "linear", kinds: ["fisher", "empirical"], ...changes };
    return chosenMatrices(compareConfiguration.parse(base), parameters).map(matrixName);
  };

  it("are every kind in every structure, the reference first and once", () => {
    expect(names({ kinds: ["empirical", "fisher", "adam"] }, 10)).toEqual([
      "Fisher, full",
      "empirical Fisher, full",
      "empirical Fisher, block diagonal",
      "empirical Fisher, KFAC",
      "empirical Fisher, diagonal",
      "Fisher, block diagonal",
      "Fisher, KFAC",
      "Fisher, diagonal",
      "Adam’s second moment, diagonal",
    ]);
  });

  it("are those that fit where there are many parameters", () => {
    expect(names({}, 1_000_000)).toEqual([
      "Fisher, matrix-free",
      "Fisher, KFAC",
      "Fisher, diagonal",
      "empirical Fisher, matrix-free",
      "empirical Fisher, KFAC",
      "empirical Fisher, diagonal",
    ]);
  });

  it("may have another reference", () => {
    const reference = { kind: "hessian", structure: "full" };
    expect(names({ reference, structures: ["diagonal"] }, 10)).toEqual([
      "Hessian, full",
      "Fisher, diagonal",
      "empirical Fisher, diagonal",
    ]);
  });
});
