import { describe, expect, it } from "vitest";
import { borrowRows, returnRows, WeightedRows } from "../../src/linalg/weightedRows.ts";
import { numbers, random } from "../support/matrices.ts";

describe("weighted rows", () => {
  it.each([1, 2, 3, 4, 5, 8, 20, 21, 67])("of %i columns are the products, exactly", (cols) => {
    const rows = new WeightedRows(9, cols);
    for (const n of [9, 1, 5]) {
      const X = random(n, cols, n + cols);
      const loaded = rows.load(X);
      rows.weights.set(numbers(n, 3));
      rows.last.set(numbers(n, 4));
      const { rows: found, cols: width, data } = rows.panel(n);
      expect([found, width]).toEqual([n, cols + 1]);
      const expected = Array.from({ length: n }, (_, i) => [
        ...X.data.subarray(i * cols, (i + 1) * cols).map((x) => rows.weights[i] * x),
        rows.last[i],
      ]).flat();
      expect(Array.from(data)).toEqual(expected);
      expect(Array.from(loaded.data)).toEqual(Array.from(X.data));
      const theta = numbers(cols, 5);
      const sums = Array.from({ length: n }, (_, i) =>
        theta.reduce((sum, value, j) => sum + value * X.data[i * cols + j], 0),
      );
      // terms below 1 in size, in another order
      rows.multiply(n, theta).forEach((value, i) => {
        expect(Math.abs(value - sums[i])).toBeLessThan(cols * Number.EPSILON);
      });
      const column = (j: number): number[] =>
        Array.from({ length: n }, (_, i) => X.data[i * cols + j]);
      rows.sum(n).forEach((value, j) => {
        const sum = column(j).reduce((partial, x, i) => partial + rows.last[i] * x, 0);
        expect(value).toBe(sum);
      });
      rows.largest(n).forEach((value, j) => {
        expect(value).toBe(Math.max(...column(j).map(Math.abs)));
      });
    }
  });

  it.each([NaN, Infinity, -Infinity])("find %d in any column", (value) => {
    const rows = new WeightedRows(3, 5);
    for (let t = 0; t < 15; t++) {
      const X = random(3, 5);
      X.data[t] = value;
      rows.load(X);
      const expected = Array.from({ length: 5 }, (_, j) =>
        j === t % 5 ? Math.abs(value) : "finite",
      );
      expect(Array.from(rows.largest(3), (v) => (Number.isFinite(v) ? "finite" : v))).toEqual(
        expected,
      );
    }
  });

  it("are used again once they are given back, by one at a time", () => {
    const first = borrowRows(5, 4);
    const second = borrowRows(5, 4);
    expect(second).not.toBe(first);
    returnRows(first);
    expect(borrowRows(5, 3)).not.toBe(first);
    expect(borrowRows(5, 4)).toBe(first);
  });

  it("refuse rows of other lengths, and more memory than there may be", () => {
    expect(() => new WeightedRows(4, 3).load(random(2, 4))).toThrow("found length 4, expected 3");
    expect(() => new WeightedRows(2 ** 20, 2 ** 10)).toThrow("GiB");
  });
});
