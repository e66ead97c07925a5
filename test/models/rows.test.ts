/** The two implementations of rows beyond what a dense layer uses: positions, groups of weights, many groups of samples. */
import { describe, expect, it } from "vitest";
import { inBlocks } from "../../src/linalg/blocks.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import { outerRows } from "../../src/models/outerRows.ts";
import type { OuterProducts, WeightRows } from "../../src/models/weightRows.ts";
import { summedRows, writtenRows } from "../../src/models/writtenRows.ts";
import { distance, largest, product, random, single } from "../support/matrices.ts";

interface Sizes {
  readonly samples: number;
  readonly columns: number;
  readonly positions: number;
  /** of each group: inputs, outputs, with a bias */
  readonly groups: readonly (readonly [number, number, boolean])[];
}

const OFFSET = 3;

function outer({ samples: B, columns: K, positions: R, groups }: Sizes, seed: number): WeightRows {
  let next = OFFSET;
  const products = groups.map(([I, O, hasBias], i): OuterProducts => {
    const weight = next;
    next += I * O + (hasBias ? O : 0);
    return {
      positions: R,
      inputs: random(B * R, I, seed + i),
      gradients: random(B * K * R, O, seed + 10 + i),
      weight,
      ...(hasBias && { bias: weight + I * O }),
    };
  });
  const place = { layer: "1", offset: OFFSET, size: next - OFFSET, samples: B, columns: K };
  return outerRows(place, products);
}

/** Σ_r g_{nkr} a_{nr}ᵀ in loops */
function definition({ samples, columns: K, size, kronecker }: WeightRows): Matrix {
  const rows = { rows: samples * K, cols: size, data: new Float64Array(samples * K * size) };
  for (const { positions: R, inputs, gradients, weight, bias } of kronecker!) {
    for (let row = 0; row < rows.rows; row++) {
      const at = row * size - OFFSET;
      for (let r = 0; r < R; r++) {
        for (let o = 0; o < gradients.cols; o++) {
          const g = gradients.data[(row * R + r) * gradients.cols + o];
          for (let i = 0; i < inputs.cols; i++) {
            const a = inputs.data[(Math.floor(row / K) * R + r) * inputs.cols + i];
            rows.data[at + weight + o * inputs.cols + i] += g * a;
          }
          if (bias !== undefined) rows.data[at + bias + o] += g;
        }
      }
    }
  }
  return rows;
}

function squares({ rows, cols, data }: Matrix): Float64Array {
  const sum = new Float64Array(cols);
  for (let i = 0; i < rows * cols; i++) sum[i % cols] += data[i] ** 2;
  return sum;
}

describe.each<[string, Sizes]>([
  ["one position", { samples: 4, columns: 3, positions: 1, groups: [[5, 2, true]] }],
  [
    "one position, several weights",
    {
      samples: 3,
      columns: 2,
      positions: 1,
      groups: [
        [2, 3, true],
        [4, 1, false],
      ],
    },
  ],
  ["many positions", { samples: 3, columns: 2, positions: 4, groups: [[3, 2, true]] }],
  [
    "many positions, several weights",
    {
      samples: 3,
      columns: 1,
      positions: 5,
      groups: [
        [3, 2, true],
        [1, 2, false],
        [3, 2, true],
      ],
    },
  ],
  [
    "more inputs than are squared at once",
    { samples: 150, columns: 1, positions: 1, groups: [[1000, 2, true]] },
  ],
  [
    "more rows than are written at once",
    { samples: 150, columns: 2, positions: 2, groups: [[1000, 5, true]] },
  ],
])("outer products with %s", (_name, sizes) => {
  const rows = outer(sizes, 1);
  const expected = definition(rows);
  const scale = 1e-14 * (1 + largest(expected.data)) ** 2 * sizes.samples;

  it("are written out", () => {
    expect(distance(rows.rows().data, expected.data)).toBeLessThan(scale);
  });

  it("have these sums of squares", () => {
    const sum = new Float64Array(rows.size).fill(1);
    rows.addSquares(sum);
    const found = sum.map((s) => s - 1);
    expect(distance(found, squares(expected))).toBeLessThan(10 * scale);
  });

  it("have these inner products with another batch", () => {
    const other = outer({ ...sizes, samples: 2, columns: sizes.columns + 1 }, 50);
    const found = rows.inner(other);
    const exact = product(expected, definition(other), { transB: true });
    expect(found).toMatchObject({ rows: exact.rows, cols: exact.cols });
    expect(distance(found.data, exact.data)).toBeLessThan(1e-13 * (1 + largest(exact.data)));
  });
});

