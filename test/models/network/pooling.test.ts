/** Pooling against its definition window by window. */
import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../../src/errors.ts";
import { averagePool2d } from "../../../src/models/network/averagePool2d.ts";
import { globalAveragePool2d } from "../../../src/models/network/globalAveragePool2d.ts";
import type { Layer, Shape } from "../../../src/models/network/layer.ts";
import { maxPool2d } from "../../../src/models/network/maxPool2d.ts";
import { type LayerCase, layerSuite } from "../../support/layerSuite.ts";

type Two = readonly [number, number];

interface Windows {
  readonly kernel: Two;
  readonly stride: Two;
  readonly padding: Two;
  readonly dilation: Two;
}

/** A function of the entries of each window, without padding. */
function byWindow(
  { kernel, stride, padding, dilation }: Windows,
  [, H, W]: Shape,
  [C, h, v]: Shape,
  value: (entries: readonly number[]) => number,
): LayerCase["definition"] {
  return (_w, x) => {
    const y: number[] = [];
    for (let c = 0; c < C; c++) {
      for (let i = 0; i < h; i++) {
        for (let j = 0; j < v; j++) {
          const entries: number[] = [];
          for (let k = 0; k < kernel[0]; k++) {
            for (let l = 0; l < kernel[1]; l++) {
              const row = i * stride[0] + k * dilation[0] - padding[0];
              const column = j * stride[1] + l * dilation[1] - padding[1];
              if (row < 0 || row >= H || column < 0 || column >= W) continue;
              entries.push(x[(c * H + row) * W + column]);
            }
          }
          y.push(value(entries));
        }
      }
    }
    return y;
  };
}

const maximum = (entries: readonly number[]): number => Math.max(...entries);
const sum = (entries: readonly number[]): number => entries.reduce((total, x) => total + x, 0);
const mean = (entries: readonly number[]): number => sum(entries) / entries.length;

function caseOf(
  name: string,
  layer: Layer,
  input: Shape,
  output: Shape,
  windows: Partial<Windows> & Pick<Windows, "kernel">,
  value: (entries: readonly number[]) => number,
): LayerCase {
  const all = {
    stride: windows.kernel,
    padding: [0, 0],
    dilation: [1, 1],
    ...windows,
  } as const;
  return { name, layer, input, output, definition: byWindow(all, input, output, value) };
}

/** entries 0.05 apart at least, in an order without a pattern: no step changes which is the largest */
function apart(): (x: number) => number {
  let i = 0;
  return (x) => ((i++ * 37) % 101) * 0.1 + x * 0.02;
}

