/** What a network is beside its derivatives: its arrays, its memory, its errors, its training mode. */
import { describe, expect, expectTypeOf, it } from "vitest";
import { DomainError, ShapeError } from "../../../src/errors.ts";
import type { Matrix, Reals } from "../../../src/linalg/matrix.ts";
import { batchNorm } from "../../../src/models/network/batchNorm.ts";
import { dense } from "../../../src/models/network/dense.ts";
import { dropout } from "../../../src/models/network/dropout.ts";
import { flatten } from "../../../src/models/network/flatten.ts";
import type { Layer, Pass } from "../../../src/models/network/layer.ts";
import type { Network } from "../../../src/models/network/network.ts";
import { relu } from "../../../src/models/network/relu.ts";
import { residual } from "../../../src/models/network/residual.ts";
import { sequential } from "../../../src/models/network/sequential.ts";
import { tanh } from "../../../src/models/network/tanh.ts";
import { stream } from "../../../src/random/streams.ts";
import { distance, numbers, random } from "../../support/matrices.ts";

const float64 = { precision: "float64" } as const;

/** A layer that tells `tell` what is asked of it and how many rows it gets. */
function spy(layer: Layer, tell: (what: string, rows: number) => void): Layer {
  return {
    ...layer,
    forward<T extends Reals>(w: T, X: Matrix<T>, shape: readonly number[]): Pass<T> {
      tell("forward", X.rows);
      const { pullInPlace: _, ...pass } = layer.forward(w, X, shape);
      return {
        ...pass,
        pull(U) {
          tell("pull", U.rows);
          return pass.pull(U);
        },
      };
    },
  };
}

describe("parameters", () => {
  const shared = dense(2, 2);
  const network = sequential(
    [
      dense(3, 2),
      batchNorm(2),
      shared,
      residual([tanh(), shared, dense(2, 4)], { shortcut: [dense(2, 4, { bias: false })] }),
    ],
    float64,
  );

  it("have the names and the order of PyTorch", () => {
    expect(network.views.map(({ name, shape }) => [name, shape])).toEqual([
      ["0.weight", [2, 3]],
      ["0.bias", [2]],
      ["1.weight", [2]],
      ["1.bias", [2]],
      ["2.weight", [2, 2]],
      ["2.bias", [2]],
      ["3.2.weight", [4, 2]],
      ["3.2.bias", [4]],
      ["3.shortcut.0.weight", [4, 2]],
    ]);
    expect(network.buffers.map(({ name }) => name)).toEqual(["1.running_mean", "1.running_var"]);
  });

  it("lie one after another", () => {
    let next = 0;
    for (const { offset, size, shape } of network.views) {
      expect(offset).toBe(next);
      expect(size).toBe(shape.reduce((a, b) => a * b));
      next += size;
    }
    expect(network.parameters).toBe(next);
  });

  it("are seen by name, not copied", () => {
    const theta = network.initial();
    network.view(theta, "3.2.bias").fill(7);
    expect([...theta.subarray(26, 30)]).toEqual([7, 7, 7, 7]);
    expect(() => network.view(theta, "4.weight")).toThrow(
      /no parameters are named "4.weight"; this network has 0.weight, 0.bias/,
    );
  });

  it("start the same from the same seed, in both precisions", () => {
    const layers = [dense(4, 3), relu(), dense(3, 2)];
    const a = sequential(layers, { ...float64, seed: 3 }).initial();
    expect(sequential(layers, { ...float64, seed: 3 }).initial()).toEqual(a);
    expect(sequential(layers, { seed: 3 }).initial()).toEqual(Float32Array.from(a));
    expect(sequential(layers, { seed: 4 }).initial()).not.toEqual(Float32Array.from(a));
    const handed = sequential(layers, float64).initial(stream(1, "mine"));
    expect(handed).toEqual(sequential(layers, { ...float64, seed: 9 }).initial(stream(1, "mine")));
    expect(Math.max(...a.subarray(0, 15).map(Math.abs))).toBeLessThan(0.5);
    expect(sequential([batchNorm(2)], { ...float64, inputs: [2] }).initial()).toEqual(
      Float64Array.of(1, 1, 0, 0),
    );
  });

  it("are of the precision's type", () => {
    expectTypeOf(sequential([dense(1, 1)])).toEqualTypeOf<Network<Float32Array>>();
    expectTypeOf(sequential([dense(1, 1)], float64)).toEqualTypeOf<Network<Float64Array>>();
    expectTypeOf(sequential([dense(1, 1)]).initial()).toEqualTypeOf<Float32Array>();
    expect(sequential([dense(1, 1)]).initial()).toBeInstanceOf(Float32Array);
  });
});

