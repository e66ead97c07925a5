/** What no network is made of: sizes beyond memory, and what only callers without TypeScript can hand in. */
import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../../src/errors.ts";
import { batchNorm } from "../../../src/models/network/batchNorm.ts";
import { conv2d } from "../../../src/models/network/conv2d.ts";
import { dense } from "../../../src/models/network/dense.ts";
import { dropout } from "../../../src/models/network/dropout.ts";
import { flatten } from "../../../src/models/network/flatten.ts";
import { maxPool2d } from "../../../src/models/network/maxPool2d.ts";
import { relu } from "../../../src/models/network/relu.ts";
import { residual } from "../../../src/models/network/residual.ts";
import { sequential } from "../../../src/models/network/sequential.ts";
import { tanh } from "../../../src/models/network/tanh.ts";
import { random } from "../../support/matrices.ts";

describe("sizes beyond memory are refused before it is taken:", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "parameters beyond memory",
      () => sequential([relu(), dense(1e6, 1e6)], { inputs: [1e6] }),
      /^layer 1 \(dense\): parameters: found 1000001000000 numbers, which take 7.45e\+3 GiB in float64, expected at most 2/,
    ],
    [
      "parameters of many layers beyond memory",
      () => sequential(Array.from({ length: 11 }, () => dense(5000, 5000))),
      /^layer 10 \(dense\): parameters: found 275055000 numbers/,
    ],
    [
      "a kernel beyond memory",
      () => sequential([conv2d(1, 1, { kernel: 1e9, padding: "same" })], { inputs: [1, 4, 4] }),
      /^layer 0 \(conv2d\): parameters: found 1000000000000000000 numbers/,
    ],
    [
      "a padding beyond memory",
      () => sequential([conv2d(1, 1, { kernel: 3, padding: 1e9 })], { inputs: [1, 4, 4] }),
      /^layer 0 \(conv2d\): outputs \[1, 2000000002, 2000000002\] and all before them: found/,
    ],
    [
      "a kernel of too many entries",
      () =>
        sequential([conv2d(1, 1, { kernel: [2e7, 1], padding: "same" })], { inputs: [1, 4, 4] }),
      /^layer 0 \(conv2d\): found inputs \[1, 4, 4\] and windows of 20000000 entries .* at most 16777216$/,
    ],
    [
      "a window of padding alone",
      () => sequential([maxPool2d(1e9, { padding: 1e9 })], { inputs: [1, 4, 4] }),
      /^layer 0 \(maxPool2d\): found inputs \[1, 4, 4\], of which window 0 would have nothing but/,
    ],
    [
      "statistics beyond memory",
      () => batchNorm(1e12),
      /^batchNorm: features: found 1000000000000 numbers/,
    ],
    [
      "inputs beyond memory",
      () => sequential([flatten()], { inputs: [3, 1e5, 1e5] }),
      /^inputs \[3, 100000, 100000\]: found 30000000000 numbers/,
    ],
    [
      "activations of many layers beyond memory",
      () => sequential([relu(), tanh(), relu()], { inputs: [9e7] }),
      /^layer 1 \(tanh\): outputs \[90000000\] and all before them: found 270000000 numbers/,
    ],
  ])("%s", (_what, make, message) => {
    expect(make).toThrow(ShapeError);
    expect(make).toThrow(message);
  });
});

it("a stride beyond all integers is that of one window", () => {
  const layer = conv2d(1, 1, { kernel: 2, stride: 2 ** 40 });
  const network = sequential([layer], { inputs: [1, 3, 3], precision: "float64" });
  const X = random(1, 9, 5);
  const theta = Float64Array.of(1, 2, 3, 4, 5);
  const [a, b, , c, d] = X.data;
  expect(network.forward(theta, X).data[0]).toBeCloseTo(a + 2 * b + 3 * c + 4 * d + 5, 14);
});

const callsWithoutTypes: [string, (...values: never[]) => unknown, unknown[], RegExp][] = [
  ["nothing", sequential, [undefined], /a network's layers are missing, expected a list of layers/],
  ["no list", sequential, [relu()], /a network's layers are .*"kind":"relu".*, expected a list/],
  [
    "a layer that was not called",
    sequential,
    [[dense(4, 3), relu]],
    /^layer 1 is the function relu, expected a layer; relu\(\) makes one$/,
  ],
  ["null", sequential, [[dense(4, 3), null]], /^layer 1 is null, expected a layer$/],
  ["a name", sequential, [["relu"], { inputs: [2] }], /^layer 0 is "relu", expected a layer$/],
  // biome-ignore lint/suspicious/noSparseArray: what is to be found
  ["a hole", sequential, [[dense(4, 3), , relu()]], /^layer 1 is missing, expected a layer$/],
  [
    "a layer in a block that was not called",
    sequential,
    [[dense(4, 3), residual([tanh()], { shortcut: [dense as never] })]],
    /^layer 1\.shortcut\.0 is the function dense, expected a layer; dense\(\) makes one$/,
  ],
  [
    "a block without a list",
    sequential,
    [[{ kind: "residual", body: relu(), shortcut: [] }]],
    /^the layers of block 0 are .*, expected a list of layers$/,
  ],
  ["inputs that are a number", sequential, [[relu()], { inputs: 4 }], /inputs are 4, expected/],
  ["a seed that is a text", sequential, [[dense(1, 1)], { seed: "a" }], /seed is "a", expected/],
  [
    "a convolution without options",
    conv2d,
    [4, 4],
    /conv2d: options are missing, expected an object with a kernel/,
  ],
  ["a convolution without a kernel", conv2d, [4, 4, {}], /conv2d: kernel is undefined/],
  [
    "no generator",
    sequential([dense(2, 1), dropout()]).training,
    [],
    /training mode: found a generator that is missing, expected one, e\.g\. stream\(0/,
  ],
  [
    "a seed for a generator",
    sequential([dense(2, 1)]).training,
    [3],
    /found a generator that is 3, expected/,
  ],
];
it.each(callsWithoutTypes)("%s, where there are no types", (_what, call, values, message) => {
  const make = () => call(...(values as never[]));
  expect(make).toThrow(DomainError);
  expect(make).toThrow(message);
});