layerSuite(
  "maxPool2d",
  [
    {
      ...caseOf("of halves", maxPool2d(2), [2, 4, 5], [2, 2, 2], { kernel: [2, 2] }, maximum),
      refused: [[20], [2, 1, 5], [2, 4, 1], [2, 4]],
    },
    caseOf(
      "with overlap and padding",
      maxPool2d(3, { stride: 2, padding: 1 }),
      [1, 4, 5],
      [1, 2, 3],
      { kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
      maximum,
    ),
    caseOf(
      "of oblong windows, dilated",
      maxPool2d([2, 3], { stride: [1, 2], padding: [0, 1], dilation: [2, 1] }),
      [2, 4, 4],
      [2, 2, 2],
      { kernel: [2, 3], stride: [1, 2], padding: [0, 1], dilation: [2, 1] },
      maximum,
    ),
  ].map((layerCase) => ({ ...layerCase, inputs: apart() })),
);

layerSuite("averagePool2d", [
  {
    ...caseOf("of halves", averagePool2d(2), [2, 4, 5], [2, 2, 2], { kernel: [2, 2] }, mean),
    refused: [[20], [2, 1, 5], [2, 4, 1], [2, 4]],
  },
  caseOf(
    "with padding that counts",
    averagePool2d(3, { stride: [2, 1], padding: 1 }),
    [1, 4, 3],
    [1, 2, 3],
    { kernel: [3, 3], stride: [2, 1], padding: [1, 1] },
    (entries) => sum(entries) / 9,
  ),
  caseOf(
    "with padding that does not count",
    averagePool2d([3, 2], { stride: 1, padding: 1, countPadding: false }),
    [2, 3, 2],
    [2, 3, 3],
    { kernel: [3, 2], stride: [1, 1], padding: [1, 1] },
    mean,
  ),
]);

layerSuite("globalAveragePool2d", [
  {
    ...caseOf("of channels", globalAveragePool2d(), [3, 2, 4], [3, 1, 1], { kernel: [2, 4] }, mean),
    refused: [[3], [3, 2]],
  },
]);

/** y, the places of the derivatives of their sum, and these, for one image of one row */
function along(layer: Layer, entries: number[]): { y: number[]; slopes: number[] } {
  const X = { rows: 1, cols: entries.length, data: Float64Array.from(entries) };
  const pass = layer.forward(new Float64Array(), X, [1, 1, entries.length]);
  const ones = { ...pass.outputs, data: pass.outputs.data.map(() => 1) };
  return { y: [...pass.outputs.data], slopes: [...pass.pull(ones).data] };
}

describe("the largest entry", () => {
  it("is the first of equal ones", () => {
    expect(along(maxPool2d([1, 3]), [2, 5, 5, 0, 0, 0])).toEqual({
      y: [5, 0],
      slopes: [0, 1, 0, 1, 0, 0],
    });
  });

  it("is −∞ only where nothing is larger", () => {
    const one = -Infinity;
    const layer = maxPool2d([1, 2], { padding: [0, 1] });
    expect(along(layer, [one, one, -7, one])).toEqual({ y: [one, -7, one], slopes: [1, 0, 1, 1] });
  });

  it("is NaN where there is one", () => {
    const layer = maxPool2d([1, 3]);
    for (const entries of [
      [Number.NaN, 1, 2],
      [1, Number.NaN, 2],
      [1, 2, Number.NaN],
    ]) {
      expect(along(layer, entries)).toEqual({
        y: [Number.NaN],
        slopes: entries.map((x) => (Number.isNaN(x) ? 1 : 0)),
      });
    }
  });
});

describe("options", () => {
  it.each([
    [() => maxPool2d(0), /maxPool2d: kernel is 0, expected a positive integer/],
    [() => maxPool2d(2, { stride: [0, 1] }), /maxPool2d: stride is 0/],
    [
      () => maxPool2d(2, { padding: -1 }),
      /maxPool2d: padding is -1, expected an integer that is at/,
    ],
    [() => maxPool2d(2, { dilation: 0.5 }), /maxPool2d: dilation is 0.5/],
    [() => averagePool2d(Number.NaN), /averagePool2d: kernel is NaN/],
    [
      () => averagePool2d([2] as unknown as Two),
      /averagePool2d: kernel is \[2\], expected a number or/,
    ],
  ])("%o are refused", (make, message) => {
    expect(make).toThrow(DomainError);
    expect(make).toThrow(message);
  });

  it.each([
    maxPool2d(2, { padding: 2 }),
    averagePool2d([1, 2], { padding: [1, 0], countPadding: false }),
    // entries at −1 and 1 of an axis with the one entry 0
    maxPool2d([2, 1], { padding: [1, 0], dilation: [2, 1] }),
  ])("that make windows of padding alone are refused: %o", (layer) => {
    expect(() => layer.outputShape([1, 1, 2])).toThrow(ShapeError);
    expect(() => layer.outputShape([1, 1, 2])).toThrow(/window 0 would have nothing but padding/);
  });
});

describe("windows of any size", () => {
  const X = { rows: 1, cols: 6, data: Float64Array.of(3, -1, 2, 5, 4, -2) };
  const outputsOf = (layer: Layer): number[] => [
    ...layer.forward(new Float64Array(), X, [1, 2, 3]).outputs.data,
  ];

  it("take no more memory than the image that they see", () => {
    // three windows down, four across; all but the first and the last line and column see everything
    const around = { stride: 1, padding: 5e8 };
    const large = maxPool2d(1e9, around);
    expect(large.outputShape([1, 2, 3])).toEqual([1, 3, 4]);
    // by hand: windows [o − 5e8, o + 5e8) are those of a kernel 4 or 6 with padding 2 or 3
    const small = maxPool2d([4, 6], { stride: 1, padding: [2, 3] });
    expect(outputsOf(large)).toEqual(outputsOf(small));
    const uncounted = { ...around, countPadding: false };
    const average = averagePool2d([4, 6], { stride: 1, padding: [2, 3], countPadding: false });
    expect(outputsOf(averagePool2d(1e9, uncounted))).toEqual(outputsOf(average));
    const sums = outputsOf(averagePool2d(1e9, around)).map((y) => y * 1e18);
    const counted = outputsOf(averagePool2d([4, 6], { stride: 1, padding: [2, 3] }));
    expect(sums.map((y) => Math.round(1e6 * y))).toEqual(counted.map((y) => Math.round(24e6 * y)));
  });

  it("may be far apart", () => {
    // of two windows one ends at the first entry, the other starts at the second
    const layer = maxPool2d([1, 1e9], { stride: [1, 1e9], padding: [0, 999_999_999] });
    expect(layer.outputShape([1, 2, 3])).toEqual([1, 2, 2]);
    expect(outputsOf(layer)).toEqual([3, 2, 5, 4]);
    expect(outputsOf(maxPool2d(2, { stride: 2 ** 40 }))).toEqual([5]);
  });

  it.each([
    [maxPool2d(1e9, { padding: 1e9 }), /of which window 0 would have nothing but padding/],
    [averagePool2d(3, { padding: 1e9 }), /^outputs \[1, 666666667, 666666667\]: found .* at most/],
    [
      maxPool2d(2, { padding: 2 ** 31 }),
      /with 2147483648 and 2147483648 entries of padding around a height, expected at most 2147483647/,
    ],
    [
      averagePool2d(1000, { stride: 1, padding: 500 }),
      /^the entries of all windows of a channel: found .* numbers/,
      [1, 2000, 2000],
    ],
    [maxPool2d([1, 2 ** 25]), /windows of 33554432 entries along an axis/, [1, 1, 2 ** 25]],
  ])("%o are refused", (layer, message, input = [1, 2, 3]) => {
    expect(() => layer.outputShape(input)).toThrow(ShapeError);
    expect(() => layer.outputShape(input)).toThrow(message);
  });

  it("are those of the definition, and those of padding alone are found, on a grid", () => {
    let refused = 0;
    let taken = 0;
    for (let size = 1; size <= 4; size++) {
      for (let kernel = 1; kernel <= 5; kernel++) {
        for (let stride = 1; stride <= 6; stride++) {
          for (let padding = 0; padding <= 7; padding++) {
            for (let dilation = 1; dilation <= 5; dilation++) {
              const windows = Math.floor(
                (size + 2 * padding - dilation * (kernel - 1) - 1) / stride,
              );
              if (windows < 0) continue;
              const seen = Array.from({ length: windows + 1 }, (_, o) =>
                Array.from(
                  { length: kernel },
                  (_, k) => o * stride + k * dilation - padding,
                ).filter((i) => 0 <= i && i < size),
              );
              const options = { stride, padding: [0, padding], dilation } as const;
              const layer = maxPool2d([1, kernel], options);
              const bad = seen.findIndex((entries) => entries.length === 0);
              if (bad >= 0) {
                expect(() => layer.outputShape([1, 1, size])).toThrow(/nothing but padding/);
                refused++;
                continue;
              }
              expect(layer.outputShape([1, 1, size])).toEqual([1, 1, seen.length]);
              const images = { rows: 1, cols: size, data: X.data.slice(0, size) };
              const { outputs } = layer.forward(new Float64Array(), images, [1, 1, size]);
              expect([...outputs.data]).toEqual(
                seen.map((entries) => Math.max(...entries.map((i) => X.data[i]))),
              );
              taken++;
            }
          }
        }
      }
    }
    expect(Math.min(refused, taken)).toBeGreaterThan(200);
  });
});