describe("work", () => {
  const X = random(5, 3, 2);

  it("is done in chunks that bound memory", () => {
    const groups: string[] = [];
    const wide = 2 ** 12;
    // 64 KiB an example: 1024 in 64 MiB
    const network = sequential(
      [spy(dense(1, wide), (what, rows) => groups.push(`${what} ${rows}`)), relu(), dense(wide, 1)],
      float64,
    );
    const theta = network.initial();
    const N = 1100;
    const many = random(N, 1, 3);
    const U = random(N, 1, 4);
    const v = numbers(theta.length, 5);
    const size = 1023;
    const found = network.forward(theta, many);
    expect(groups).toEqual([`forward ${size}`, `forward ${N - size}`]);
    const tangents = network.jvp(theta, many, v);
    const gradient = network.vjp(theta, many, U);
    expect(groups).toHaveLength(6);
    const at = network.at(theta, many);
    expect(groups.at(-1)).toBe(`forward ${N}`);
    expect(distance(found.data, at.outputs.data)).toBeLessThan(1e-12);
    expect(distance(tangents.data, at.jvp(v).data)).toBeLessThan(1e-11);
    expect(distance(gradient, at.vjp(U))).toBeLessThan(1e-11);
  });

  it("of a linearization holds memory in proportion to the examples", () => {
    const network = sequential([dense(3, 8), tanh(), residual([dense(8, 8)]), dense(8, 2)]);
    const bytes = (rows: number): number =>
      network.at(network.initial(), {
        rows,
        cols: 3,
        data: new Float32Array(3 * rows),
      }).bytes;
    // 4 bytes for each output; twice for the slopes of tanh
    expect(bytes(1)).toBe(4 * (8 + 2 * 8 + 8 + 8 + 2));
    expect(bytes(10)).toBe(10 * bytes(1));
  });

  it("on the layers is lazy, last first, and stops at the first parameters", () => {
    const asked: string[] = [];
    const named = (name: string, layer: Layer): Layer =>
      spy(layer, (what) => what === "pull" && asked.push(name));
    const network = sequential(
      [
        named("tanh", tanh()),
        named("a", dense(3, 4)),
        named("relu", relu()),
        named("b", dense(4, 2)),
      ],
      { ...float64, inputs: [3] },
    );
    const at = network.at(network.initial(), X);
    const S = { count: 5, rows: 2, cols: 1, data: numbers(10, 6) };
    const layers = at.layers!(S)[Symbol.iterator]();
    expect(layers.next().value).toMatchObject({ layer: "3", offset: 16, size: 10 });
    expect(asked).toEqual([]);
    expect(layers.next().value).toMatchObject({ layer: "1", offset: 0, size: 16 });
    expect(asked).toEqual(["b", "relu"]);
    expect(layers.next().done).toBe(true);
    at.vjp({ rows: 5, cols: 2, data: S.data });
    at.secondOrder({ rows: 5, cols: 2, data: S.data }, numbers(26));
    expect(asked).not.toContain("a");
    expect(asked).not.toContain("tanh");
  });

  it("with tied weights gives their rows once, as sums without outer products", () => {
    const shared = dense(3, 3);
    const network = sequential([shared, tanh(), dense(3, 3), shared], float64);
    const S = { count: 5, rows: 3, cols: 2, data: numbers(30, 7) };
    const layers = [...network.at(network.initial(), X).layers!(S)];
    expect(layers.map(({ layer }) => layer)).toEqual(["2", "0"]);
    expect(layers.map(({ kronecker }) => kronecker === undefined)).toEqual([false, true]);
  });

  it("without parameters is possible", () => {
    const network = sequential([tanh(), flatten()], { ...float64, inputs: [3] });
    const theta = network.initial();
    expect(theta).toHaveLength(0);
    const at = network.at(theta, X);
    expect(at.jvp(theta)).toEqual({ rows: 5, cols: 3, data: new Float64Array(15) });
    expect(at.vjp(X)).toEqual(theta);
    expect(at.secondOrder(X, theta)).toEqual(theta);
    expect(() => network.view(theta, "0.weight")).toThrow(/this network has none/);
  });
});

