/** Convolutions against the definition in seven loops. */
import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../../src/errors.ts";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import { type Conv2dOptions, conv2d } from "../../../src/models/network/conv2d.ts";
import type { Layer, Shape } from "../../../src/models/network/layer.ts";
import { sizeOf } from "../../../src/models/network/shape.ts";
import { type LayerCase, layerSuite } from "../../support/layerSuite.ts";
import { distance, numbers } from "../../support/matrices.ts";

interface Sizes {
  readonly channels: number;
  readonly outChannels: number;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  /** zeros above and on the left */
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
  readonly bias: boolean;
}

/** y[o, i, j] = b[o] + Σ W[o, c, k, l] x[g·C + c, i·s + k·d − p, …], for one example. */
function definition(sizes: Sizes, [, H, W]: Shape, [, h, v]: Shape): LayerCase["definition"] {
  const { outChannels: O, kernel, stride, padding, dilation, groups } = sizes;
  const [C, perGroup] = [sizes.channels / groups, O / groups];
  return (w, x) => {
    const y: number[] = [];
    for (let o = 0; o < O; o++) {
      const g = Math.floor(o / perGroup);
      for (let i = 0; i < h; i++) {
        for (let j = 0; j < v; j++) {
          let sum = sizes.bias ? w[O * C * kernel[0] * kernel[1] + o] : 0;
          for (let c = 0; c < C; c++) {
            for (let k = 0; k < kernel[0]; k++) {
              for (let l = 0; l < kernel[1]; l++) {
                const row = i * stride[0] + k * dilation[0] - padding[0];
                const column = j * stride[1] + l * dilation[1] - padding[1];
                if (row < 0 || row >= H || column < 0 || column >= W) continue;
                const weight = w[((o * C + c) * kernel[0] + k) * kernel[1] + l];
                sum += weight * x[((g * C + c) * H + row) * W + column];
              }
            }
          }
          y.push(sum);
        }
      }
    }
    return y;
  };
}

function caseOf(
  name: string,
  input: Shape,
  output: Shape,
  options: Conv2dOptions,
  padding: readonly [number, number] = [0, 0],
): LayerCase {
  const pair = (value: Conv2dOptions["kernel"] = 1): readonly [number, number] =>
    typeof value === "number" ? [value, value] : value;
  const sizes = {
    channels: input[0],
    outChannels: output[0],
    kernel: pair(options.kernel),
    stride: pair(options.stride),
    padding,
    dilation: pair(options.dilation),
    groups: options.groups ?? 1,
    bias: options.bias ?? true,
  };
  return {
    name,
    layer: conv2d(input[0], output[0], options),
    input,
    output,
    definition: definition(sizes, input, output),
  };
}

const fan = 1 / Math.sqrt(2 * 3 * 3);
layerSuite("conv2d", [
  {
    ...caseOf("of two channels", [2, 4, 5], [3, 2, 3], { kernel: 3 }),
    refused: [[3, 4, 5], [2, 2, 5], [2, 4, 2], [40], [2, 4]],
    initial: [
      { name: "weight", bound: fan, mean: 0, variance: fan ** 2 / 3 },
      { name: "bias", bound: fan, mean: 0, variance: fan ** 2 / 3 },
    ],
  },
  caseOf("without bias", [1, 4, 4], [2, 3, 3], { kernel: 2, bias: false }),
  caseOf("of single pixels", [3, 2, 3], [2, 2, 3], { kernel: 1 }),
  caseOf("of everything", [2, 3, 2], [4, 1, 1], { kernel: [3, 2] }),
  caseOf("with padding", [1, 3, 3], [2, 5, 3], { kernel: [3, 1], padding: [2, 0] }, [2, 0]),
  caseOf(
    "with strides",
    [2, 5, 6],
    [2, 3, 5],
    { kernel: [3, 2], stride: [2, 1], padding: [1, 0] },
    [1, 0],
  ),
  caseOf("dilated", [1, 5, 6], [2, 3, 2], { kernel: 3, dilation: [1, 2] }),
  caseOf("in groups", [4, 3, 3], [6, 2, 2], { kernel: 2, groups: 2 }),
  caseOf("of each channel by itself", [3, 3, 4], [3, 2, 3], { kernel: 2, groups: 3, bias: false }),
  {
    ...caseOf("starting as heNormal", [4, 3, 3], [6, 1, 1], {
      kernel: 3,
      groups: 2,
      initializer: "heNormal",
    }),
    // two channels of nine entries
    initial: [
      { name: "weight", mean: 0, variance: 2 / 18 },
      { name: "bias", mean: 0, variance: 0 },
    ],
  },
]);

