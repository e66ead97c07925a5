import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.ts";
import { blockDiagonalOperator } from "../../src/linalg/blockDiagonalOperator.ts";
import {
  toBlocks,
  toDiagonal,
  toFull,
  toKroneckerBlocks,
  toLowRank,
} from "../../src/linalg/conversions.ts";
import { denseOperator } from "../../src/linalg/dense.ts";
import { diagonalOperator } from "../../src/linalg/diagonalOperator.ts";
import { kroneckerOperator } from "../../src/linalg/kroneckerOperator.ts";
import { fromRows, type Matrix, matrix, zeros } from "../../src/linalg/matrix.ts";
import { matrixFree } from "../../src/linalg/matrixFree.ts";
import { nearestKronecker } from "../../src/linalg/nearestKronecker.ts";
import { singular } from "../../src/linalg/singular.ts";
import {
  distance,
  largest,
  numbers,
  positiveDefinite,
  product,
  symmetric,
  tabulate,
} from "../support/matrices.ts";

const size = (A: ArrayLike<number>): number => Math.hypot(...Array.from(A));
const apart = (A: Matrix, B: Matrix): number => size(A.data.map((x, i) => x - B.data[i]));

/** Row (i, k) holds block (i, k): singular values of it say how near A is to a Kronecker product. */
function rearranged(A: Matrix, m: number, n: number): Matrix {
  const R = zeros(m * m, n * n);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < m; k++) {
      for (let j = 0; j < n; j++) {
        for (let l = 0; l < n; l++) {
          R.data[(i * m + k) * n * n + j * n + l] = A.data[(i * n + j) * A.cols + k * n + l];
        }
      }
    }
  }
  return R;
}

describe("the nearest Kronecker product", () => {
  it("of one is that one", () => {
    const [L, R] = [positiveDefinite(3, 1), positiveDefinite(5, 2)];
    const A = kroneckerOperator(L, R).dense();
    const found = nearestKronecker(A, 3, 5);
    expect(distance(found.dense().data, A.data)).toBeLessThan(1e-12);
    expect(Math.abs(size(found.left.data) - size(found.right.data))).toBeLessThan(1e-12);
  });

  it.each([
    [3, 4],
    [4, 3],
    [1, 12],
    [12, 1],
    [6, 2],
  ])("with factors of %i and %i leaves all but the first singular value", (m, n) => {
    for (const A of [positiveDefinite(12, 3), symmetric(12, 4)]) {
      const found = nearestKronecker(A, m, n);
      const R = rearranged(A, m, n);
      const tall = m < n ? { rows: R.cols, cols: R.rows, data: transposed(R) } : R;
      const { values, left } = singular(tall);
      const rest = size(values.slice(1));
      const error = apart(found.dense(), A);
      // its first singular vector belongs to symmetric factors, or there is a nearer product that has none
      const side = Math.sqrt(tall.rows);
      const first = Float64Array.from({ length: tall.rows }, (_, i) => left.data[i * left.cols]);
      const mirrored = first.map((_, t) => first[(t % side) * side + Math.floor(t / side)]);
      if (distance(first, mirrored) < 1e-8) expect(Math.abs(error - rest)).toBeLessThan(1e-10);
      else expect(error).toBeGreaterThan(rest);
      if (A.data[0] > 0.5) {
        expect(denseOperator(found.left).eigenvalues()[0]).toBeGreaterThan(0);
        expect(denseOperator(found.right).eigenvalues()[0]).toBeGreaterThan(0);
      }
    }
  });

  it("has no neighbour that is nearer", () => {
    const A = symmetric(12, 5);
    const best = nearestKronecker(A, 3, 4);
    const error = apart(best.dense(), A);
    for (let seed = 10; seed < 20; seed++) {
      const [dL, dR] = [symmetric(3, seed), symmetric(4, seed + 20)];
      const moved = (B: Matrix, d: Matrix): Matrix => ({
        ...B,
        data: B.data.map((x, t) => x + 1e-3 * d.data[t]),
      });
      const other = kroneckerOperator(moved(best.left, dL), moved(best.right, dR));
      expect(apart(other.dense(), A)).toBeGreaterThan(error);
    }
  });

  it("has symmetric factors, though antisymmetric ones be nearer", () => {
    const J = fromRows([
      [0, 1],
      [-1, 0],
    ]);
    const [L, R] = [positiveDefinite(2, 7), positiveDefinite(2, 8)];
    // J ⊗ J is symmetric, and orthogonal to every product of symmetric matrices
    const A = tabulate(4, (s, t) => {
      const [i, k, j, l] = [s >> 1, t >> 1, s & 1, t & 1];
      const product = L.data[i * 2 + k] * R.data[j * 2 + l];
      return 9 * J.data[i * 2 + k] * J.data[j * 2 + l] + 0.1 * product;
    });
    const found = nearestKronecker(A, 2, 2).dense();
    const expected = kroneckerOperator(L, R).scaled(0.1).dense();
    expect(distance(found.data, expected.data)).toBeLessThan(1e-12);
  });

  it("of zero is zero, and sizes have to fit", () => {
    expect(largest(nearestKronecker(zeros(6, 6), 2, 3).dense().data)).toBe(0);
    expect(() => nearestKronecker(positiveDefinite(6), 4, 2)).toThrow(ShapeError);
    expect(() => nearestKronecker(positiveDefinite(6), 1.5, 4)).toThrow(ShapeError);
  });
});