describe("cotangents", () => {
  const X = random(5, 3, 2);
  // in these, what is pulled back may be written over at some places, and not at others
  it.each([
    ["activations last", [dense(3, 3), tanh(), relu(), tanh()]],
    ["blocks", [dense(3, 3), residual([flatten(), tanh(), relu()], { shortcut: [tanh()] })]],
    ["the identity both ways", [dense(3, 3), residual([]), tanh(), residual([flatten()]), relu()]],
    ["weights without a product", [dense(3, 3), tanh(), batchNorm(3), tanh(), relu()]],
  ])("are kept as they are: %s", (_name, layers) => {
    const network = sequential(layers, float64);
    const at = network.at(network.initial(), X);
    const S = { count: 5, rows: 3, cols: 2, data: numbers(30, 8) };
    const U = random(5, 3, 9);
    const before = [S.data.slice(), U.data.slice()];
    const kept = [...at.layers!(S)];
    const rows = kept.map((layer) => layer.rows().data);
    expect([at.vjp(U), at.vjp(U)]).toEqual([at.vjp(U), at.vjp(U)]);
    at.secondOrder(U, numbers(network.parameters));
    expect([S.data, U.data]).toEqual(before);
    // one column at a time, by the vjp of one example
    for (let n = 0; n < 5; n++) {
      for (let k = 0; k < 2; k++) {
        const one = { rows: 5, cols: 3, data: new Float64Array(15) };
        for (let m = 0; m < 3; m++) one.data[n * 3 + m] = S.data[(n * 3 + m) * 2 + k];
        const gradient = at.vjp(one);
        kept.forEach(({ offset, size }, i) => {
          const row = rows[i].subarray((n * 2 + k) * size, (n * 2 + k + 1) * size);
          expect(distance(row, gradient.subarray(offset, offset + size))).toBeLessThan(1e-14);
        });
      }
    }
  });
});

describe("training mode", () => {
  const layers = [dense(3, 20), tanh(), dropout(0.5), dense(20, 2)];
  const network = sequential(layers, float64);
  const theta = network.initial();
  const X = random(4, 3, 8);

  it("is random, evaluation is not", () => {
    const training = network.training(stream(1, "dropout"));
    expect([network.stochastic, training.stochastic]).toEqual([false, true]);
    expect(sequential([dense(1, 1)]).training(stream(1)).stochastic).toBe(false);
    expect(training.forward(theta, X)).not.toEqual(training.forward(theta, X));
    expect(network.forward(theta, X)).toEqual(network.forward(theta, X));
    expect(network.training(stream(1, "dropout")).forward(theta, X)).toEqual(
      network.training(stream(1, "dropout")).forward(theta, X),
    );
  });

  it("keeps its draws in a linearization", () => {
    const at = network.training(stream(2, "dropout")).at(theta, X);
    const v = numbers(theta.length, 9);
    const U = random(4, 2, 10);
    const inner = (a: Float64Array, b: Float64Array): number =>
      a.reduce((sum, x, i) => sum + x * b[i], 0);
    expect(inner(at.jvp(v).data, U.data)).toBeCloseTo(inner(at.vjp(U), v), 12);
    expect(at.jvp(v)).toEqual(at.jvp(v));
  });

  it("has the outputs of evaluation as its mean, where the rest is linear", () => {
    const training = network.training(stream(3, "dropout"));
    const repeats = 1500;
    const sum = new Float64Array(8);
    const squares = new Float64Array(8);
    for (let i = 0; i < repeats; i++) {
      training.forward(theta, X).data.forEach((f, j) => {
        sum[j] += f / repeats;
        squares[j] += (f * f) / repeats;
      });
    }
    network.forward(theta, X).data.forEach((f, j) => {
      const error = Math.sqrt((squares[j] - sum[j] ** 2) / repeats);
      expect(Math.abs(sum[j] - f)).toBeLessThan(4.5 * error);
    });
  });

  it("does not exist with batch normalization", () => {
    const normal = sequential([dense(3, 2), batchNorm(2)], float64).training(stream(1));
    expect(() => normal.forward(normal.initial(), X)).toThrow(/would couple its examples/);
  });
});