describe("on a grid of options", () => {
  const grid: Conv2dOptions[] = [];
  for (const kernel of [1, [2, 3], 3] as const) {
    for (const stride of [1, [1, 2], [2, 1], 3] as const) {
      for (const padding of [0, 1, [3, 2]] as const) {
        for (const dilation of [1, [2, 1], [1, 3], 2] as const) {
          for (const groups of [1, 2]) grid.push({ kernel, stride, padding, dilation, groups });
        }
      }
    }
  }
  const input = [4, 8, 7];
  const B = 2;
  const pair = (value: unknown): readonly [number, number] =>
    (typeof value === "number" ? [value, value] : value) as readonly [number, number];

  it.each(grid)("%o is its definition, and pulls by the transpose", (options) => {
    const [kernel, stride, padding, dilation] = [
      options.kernel,
      options.stride,
      options.padding,
      options.dilation,
    ].map(pair);
    const size = (axis: 0 | 1): number => {
      const extent = dilation[axis] * (kernel[axis] - 1) + 1;
      return Math.floor((input[axis + 1] + 2 * padding[axis] - extent) / stride[axis]) + 1;
    };
    const output = [6, size(0), size(1)];
    const groups = options.groups!;
    const sizes = { channels: 4, outChannels: 6, kernel, stride, padding, dilation, groups };
    const exact = definition({ ...sizes, bias: true }, input, output);
    const layer = conv2d(4, 6, options);
    expect(layer.outputShape(input)).toEqual(output);
    const { w, X } = numbersFor(layer, input, B);
    const pass = layer.forward(w, X, input);
    const expected = [0, 1].flatMap((n) => exact(w, X.data.subarray(n * X.cols, (n + 1) * X.cols)));
    expect(distance(pass.outputs.data, expected)).toBeLessThan(1e-13);

    const U = { ...pass.outputs, data: numbers(pass.outputs.data.length, 3) };
    const [dX, dw] = [{ ...X, data: numbers(X.data.length, 4) }, numbers(w.length, 5)];
    const gradient = new Float64Array(w.length);
    pass.weights!.addGradient(U, gradient);
    const there = inner(U.data, pass.push(dX, dw)!.data);
    const back = inner(pass.pull(U).data, dX.data) + inner(gradient, dw);
    expect(Math.abs(there - back)).toBeLessThan(1e-12);
  });
});

describe("padding", () => {
  it.each([
    [3, 1, [1, 1]],
    [5, 1, [2, 2]],
    [[2, 4], 1, [0, 1]],
    [[3, 2], 2, [2, 1]],
  ] as const)('"same" keeps the size: kernel %o, dilation %d', (kernel, dilation, before) => {
    const input = [2, 6, 7];
    const sizes = caseOf("", input, [3, 6, 7], { kernel, dilation, padding: "same" }, before);
    expect(sizes.layer.outputShape(input)).toEqual([3, 6, 7]);
    const { w, X } = numbersFor(sizes.layer, input, 1);
    const found = sizes.layer.forward(w, X, input).outputs.data;
    expect(distance(found, sizes.definition(w, X.data))).toBeLessThan(1e-13);
  });

  it('"valid" is none', () => {
    expect(conv2d(1, 1, { kernel: 2, padding: "valid" }).outputShape([1, 3, 3])).toEqual([1, 2, 2]);
  });
});

describe("options", () => {
  it.each([
    [() => conv2d(0, 1, { kernel: 1 }), /conv2d: inChannels is 0, expected a positive integer/],
    [() => conv2d(1, 1.5, { kernel: 1 }), /outChannels is 1.5/],
    [() => conv2d(1, 1, { kernel: 0 }), /kernel is 0/],
    [
      () => conv2d(1, 1, { kernel: [3] as unknown as [number, number] }),
      /kernel is \[3\], expected/,
    ],
    [() => conv2d(1, 1, { kernel: 3, stride: [1, 0] }), /stride is 0/],
    [() => conv2d(1, 1, { kernel: 3, padding: -1 }), /padding is -1, expected an integer that is/],
    [() => conv2d(1, 1, { kernel: 3, padding: "full" as "same" }), /padding is "full", expected/],
    [() => conv2d(1, 1, { kernel: 3, dilation: Number.NaN }), /dilation is NaN/],
    [
      () => conv2d(4, 6, { kernel: 3, groups: 3 }),
      /groups is 3, expected a divisor of both 4 and 6/,
    ],
    [
      () => conv2d(1, 1, { kernel: 3, padding: "same", stride: [1, 2] }),
      /padding is "same" and stride 1 × 2, expected stride 1/,
    ],
  ])("%o are refused", (make, message) => {
    expect(make).toThrow(DomainError);
    expect(make).toThrow(message);
  });

  it("say what is missing of an image", () => {
    const layer = conv2d(1, 1, { kernel: [2, 3], dilation: 2, padding: [1, 0] });
    expect(() => layer.outputShape([1, 1, 4])).toThrow(ShapeError);
    expect(() => layer.outputShape([1, 1, 4])).toThrow(/a width of at least 5/);
  });
});

describe("rows", () => {
  it("make patches and gradients of each group only when asked for, once", () => {
    const layer = conv2d(4, 2, { kernel: 2, groups: 2 });
    const { w, X } = numbersFor(layer, [4, 3, 3], 2);
    const pass = layer.forward(w, X, [4, 3, 3]);
    const rows = pass.weights!.rows(pass.outputs, 1, "0", 0);
    const [first, second] = rows.kronecker!;
    expect(first.inputs).toBe(first.inputs);
    expect(rows.kronecker).toBe(rows.kronecker);
    expect(first).toMatchObject({ positions: 4, weight: 0, bias: 16 });
    expect(second).toMatchObject({ positions: 4, weight: 8, bias: 17 });
    expect(first.inputs).toMatchObject({ rows: 8, cols: 8 });
    expect(second.gradients).toMatchObject({ rows: 8, cols: 1 });
  });
});

function numbersFor(layer: Layer, input: Shape, B: number): { w: Float64Array; X: Matrix } {
  const p = layer.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const cols = sizeOf(input);
  return { w: numbers(p, 1), X: { rows: B, cols, data: numbers(B * cols, 2) } };
}

function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a, (x, i) => x * b[i]).reduce((sum, x) => sum + x, 0);
}
