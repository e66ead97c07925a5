/** Networks against PyTorch's in float64 (golden/pytorch.py), and their parameters out of a file of its. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { averagePool2d } from "../../../src/models/network/averagePool2d.ts";
import { batchNorm } from "../../../src/models/network/batchNorm.ts";
import { conv2d } from "../../../src/models/network/conv2d.ts";
import { dense } from "../../../src/models/network/dense.ts";
import { dropout } from "../../../src/models/network/dropout.ts";
import { elu } from "../../../src/models/network/elu.ts";
import { flatten } from "../../../src/models/network/flatten.ts";
import { gelu } from "../../../src/models/network/gelu.ts";
import { globalAveragePool2d } from "../../../src/models/network/globalAveragePool2d.ts";
import type { Shape } from "../../../src/models/network/layer.ts";
import { leakyRelu } from "../../../src/models/network/leakyRelu.ts";
import { maxPool2d } from "../../../src/models/network/maxPool2d.ts";
import { relu } from "../../../src/models/network/relu.ts";
import { type Part, residual } from "../../../src/models/network/residual.ts";
import { readParameters } from "../../../src/models/network/savedNetwork.ts";
import { sequential } from "../../../src/models/network/sequential.ts";
import { sigmoid } from "../../../src/models/network/sigmoid.ts";
import { silu } from "../../../src/models/network/silu.ts";
import { softplus } from "../../../src/models/network/softplus.ts";
import { tanh } from "../../../src/models/network/tanh.ts";
import { distance } from "../../support/matrices.ts";

type Description = readonly [kind: string, ...args: never[]];

interface Golden {
  readonly name: string;
  readonly inputs: Shape;
  readonly layers: readonly Description[];
  readonly theta: readonly number[];
  readonly X: readonly number[];
  readonly outputs: readonly number[];
  readonly residual: readonly number[];
  /** Σ_n J_nᵀ residual_n */
  readonly gradient: readonly number[];
  readonly v: readonly number[];
  /** Σ_n Σ_m residual_nm ∇²f_nm v */
  readonly second: readonly number[];
  /** θ and the running statistics, in base64; absent where PyTorch has other names */
  readonly file: string | null;
}

const makers: Readonly<Record<string, (...args: never[]) => Part>> = {
  dense,
  conv2d,
  maxPool2d,
  averagePool2d,
  globalAveragePool2d,
  batchNorm: (features: number) => batchNorm(features),
  dropout,
  flatten,
  relu,
  leakyRelu,
  elu,
  tanh,
  sigmoid,
  softplus,
  silu,
  gelu,
  residual: (body: Description[], shortcut: Description[]) =>
    residual(body.map(partOf), { shortcut: shortcut.map(partOf) }),
};

function partOf([kind, ...args]: Description): Part {
  return makers[kind](...args);
}

const text = readFileSync(new URL("golden/pytorch.json", import.meta.url), "utf8");
const { networks } = JSON.parse(text) as { networks: Golden[] };

describe.each(networks)("$name", (golden) => {
  const layers = golden.layers.map(partOf);
  const bare = sequential(layers, { inputs: golden.inputs, precision: "float64" });
  const file = golden.file && Buffer.from(golden.file, "base64");
  const read = file ? readParameters(bare, file) : undefined;
  const network = read?.network ?? bare;
  const theta = Float64Array.from(golden.theta);
  const rows = golden.outputs.length / network.outputs;
  const X = { rows, cols: golden.X.length / rows, data: Float64Array.from(golden.X) };
  const U = { rows, cols: network.outputs, data: Float64Array.from(golden.residual) };
  const at = network.at(theta, X);

  if (read) {
    it("has the parameters of the file", () => {
      expect(read.theta).toEqual(theta);
    });
  }

  it("has these outputs", () => {
    expect(distance(at.outputs.data, golden.outputs)).toBeLessThan(1e-13);
  });

  it("has these derivatives", () => {
    expect(distance(at.vjp(U), golden.gradient)).toBeLessThan(1e-12);
    const v = Float64Array.from(golden.v);
    const along = at.jvp(v).data.reduce((sum, x, i) => sum + x * golden.residual[i], 0);
    const exact = golden.gradient.reduce((sum, g, i) => sum + g * golden.v[i], 0);
    expect(Math.abs(along - exact)).toBeLessThan(1e-12 * Math.max(1, Math.abs(exact)));
    expect(distance(at.secondOrder(U, v), golden.second)).toBeLessThan(1e-12);
  });
});