describe("networks that do not fit together", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["no layers", () => sequential([]), /a network without layers, expected at least one/],
    [
      "sizes that differ",
      () => sequential([dense(3, 4), relu(), dense(5, 2)]),
      /^layer 2 \(dense\): found inputs \[4\], expected \[5\]$/,
    ],
    [
      "images for a dense layer",
      () => sequential([relu(), dense(12, 2)], { inputs: [3, 2, 2] }),
      /^layer 1 \(dense\): found inputs \[3, 2, 2\], expected \[12\]; flatten\(\) makes a vector$/,
    ],
    [
      "inputs other than the first layer's",
      () => sequential([dense(3, 2)], { inputs: [4] }),
      /^layer 0 \(dense\): found inputs \[4\], expected \[3\]$/,
    ],
    [
      "no shape of inputs",
      () => sequential([relu(), dense(3, 2)]),
      /^layer 0 \(relu\) takes inputs of many shapes: say which/,
    ],
    [
      "a layer in a block",
      () => sequential([dense(3, 4), residual([tanh(), dense(2, 4)])]),
      /^layer 1\.1 \(dense\): found inputs \[4\], expected \[2\]$/,
    ],
    [
      "a block around another size",
      () => sequential([dense(3, 4), residual([dense(4, 2)])]),
      /^layer 1 \(residual\): the body's outputs are \[2\], those of the shortcut \[4\]/,
    ],
    [
      "channels",
      () => sequential([batchNorm(3)], { inputs: [2, 4, 4] }),
      /^layer 0 \(batchNorm\): found inputs \[2, 4, 4\], expected \[3\] or \[3, height, width\]$/,
    ],
  ])("%s", (_what, make, message) => {
    expect(make).toThrow(ShapeError);
    expect(make).toThrow(message);
  });

  it("an unknown precision", () => {
    const make = () => sequential([dense(1, 1)], { precision: "float16" as "float32" });
    expect(make).toThrow(DomainError);
    expect(make).toThrow(/precision is "float16", expected "float32" or "float64"/);
  });

  it.each([[0], [2.5], [-1]])("inputs of size %s", (size) => {
    expect(() => sequential([tanh()], { inputs: [size] })).toThrow(
      `network: a size of inputs [${size}] is ${size}, expected a positive integer`,
    );
  });
});

