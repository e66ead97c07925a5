/** Work on every entry against plain loops; also in a browser. */
import { describe, expect, it } from "vitest";
import {
  gateRows,
  multiplyRows,
  powerOfTwo,
  rectify,
  rowSums,
  scale,
  square,
  sumSquares,
} from "../../src/linalg/elements.ts";
import type { Reals } from "../../src/linalg/matrix.ts";
import { numbers } from "../support/matrices.ts";

const types = [
  {
    type: "float32",
    make: (length: number, seed: number) => Float32Array.from(numbers(length, seed)),
  },
  { type: "float64", make: (length: number, seed: number) => numbers(length, seed) },
];

// within one SIMD vector, with a rest, with one row or many for each sample, in one block of 2¹⁵ or several
const shapes = [
  { B: 1, K: 1, n: 1 },
  { B: 3, K: 1, n: 7 },
  { B: 5, K: 3, n: 6 },
  { B: 2, K: 10, n: 4 },
  { B: 70, K: 9, n: 101 },
  { B: 2, K: 1, n: 40_003 },
  { B: 2, K: 3, n: 20_001 },
];

describe.each(types)("entries in $type", ({ make }) => {
  // as the type has it
  const factor = make(1, 0).fill(0.3)[0];

  it.each(shapes)("$B samples of $K rows of $n entries", ({ B, K, n }) => {
    const U = { rows: B * K, cols: n, data: make(B * K * n, 1) };
    const x = make(B * n, 2);
    const rowOf = (i: number): number => Math.floor(Math.floor(i / n) / K) * n + (i % n);
    const [gated, scaled] = [U.data.slice(), U.data.slice()];
    gateRows(U, x, 0.25, gated);
    expect(gated).toEqual(U.data.map((u, i) => (x[rowOf(i)] > 0 ? u : 0.25 * u)));
    multiplyRows(U, x, scaled);
    expect(scaled).toEqual(U.data.map((u, i) => u * x[rowOf(i)]));
    const squares = new Float64Array(B * n);
    U.data.forEach((u, i) => {
      squares[rowOf(i)] += u * u;
    });
    expect(sumSquares(U, B)).toEqual(squares);
    const sums = rowSums(U);
    for (let r = 0; r < B * K; r++) {
      const row = Array.from(U.data.subarray(r * n, (r + 1) * n));
      // sums in another order: a rounding of 2⁻⁵³ of what was added, for each addition at most
      const size = row.reduce((sum, u) => sum + Math.abs(u), 0);
      const exact = row.reduce((sum, u) => sum + u, 0);
      expect(Math.abs(sums[r] - exact)).toBeLessThanOrEqual(2 * n * 2 ** -53 * size);
    }
  });

  it.each([0, 1, 2, 5, 4099, 2 ** 15, 2 ** 16 + 3])("%i entries", (length) => {
    const x = make(length, 3);
    const y = x.slice();
    rectify(x, 0.25, y);
    expect(y).toEqual(x.map((value) => (value > 0 ? value : 0.25 * value)));
    square(1, x, y);
    expect(y).toEqual(x.map((value) => value * value));
    square(0.5, x, y);
    expect(y).toEqual(x.map((value) => (0.5 * value) ** 2));
    scale(0.3, x, y);
    expect(y).toEqual(x.map((value) => factor * value));
    const most = Math.max(0, ...Array.from(x.subarray(0, 99), Math.abs));
    expect(powerOfTwo(x.subarray(0, 99))).toBe(most === 0 ? 1 : 2 ** Math.floor(Math.log2(most)));
  });

  it("works in place, and on part of an array", () => {
    const x = make(12, 4);
    const [before, U] = [x.slice(), { rows: 4, cols: 3, data: x }];
    gateRows(U, make(6, 5).fill(-1), 0.5, x);
    expect(x).toEqual(before.map((value) => 0.5 * value));
    const part = x.subarray(2, 9) as Reals;
    square(1, part, part);
    expect(x).toEqual(before.map((u, i) => (i >= 2 && i < 9 ? (0.5 * u) ** 2 : 0.5 * u)));
  });

  it("keeps what is no number, and gives no −0", () => {
    const x = make(6, 6);
    x.set([Number.NaN, Number.POSITIVE_INFINITY, -0, -3, 0, 2]);
    rectify(x, 0, x);
    expect(Array.from(x)).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 0, 0, 0, 2]);
    x.set([Number.NaN, 1, Number.NaN, 1, Number.NEGATIVE_INFINITY, 1]);
    gateRows({ rows: 1, cols: 6, data: x }, make(6, 7).fill(1), 0, x);
    expect(Array.from(x)).toEqual([Number.NaN, 1, Number.NaN, 1, Number.NEGATIVE_INFINITY, 1]);
  });

  it("finds the power of two wherever the largest is, and whatever else there is", () => {
    for (let i = 0; i < 19; i++) {
      const x = make(19, i).map((value) => value / 100) as Reals;
      x[i] = -6;
      x[(i + 5) % 19] = Number.NaN;
      expect(powerOfTwo(x)).toBe(4);
    }
    expect(powerOfTwo(make(3, 1).fill(0))).toBe(1);
    // whose inverse is no number of the type
    const least = factor === 0.3 ? 2 ** -1022 : 2 ** -126;
    expect(powerOfTwo(make(3, 1).fill(least / 8))).toBe(least);
    expect(powerOfTwo(make(3, 1).fill(-Infinity))).toBe(1);
  });

  it("refuses a result of another length", () => {
    const x = make(6, 8);
    expect(() => square(1, x, make(5, 9))).toThrow("result: found length 5, expected 6");
    expect(() => gateRows({ rows: 2, cols: 3, data: x }, make(3, 9), 0, make(7, 9))).toThrow(
      "result: found length 7, expected 6",
    );
  });
});