function transposed({ rows, cols, data }: Matrix): Float64Array {
  return Float64Array.from(
    { length: data.length },
    (_, t) => data[(t % rows) * cols + Math.floor(t / rows)],
  );
}

describe("conversions", () => {
  const A = positiveDefinite(6, 6);
  const free = matrixFree(6, (v) => product(A, matrix(6, 1, v)).data);
  const places = [
    { name: "outer", indices: [5, 0] },
    { name: "inner", indices: [1, 2, 3, 4] },
  ];

  it("keep every entry, the diagonal, blocks", () => {
    for (const B of [denseOperator(A), free]) {
      expect(distance(toFull().of(B).matrix.data, A.data)).toBeLessThan(1e-15);
      expect(distance(toDiagonal().of(B).diagonal(), B.diagonal())).toBe(0);
      const blocks = toBlocks(places).of(B);
      const part = (i: number): number => (i % 5 === 0 ? 0 : 1);
      const expected = tabulate(6, (i, j) => (part(i) === part(j) ? A.data[i * 6 + j] : 0));
      expect(distance(blocks.dense().data, expected.data)).toBeLessThan(1e-15);
      expect(blocks.blocks[0].operator.matrix.data[1]).toBe(A.data[5 * 6]);
    }
  });

  it("find the nearest Kronecker product in each block", () => {
    const places = [
      { name: "first", indices: [5, 0], left: 1 },
      { name: "second", indices: [1, 2, 3, 4], left: 2 },
    ];
    const found = toKroneckerBlocks(places).of(denseOperator(A));
    expect(found.blocks.map(({ operator }) => operator.right.rows)).toEqual([2, 2]);
    const block = toBlocks(places).of(denseOperator(A)).blocks[1].operator.matrix;
    const nearest = nearestKronecker(block, 2, 2).dense();
    expect(distance(found.blocks[1].operator.dense().data, nearest.data)).toBe(0);
  });

  it("keep the largest eigenvalues", () => {
    const B = toLowRank(2).of(denseOperator(A));
    const values = denseOperator(A).eigenvalues();
    const expected = Float64Array.of(0, 0, 0, 0, ...values.slice(-2));
    expect(distance(B.eigenvalues(), expected)).toBeLessThan(1e-13);
    expect(Math.abs(apart(B.dense(), A) - size(values.slice(0, 4)))).toBeLessThan(1e-13);
    const negative = diagonalOperator(Float64Array.of(1, -1));
    expect(() => toLowRank(2).of(negative)).toThrow(DomainError);
  });

  it("of large matrices go by products with unit vectors", () => {
    const n = 4200;
    const others = Array.from({ length: n }, (_, i) => i).filter((i) => i !== 7 && i !== 4100);
    const pair = fromRows([
      [2, 1],
      [1, 3],
    ]);
    const entries = numbers(n - 2);
    const big = blockDiagonalOperator([
      { name: "pair", indices: [7, 4100], operator: denseOperator(pair) },
      { name: "others", indices: others, operator: diagonalOperator(entries) },
    ]);
    const swapped = { name: "pair", indices: [4100, 7] };
    expect(() => toBlocks([swapped]).of(big)).toThrow("blocks of 2 coordinates in all");
    const single = others.map((i) => ({ name: `${i}`, indices: [i] }));
    const { blocks } = toBlocks([swapped, ...single]).of(big);
    expect([...blocks[0].operator.matrix.data]).toEqual([3, 1, 1, 2]);
    expect(blocks.slice(1).every(({ operator }, i) => operator.trace() === entries[i])).toBe(true);
  });
});