describe("what does not fit a network", () => {
  const network = sequential([dense(3, 4), tanh(), dense(4, 2)], float64);
  const half = sequential([dense(3, 4), tanh(), dense(4, 2)]);
  const theta = network.initial();
  const X = random(5, 3, 11);
  const U = random(5, 2, 12);
  const asX32 = X as unknown as Matrix<Float32Array>;

  it.each<[string, () => unknown, RegExp]>([
    [
      "a θ of another length",
      () => network.forward(theta.subarray(1), X),
      /theta: found length 25, expected 26/,
    ],
    [
      "another number of columns",
      () => network.forward(theta, random(5, 4)),
      /X has 4 columns, expected 3: the network's inputs are \[3\]/,
    ],
    [
      "an empty batch",
      () => network.forward(theta, random(0, 3)),
      /X has 0 rows, expected at least one example/,
    ],
    [
      "float64 data for a float32 network",
      () => half.forward(half.initial(), asX32),
      /X: found a Float64Array, expected a Float32Array: the network is of precision "float32"/,
    ],
    [
      "float32 data for a float64 network",
      () => network.at(theta, { ...X, data: Float32Array.from(X.data) } as unknown as Matrix),
      /X: found a Float32Array, expected a Float64Array/,
    ],
    [
      "a float64 θ for a float32 network",
      () => half.at(theta as unknown as Float32Array, { ...X, data: Float32Array.from(X.data) }),
      /theta: found a Float64Array, expected a Float32Array/,
    ],
    [
      "data shorter than its shape",
      () => network.forward(theta, { ...X, data: X.data.subarray(1) }),
      /X, a 5 × 3 matrix: found length 14, expected 15/,
    ],
    ["a v of another length", () => network.jvp(theta, X, theta.subarray(1)), /v: found length 25/],
    [
      "cotangents of another shape",
      () => network.vjp(theta, X, random(5, 3)),
      /cotangents are 5 × 3, expected 5 × 2/,
    ],
    [
      "cotangents of another shape for a linearization",
      () => network.at(theta, X).vjp(random(4, 2)),
      /cotangents are 4 × 2, expected 5 × 2/,
    ],
    [
      "factors of another shape",
      () => network.at(theta, X).factorRows({ count: 5, rows: 3, cols: 1, data: numbers(15) }),
      /factors are 5 of 3 × 1, expected 5 of 2 × K/,
    ],
    [
      "factors without columns",
      () => [...network.at(theta, X).layers!({ count: 5, rows: 2, cols: 0, data: numbers(0) })],
      /factors are 5 of 2 × 0, expected 5 of 2 × K/,
    ],
  ])("is %s", (_what, run, message) => {
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(message);
  });

  it("is a matrix that would not fit into memory", () => {
    const large = sequential([dense(4000, 10)], float64);
    const at = large.at(large.initial(), random(1, 4000));
    const S = { count: 1, rows: 10, cols: 1, data: numbers(10) };
    expect(() => at.gram(S)).toThrow(/matrix of a network: a dense 40010 × 40010 matrix takes/);
    const many = { count: 1, rows: 10, cols: 100_000, data: new Float64Array(1_000_000) };
    expect(() => at.factorRows(many)).toThrow(/rows of a network: a dense 100000 × 40010 matrix/);
  });

  it("is an input that is not finite", () => {
    const data = X.data.slice();
    data[7] = Infinity;
    expect(() => network.checkInputs({ ...X, data })).toThrow(DomainError);
    expect(() => network.checkInputs({ ...X, data })).toThrow(
      /X: row 2, column 1 \(counted from 0\) is Infinity, expected a finite number/,
    );
    expect(() => network.checkInputs(X)).not.toThrow();
  });

  it("is a θ that makes outputs which are not finite, and the first layer is named", () => {
    const broken = theta.slice();
    network.view(broken, "0.bias")[1] = Number.NaN;
    const message = /^layer 0 \(dense\): output of sample 0 is NaN, expected a finite number$/;
    expect(() => network.forward(broken, X)).toThrow(DomainError);
    expect(() => network.forward(broken, X)).toThrow(message);
    expect(() => network.jvp(broken, X, theta)).toThrow(message);
    expect(() => network.vjp(broken, X, U)).toThrow(message);
    expect(network.at(broken, X).nonFinite!()).toBe("layer 0 (dense), example 0");
    expect(network.at(theta, X).nonFinite!()).toBeUndefined();
  });

  it("is an input that overflows in one sample of many", () => {
    const wide = 2 ** 12;
    const deep = sequential([dense(1, wide), residual([dense(wide, 1), dense(1, wide)])], float64);
    const theta = deep.initial();
    // chunks of 1023
    const many = random(1200, 1, 3);
    many.data[1100] = 1e308;
    theta.subarray(0, wide).fill(1);
    deep.view(theta, "1.0.weight").fill(1);
    expect(() => deep.forward(theta, many)).toThrow(
      /^layer 1\.0 \(dense\): output of sample 1100 is Infinity/,
    );
  });

  it("is a sum in a residual block that overflows", () => {
    const doubled = sequential([residual([flatten()])], { ...float64, inputs: [1] });
    const large = { rows: 1, cols: 1, data: Float64Array.of(1e308) };
    expect(() => doubled.forward(new Float64Array(), large)).toThrow(
      /^layer 0 \(residual\): output of sample 0 is Infinity/,
    );
  });
});