describe("outer products in float32", () => {
  const sizes: Sizes = { samples: 4, columns: 2, positions: 1, groups: [[5, 3, true]] };
  const [whole] = outer(sizes, 1).kronecker!;
  const place = { layer: "1", offset: OFFSET, size: 18, samples: 4, columns: 2 };
  const scaled = (scale: number): WeightRows<Float32Array> => {
    const gradients = { ...whole.gradients, data: whole.gradients.data.map((g) => scale * g) };
    return outerRows(place, [
      { ...whole, inputs: single(whole.inputs), gradients: single(gradients) },
    ]);
  };

  it.each([1e-30, 1, 1e30])("have squares outside the range of float32: %s", (scale) => {
    const sum = new Float64Array(18);
    scaled(scale).addSquares(sum);
    const exact = squares(definition(outer(sizes, 1)));
    const back = sum.map((s) => s / scale / scale);
    expect(distance(back, exact)).toBeLessThan(1e-6 * largest(exact));
  });

  it("may all be zero", () => {
    const sum = new Float64Array(18);
    scaled(0).addSquares(sum);
    expect(sum).toEqual(new Float64Array(18));
  });
});

describe("written rows", () => {
  const size = 2 ** 16;
  const place = { layer: "1", offset: 0, size, samples: 20, columns: 2 };
  const entry = (row: number, j: number): number => Math.sin(row + 1) / (1 + (j % 7));
  const calls: [number, number][] = [];
  const rows = writtenRows(place, new Float64Array(), (start, end, target, column) => {
    calls.push([start, end]);
    for (let r = 2 * start; r < 2 * end; r++) {
      for (let j = 0; j < size; j++) {
        target.data[(r - 2 * start) * target.cols + column + j] = entry(r, j);
      }
    }
  });
  // 2²⁰ entries at once: 8 samples of 2 rows
  const groups = [
    [0, 8],
    [8, 16],
    [16, 20],
  ];

  it("are squared a few samples at a time", () => {
    calls.length = 0;
    const sum = new Float64Array(size);
    rows.addSquares(sum);
    expect(calls).toEqual(groups);
    let sines = 0;
    for (let r = 0; r < 40; r++) sines += Math.sin(r + 1) ** 2;
    const expected = sum.map((_, j) => sines / (1 + (j % 7)) ** 2);
    expect(distance(sum, expected)).toBeLessThan(1e-13);
  });

  it("are multiplied a few samples at a time", () => {
    calls.length = 0;
    const found = rows.inner(rows);
    // for each group all groups
    expect(calls).toHaveLength(3 + 9);
    let weight = 0;
    for (let j = 0; j < size; j++) weight += 1 / (1 + (j % 7)) ** 2;
    const expected = Float64Array.from(
      { length: 1600 },
      (_, t) => weight * Math.sin(Math.floor(t / 40) + 1) * Math.sin((t % 40) + 1),
    );
    expect(distance(found.data, expected)).toBeLessThan(1e-12 * weight);
  });

  it("of several uses are summed, where they stand", () => {
    const sizes: Sizes = { samples: 3, columns: 2, positions: 1, groups: [[2, 2, true]] };
    const uses = [outer(sizes, 1), outer(sizes, 2), outer(sizes, 3)];
    const sum = summedRows(uses, new Float64Array());
    const parts = uses.map((use) => definition(use).data);
    const expected = parts[0].map((x, i) => x + parts[1][i] + parts[2][i]);
    expect(sum.kronecker).toBeUndefined();
    expect(sum).toMatchObject({ layer: "1", offset: OFFSET, size: 6, samples: 3, columns: 2 });
    expect(distance(sum.rows().data, expected)).toBeLessThan(1e-14);
    const target = { rows: 2, cols: 8, data: new Float64Array(16).fill(9) };
    sum.write(1, 2, target, 1);
    expect(distance(target.data.subarray(1, 7), expected.subarray(12, 18))).toBeLessThan(1e-14);
    expect([target.data[0], target.data[7], target.data[8]]).toEqual([9, 9, 9]);
  });
});

it("blocks cover a range", () => {
  const blocks: [number, number][] = [];
  inBlocks(2500, (start, end) => blocks.push([start, end]));
  expect(blocks).toEqual([
    [0, 1024],
    [1024, 2048],
    [2048, 2500],
  ]);
  inBlocks(0, () => expect.unreachable());
});
