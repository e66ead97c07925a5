import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matrix } from "../../src/linalg/matrix.ts";
import { WeightedProducts } from "../../src/statistics/products.ts";
import { arrayRows, hasIntercept, pieces, type RowBlock } from "../../src/statistics/rows.ts";
import { relativeError } from "../support/accuracy.ts";
import { numbers, random } from "../support/matrices.ts";

describe("rows of arrays", () => {
  it("come in blocks with an intercept, the same each time", async () => {
    const X = matrix(5, 1, Float64Array.of(1, 2, 3, 4, 5));
    const rows = arrayRows({
      X,
      y: [1, 0, 1, 0, 1],
      offset: [9, 8, 7, 6, 5],
      weights: [1, 1, 2, 2, 3],
      blockRows: 2,
    });
    expect(rows.columns).toEqual(["x1", "(intercept)"]);
    expect(hasIntercept(rows)).toBe(true);
    for (let pass = 0; pass < 2; pass++) {
      const blocks: RowBlock[] = [];
      for await (const block of rows.blocks()) blocks.push(block);
      expect(blocks.map(({ X }) => Array.from(X.data))).toEqual([
        [1, 1, 2, 1],
        [3, 1, 4, 1],
        [5, 1],
      ]);
      expect(blocks.map(({ y }) => Array.from(y.data))).toEqual([[1, 0], [1, 0], [1]]);
      expect(blocks.map(({ weights = [] }) => Array.from(weights))).toEqual([[1, 1], [2, 2], [3]]);
      expect(blocks.map(({ offset }) => Array.from(offset?.data ?? []))).toEqual([
        [9, 8],
        [7, 6],
        [5],
      ]);
    }
  });

  it("refuse a target of two columns and blocks of no rows", () => {
    const X = matrix(2, 1, Float64Array.of(1, 2));
    expect(() => arrayRows({ X, y: random(2, 2) })).toThrow("found 2 columns, expected 1");
    expect(() => arrayRows({ X, y: [1, 2], blockRows: 0 })).toThrow("blockRows is 0");
    expect(() => arrayRows({ X, y: [1, 2], columns: ["a", "b"] })).toThrow(
      "found length 2, expected 1",
    );
  });

  it("fall into pieces that cover each row once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 45 }),
        (rows, size) => {
          const block = { X: random(rows, 3), y: random(rows, 1), weights: numbers(rows) };
          const parts = [...pieces(block, size)];
          expect(parts.every(({ X }) => X.rows <= size && X.rows > 0)).toBe(true);
          expect(parts.flatMap(({ X }) => Array.from(X.data))).toEqual(Array.from(block.X.data));
          expect(parts.flatMap(({ weights = [] }) => Array.from(weights))).toEqual(
            Array.from(block.weights),
          );
        },
      ),
    );
  });
});

describe("weighted products", () => {
  it.each([
    [1, 1, 1],
    [5, 1, 1],
    [7, 3, 2],
    [3, 0, 2],
    [70, 1, 1],
    [70, 2, 2],
  ])("of %i columns, %i weights and %i vectors are sums over the rows", (P, K, L) => {
    const N = 300;
    const X = random(N, P, 2);
    const W = numbers(N * Math.max(K, 1), 3).map(Math.abs);
    const S = numbers(N * L, 4);
    const products = new WeightedProducts(P, K, L);
    for (const piece of pieces({ X, y: X }, Math.min(97, products.capacity))) {
      const start = (piece.X.data.byteOffset - X.data.byteOffset) / 8 / P;
      products.load(piece.X);
      products.add(W.subarray(start * K), S.subarray(start * L));
    }
    products.finish();
    for (let k = 0; k < K; k++) {
      const expected = new Float64Array(P * P);
      for (let n = 0; n < N; n++) {
        for (let t = 0; t < P * P; t++) {
          expected[t] += W[n * K + k] * X.data[n * P + Math.floor(t / P)] * X.data[n * P + (t % P)];
        }
      }
      const found = products.gram(k).data;
      const size = Math.max(...expected);
      expect(Math.max(...found.map((v, t) => Math.abs(v - expected[t]))) / size).toBeLessThan(
        1e-13,
      );
      expect(found.every((v, t) => v === found[(t % P) * P + Math.floor(t / P)])).toBe(true);
    }
    for (let l = 0; l < L; l++) {
      const expected = Array.from({ length: P }, (_, j) => {
        let sum = 0;
        for (let n = 0; n < N; n++) sum += S[n * L + l] * X.data[n * P + j];
        return sum;
      });
      expect(relativeError(products.vector(l), expected)).toBeLessThan(1e-11);
    }
  });
});
