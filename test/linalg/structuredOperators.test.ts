/** Every operation of every structure against the matrix that it stands for. */
import { describe, expect, it } from "vitest";
import { DomainError, NotPositiveDefiniteError, ShapeError } from "../../src/errors.ts";
import { blockDiagonalOperator } from "../../src/linalg/blockDiagonalOperator.ts";
import { BlockKroneckerOperator } from "../../src/linalg/blockKroneckerOperator.ts";
import { denseOperator } from "../../src/linalg/dense.ts";
import { diagonalOperator } from "../../src/linalg/diagonalOperator.ts";
import { eigenbasisOperator } from "../../src/linalg/eigenbasisOperator.ts";
import { innerProduct } from "../../src/linalg/innerProduct.ts";
import { KroneckerOperator, kroneckerOperator } from "../../src/linalg/kroneckerOperator.ts";
import { LowRankOperator, lowRankOperator } from "../../src/linalg/lowRankOperator.ts";
import { fromRows, identity, type Matrix, matrix, zeros } from "../../src/linalg/matrix.ts";
import { MatrixFreeOperator, matrixFree } from "../../src/linalg/matrixFree.ts";
import type { SymmetricOperator } from "../../src/linalg/operator.ts";
import { sampleInverse } from "../../src/linalg/sampling.ts";
import { add, scale } from "../../src/linalg/sum.ts";
import { stream } from "../../src/random/streams.ts";
import {
  distance,
  largest,
  numbers,
  positiveDefinite,
  product,
  random,
  symmetric,
  tabulate,
} from "../support/matrices.ts";

const D = 24;
const damping = 0.3;

/** L ⊗ R by its definition. */
function kronecker(L: Matrix, R: Matrix): Matrix {
  const n = R.rows;
  return tabulate(
    L.rows * n,
    (s, t) =>
      L.data[Math.floor(s / n) * L.rows + Math.floor(t / n)] * R.data[(s % n) * n + (t % n)],
  );
}

/** Orthonormal columns: Householder's reflection of a vector. */
function reflection(n: number, seed: number): Matrix {
  const u = numbers(n, seed);
  const square = u.reduce((sum, x) => sum + x * x, 0);
  return tabulate(n, (i, j) => (i === j ? 1 : 0) - (2 * u[i] * u[j]) / square);
}

function diagonalMatrix(entries: Float64Array): Matrix {
  return tabulate(entries.length, (i, j) => (i === j ? entries[i] : 0));
}

function embedded(parts: readonly (readonly [readonly number[], Matrix])[]): Matrix {
  const A = zeros(D, D);
  for (const [indices, { data }] of parts) {
    const n = indices.length;
    indices.forEach((i, s) => {
      indices.forEach((j, t) => {
        A.data[i * D + j] = data[s * n + t];
      });
    });
  }
  return A;
}

const full = positiveDefinite(D);
const entries = numbers(D).map((x) => 1.5 + x);
const [L, R] = [positiveDefinite(4, 2), positiveDefinite(6, 3)];
const [P, Q] = [reflection(4, 4), reflection(6, 5)];
const basis = kronecker(P, Q);
const spectrum = numbers(D, 6).map((x) => 1.2 + x);
const rows = random(7, D, 7);
// interleaved, as the weights and biases of a layer are
const evens = Array.from({ length: 12 }, (_, i) => 2 * i);
const odds = Array.from({ length: 7 }, (_, i) => 2 * i + 1);
const rest = [15, 23, 21, 19, 17];
const parts = [
  { name: "evens", indices: evens, operator: kroneckerOperator(positiveDefinite(3, 8), L) },
  { name: "odds", indices: odds, operator: denseOperator(positiveDefinite(7, 9)) },
  { name: "rest", indices: rest, operator: diagonalOperator(entries.slice(0, 5)) },
];
const blocks = embedded([
  [evens, kronecker(positiveDefinite(3, 8), L)],
  [odds, positiveDefinite(7, 9)],
  [rest, diagonalMatrix(entries.slice(0, 5))],
]);

interface Case {
  readonly name: string;
  readonly operator: SymmetricOperator;
  readonly A: Matrix;
  /** of what is solved */
  readonly tolerance: number;
}

const cases: readonly Case[] = [
  { name: "dense", operator: denseOperator(full), A: full, tolerance: 1e-13 },
  {
    name: "diagonal",
    operator: diagonalOperator(entries),
    A: diagonalMatrix(entries),
    tolerance: 1e-14,
  },
  {
    name: "matrix-free",
    operator: matrixFree(D, (v) => product(full, matrix(D, 1, v)).data),
    A: full,
    tolerance: 1e-9,
  },
  {
    name: "Kronecker",
    operator: kroneckerOperator(L, R),
    A: kronecker(L, R),
    tolerance: 1e-13,
  },
  {
    name: "eigenbasis",
    operator: eigenbasisOperator(P, Q, spectrum),
    A: product(product(basis, diagonalMatrix(spectrum)), basis, { transB: true }),
    tolerance: 1e-13,
  },
  {
    name: "low-rank",
    operator: lowRankOperator(rows, 0.4),
    A: scaledMatrix(product(rows, rows, { transA: true }), 0.4),
    tolerance: 1e-13,
  },
  { name: "block-diagonal", operator: blockDiagonalOperator(parts), A: blocks, tolerance: 1e-13 },
  {
    name: "sum",
    operator: add(kroneckerOperator(L, R), lowRankOperator(rows)),
    A: sumOf(kronecker(L, R), product(rows, rows, { transA: true })),
    tolerance: 1e-8,
  },
];

function scaledMatrix(A: Matrix, c: number): Matrix {
  return { ...A, data: A.data.map((x) => c * x) };
}

function sumOf(A: Matrix, B: Matrix): Matrix {
  return { ...A, data: A.data.map((x, i) => x + B.data[i]) };
}

const damped = (A: Matrix, lambda: number): Matrix => sumOf(A, identity(A.rows, lambda));
const times = (A: Matrix, v: Float64Array): Float64Array => product(A, matrix(v.length, 1, v)).data;

describe.each(cases)("$name operator", ({ operator, A, tolerance }) => {
  const V = random(D, 3, 11);

  it("multiplies vectors and several at once", () => {
    const v = numbers(D, 10);
    expect(operator.dimension).toBe(D);
    expect(distance(operator.multiply(v), times(A, v))).toBeLessThan(1e-13);
    const many = operator.multiplyMany(V);
    expect(many).toMatchObject({ rows: D, cols: 3 });
    expect(distance(many.data, product(A, V).data)).toBeLessThan(1e-13);
    expect(V).toEqual(random(D, 3, 11));
  });

  it("solves damped systems, one and several", () => {
    const x = numbers(D, 12);
    const b = times(damped(A, damping), x);
    expect(distance(operator.solve(b, { damping }), x)).toBeLessThan(tolerance);
    const B = product(damped(A, damping), V);
    expect(distance(operator.solveMany(B, { damping }).data, V.data)).toBeLessThan(tolerance);
  });

  it("applies the symmetric inverse square root", () => {
    const [u, v] = [numbers(D, 13), numbers(D, 14)];
    const root = (w: Float64Array): Float64Array =>
      operator.inverseSquareRootMultiply(w, { damping });
    const once = root(v);
    expect(distance(times(damped(A, damping), root(once)), v)).toBeLessThan(20 * tolerance);
    const forms = [u.reduce((s, x, i) => s + x * once[i], 0), dotProduct(v, root(u))];
    expect(Math.abs(forms[0] - forms[1])).toBeLessThan(20 * tolerance);
    // and not the negative root
    expect(dotProduct(v, once)).toBeGreaterThan(0);
  });

  it("gives diagonal, trace and all entries", () => {
    const diagonal = Float64Array.from({ length: D }, (_, i) => A.data[i * (D + 1)]);
    expect(distance(operator.diagonal(), diagonal)).toBeLessThan(1e-13);
    expect(Math.abs(operator.trace() - diagonal.reduce((s, x) => s + x, 0))).toBeLessThan(1e-12);
    expect(distance(operator.dense().data, A.data)).toBeLessThan(1e-13);
  });

  it("gives the log-determinant", () => {
    const expected = plainLogDeterminant(damped(A, damping));
    expect(Math.abs(operator.logDeterminant({ damping }) - expected)).toBeLessThan(1e-11);
  });

  it("has all eigenvalues, and eigenvectors of the largest", () => {
    const exact = denseOperator(A).eigenvalues();
    const values = operator.eigenvalues();
    expect(distance(values, exact)).toBeLessThan(1e-12);
    const { values: top, vectors } = operator.eigenpairs(5);
    expect(distance(top, exact.slice(-5).reverse())).toBeLessThan(1e-9);
    const images = product(A, vectors);
    const expected = vectors.data.map((x, t) => x * top[t % 5]);
    expect(distance(images.data, expected)).toBeLessThan(1e-8);
    const overlaps = product(vectors, vectors, { transA: true });
    expect(distance(overlaps.data, identity(5).data)).toBeLessThan(1e-12);
  });

  it("has as many eigenvectors as rows, unless asked for fewer", () => {
    const { values, vectors } = operator.eigenpairs();
    expect(distance(values, denseOperator(A).eigenvalues().reverse())).toBeLessThan(1e-12);
    expect(vectors).toMatchObject({ rows: D, cols: D });
    const expected = vectors.data.map((x, t) => x * values[t % D]);
    expect(distance(product(A, vectors).data, expected)).toBeLessThan(1e-8);
    const overlaps = product(vectors, vectors, { transA: true });
    expect(distance(overlaps.data, identity(D).data)).toBeLessThan(1e-12);
  });

  it("makes no number of what is none, and throws nothing", () => {
    for (const bad of [Number.NaN, Infinity]) {
      const v = numbers(D, 16);
      v[3] = bad;
      const many = { rows: D, cols: 1, data: v };
      for (const found of [
        operator.multiply(v),
        operator.solve(v, { damping }),
        operator.inverseSquareRootMultiply(v, { damping }),
        operator.multiplyMany(many).data,
        operator.solveMany(many, { damping }).data,
      ]) {
        expect(found).toHaveLength(D);
        expect(found[3]).not.toSatisfy(Number.isFinite);
      }
    }
  });

  it("has multiples in its own structure", () => {
    const twice = operator.scaled(2.5);
    expect(twice.constructor).toBe(operator.constructor);
    const expected = scaledMatrix(A, 2.5).data;
    expect(distance(twice.dense().data, expected)).toBeLessThan(1e-12);
    expect(
      distance(twice.multiply(V.data.slice(0, D)), times(scaledMatrix(A, 2.5), V.data.slice(0, D))),
    ).toBeLessThan(1e-12);
    expect(Math.abs(twice.trace() - 2.5 * operator.trace())).toBeLessThan(1e-11);
    expect(() => scale(operator, Number.NaN)).toThrow(DomainError);
  });

  it("refuses what does not fit", () => {
    const short = numbers(D - 1);
    for (const operation of [
      () => operator.multiply(short),
      () => operator.solve(short, { damping }),
      () => operator.inverseSquareRootMultiply(short, { damping }),
      () => operator.multiplyMany(random(D - 1, 2)),
      () => operator.solveMany(random(D + 1, 2), { damping }),
    ]) {
      expect(operation).toThrow(ShapeError);
    }
    const b = numbers(D);
    for (const bad of [-1e-9, Number.NaN, Infinity, "1" as unknown as number]) {
      for (const v of [b, b.map(() => Number.NaN)]) {
        expect(() => operator.solve(v, { damping: bad })).toThrow(DomainError);
        expect(() => operator.inverseSquareRootMultiply(v, { damping: bad })).toThrow(DomainError);
      }
      expect(() => operator.logDeterminant({ damping: bad })).toThrow(DomainError);
    }
    const text = "1" as unknown as number;
    expect(() => operator.solve(b, { damping: text })).toThrow(
      'damping: found "1", expected a finite number ≥ 0',
    );
    for (const count of [0, D + 1, 1.5]) {
      expect(() => operator.eigenpairs(count)).toThrow(DomainError);
    }
  });
});

describe("pairs of operators", () => {
  const pairs = cases.flatMap((a) => cases.map((b) => [a.name, b.name, a, b] as const));

  it.each(pairs)("%s and %s have a sum and an inner product", (_first, _second, a, b) => {
    const sum = add(a.operator, b.operator);
    const S = sumOf(a.A, b.A);
    const v = numbers(D, 15);
    expect(distance(sum.multiply(v), times(S, v))).toBeLessThan(1e-12);
    expect(distance(sum.dense().data, S.data)).toBeLessThan(1e-12);
    expect(
      distance(
        sum.diagonal(),
        S.data.filter((_, t) => t % (D + 1) === 0),
      ),
    ).toBeLessThan(1e-12);
    const x = sum.solve(times(damped(S, damping), v), { damping });
    expect(distance(x, v)).toBeLessThan(1e-8);
    const expected = dotProduct(a.A.data, b.A.data);
    expect(Math.abs(innerProduct(a.operator, b.operator) - expected)).toBeLessThan(
      1e-12 * Math.abs(expected) + 1e-11,
    );
  });
});

it("inner products see bases that differ, and shapes that do", () => {
  const one = eigenbasisOperator(P, Q, spectrum);
  const others = [
    eigenbasisOperator(reflection(4, 20), reflection(6, 21), numbers(D, 22)),
    eigenbasisOperator(reflection(6, 23), reflection(4, 24), numbers(D, 25)),
    kroneckerOperator(symmetric(4, 26), symmetric(6, 27)),
    kroneckerOperator(symmetric(3, 28), symmetric(8, 29)),
  ];
  for (const A of [one, kroneckerOperator(L, R)]) {
    for (const B of others) {
      const expected = dotProduct(A.dense().data, B.dense().data);
      expect(Math.abs(innerProduct(A, B) - expected)).toBeLessThan(1e-12);
      expect(Math.abs(innerProduct(B, A) - expected)).toBeLessThan(1e-12);
    }
  }
});

describe("sums stay in a structure that holds them", () => {
  const structure = (name: string): SymmetricOperator =>
    cases.find((c) => c.name === name)!.operator;

  it.each([
    ["diagonal", "diagonal", "DiagonalOperator"],
    ["dense", "Kronecker", "DenseOperator"],
    ["block-diagonal", "dense", "DenseOperator"],
    ["dense", "matrix-free", "MatrixFreeOperator"],
    ["block-diagonal", "block-diagonal", "BlockDiagonalOperator"],
    ["diagonal", "block-diagonal", "BlockDiagonalOperator"],
    ["low-rank", "low-rank", "LowRankOperator"],
    ["eigenbasis", "eigenbasis", "EigenbasisOperator"],
    ["Kronecker", "Kronecker", "KroneckerOperator"],
    ["Kronecker", "eigenbasis", "MatrixFreeOperator"],
    ["Kronecker", "diagonal", "MatrixFreeOperator"],
  ])("%s + %s: %s", (first, second, expected) => {
    const sum = add(structure(first), structure(second));
    expect(sum.constructor.name).toBe(expected);
  });

  it("of low rank only while the rank is low, or the rows are the same", () => {
    const more = lowRankOperator(random(20, D, 16));
    expect(add(more, lowRankOperator(random(20, D, 17)))).toBeInstanceOf(MatrixFreeOperator);
    const none = add(more, more.scaled(-1));
    expect(none).toBeInstanceOf(LowRankOperator);
    expect(largest(none.dense().data)).toBe(0);
  });

  it("Kronecker products where a factor is shared, and products where none is", () => {
    const other = positiveDefinite(6, 17);
    for (const [A, B] of [
      [kroneckerOperator(L, R), kroneckerOperator(positiveDefinite(4, 18), R)],
      [kroneckerOperator(L, R), kroneckerOperator(L, other)],
      [kroneckerOperator(L, R), kroneckerOperator(L, R).scaled(-0.3)],
    ]) {
      const sum = add(A, B);
      expect(sum).toBeInstanceOf(KroneckerOperator);
      expect(distance(sum.dense().data, sumOf(A.dense(), B.dense()).data)).toBeLessThan(1e-14);
    }
    const apart = add(kroneckerOperator(L, R), kroneckerOperator(positiveDefinite(4, 18), other));
    expect(apart).toBeInstanceOf(MatrixFreeOperator);
    expect(add(kroneckerOperator(L, R), kroneckerOperator(R, L))).toBeInstanceOf(
      MatrixFreeOperator,
    );
  });

  it("with solveFactored, blocks of Kronecker products and dense ones", () => {
    const blocksOf = (right: Matrix) =>
      new BlockKroneckerOperator([
        {
          name: "0",
          indices: evens,
          operator: new KroneckerOperator(positiveDefinite(3, 8), right),
        },
        {
          name: "1",
          indices: [...odds, ...rest],
          operator: denseOperator(positiveDefinite(12, 9)),
        },
      ]);
    const K = blocksOf(L);
    const twice = add(K, K);
    expect(twice).toBeInstanceOf(BlockKroneckerOperator);
    const b = numbers(D, 19);
    expect(
      distance(
        (twice as BlockKroneckerOperator).solveFactored(b, { damping: 0.2 }),
        K.solveFactored(b, { damping: 0.1 }).map((x) => x / 2),
      ),
    ).toBeLessThan(1e-13);
    expect(add(K, blocksOf(positiveDefinite(4, 18)))).not.toBeInstanceOf(BlockKroneckerOperator);
  });

  it("and not of different dimensions", () => {
    expect(() => add(structure("dense"), diagonalOperator(numbers(D + 1)))).toThrow(ShapeError);
    expect(() => innerProduct(structure("dense"), denseOperator(symmetric(3)))).toThrow(ShapeError);
  });
});

describe("samples", () => {
  it("have the inverse as their covariance", () => {
    const n = 20_000;
    for (const { operator, A } of cases.filter(({ name }) => name !== "sum")) {
      const generator = stream(3, "samples");
      const C = zeros(D, D);
      const draws = operator instanceof MatrixFreeOperator ? n / 20 : n;
      for (let s = 0; s < draws; s++) {
        const x = sampleInverse(operator, generator, { damping });
        for (let i = 0; i < D; i++) {
          for (let j = 0; j < D; j++) C.data[i * D + j] += (x[i] * x[j]) / draws;
        }
      }
      const exact = denseOperator(damped(A, damping)).factor().inverse();
      // of x_i x_j the variance is Σ_ii Σ_jj + Σ_ij²; 576 entries, 5 standard errors
      for (let i = 0; i < D; i++) {
        for (let j = 0; j < D; j++) {
          const error = Math.abs(C.data[i * D + j] - exact.data[i * D + j]);
          const variance =
            exact.data[i * (D + 1)] * exact.data[j * (D + 1)] + exact.data[i * D + j] ** 2;
          expect(error).toBeLessThan(5 * Math.sqrt(variance / draws));
        }
      }
    }
  });
});

describe("π-corrected damping", () => {
  const K = kroneckerOperator(L, R);

  it("damps each factor by its share", () => {
    const mean = (A: Matrix): number =>
      A.data.reduce((sum, x, t) => sum + (t % (A.rows + 1) === 0 ? x / A.rows : 0), 0);
    const pi = Math.sqrt(mean(R) / mean(L));
    const A = kronecker(damped(L, Math.sqrt(damping) / pi), damped(R, Math.sqrt(damping) * pi));
    const x = numbers(D, 17);
    expect(distance(K.solveFactored(times(A, x), { damping }), x)).toBeLessThan(1e-13);
    expect(distance(K.solveFactored(times(K.dense(), x)), x)).toBeLessThan(1e-13);
    // which is not the exact solve
    expect(distance(K.solveFactored(x, { damping }), K.solve(x, { damping }))).toBeGreaterThan(0.1);
  });

  it("is exact where a factor is zero, and for a multiple of the identity", () => {
    const b = numbers(D, 18);
    for (const dead of [kroneckerOperator(zeros(4, 4), R), kroneckerOperator(L, zeros(6, 6))]) {
      expect(
        distance(
          dead.solveFactored(b, { damping: 0.5 }),
          b.map((x) => 2 * x),
        ),
      ).toBe(0);
      expect(() => dead.solveFactored(b)).toThrow(NotPositiveDefiniteError);
    }
    const tiny = kroneckerOperator(scaledMatrix(L, 1e-14), R).solveFactored(b, { damping: 0.5 });
    expect(
      distance(
        tiny,
        b.map((x) => 2 * x),
      ),
    ).toBeLessThan(1e-5);
  });

  it("refuses a negative factor", () => {
    expect(() => kroneckerOperator(scaledMatrix(L, -1), R).solveFactored(numbers(D))).toThrow(
      "left factor has a negative trace",
    );
  });
});

describe("bad matrices", () => {
  it("are refused by name, with a damping that would do", () => {
    const singular = kroneckerOperator(
      tabulate(4, () => 1),
      R,
    );
    expect(() => singular.solve(numbers(D))).toThrow(NotPositiveDefiniteError);
    const blocks = blockDiagonalOperator([
      { name: "0.weight", indices: odds.map((_, i) => i), operator: parts[1].operator },
      { name: "2.bias", indices: [7], operator: diagonalOperator(Float64Array.of(-1)) },
    ]);
    expect(() => blocks.solve(numbers(8), { damping: 0.5 })).toThrow("block 2.bias: the diagonal");
    expect(() => blocks.logDeterminant()).toThrow(NotPositiveDefiniteError);
    expect(() => lowRankOperator(rows).solve(numbers(D))).toThrow(
      "a matrix of order 24 and rank 7 at most is singular; use a damping above 0",
    );
    expect(() => eigenbasisOperator(P, Q, numbers(D - 1))).toThrow(ShapeError);
    expect(() =>
      eigenbasisOperator(
        P,
        Q,
        spectrum.map(() => Number.NaN),
      ),
    ).toThrow(DomainError);
  });

  it("are blocks that overlap, are missing, or of another size", () => {
    const one = diagonalOperator(Float64Array.of(1));
    const block = (name: string, ...indices: number[]) => ({ name, indices, operator: one });
    expect(() => blockDiagonalOperator([block("a", 0), block("b", 0)])).toThrow(
      "coordinate 0 is in block a and in b",
    );
    expect(() => blockDiagonalOperator([block("a", 0), block("b", 2)])).toThrow(
      "block b: coordinate 2",
    );
    expect(() => blockDiagonalOperator([block("a", 0, 1)])).toThrow(ShapeError);
  });

  it("are too large to be written out", () => {
    const wide = kroneckerOperator(identity(300), identity(200));
    expect(() => wide.dense()).toThrow("the limit is 2.00 GiB");
    expect(() => wide.eigenpairs()).toThrow(ShapeError);
    expect(() => lowRankOperator(zeros(1, 60_000)).eigenpairs()).toThrow(ShapeError);
    expect(() => matrixFree(60_000, (v) => v).logDeterminant({ damping })).toThrow(
      new ShapeError(
        "log-determinant of a matrix-free operator: a dense 60000 × 60000 matrix takes 26.8 GiB, the limit is 2.00 GiB; " +
          "estimate it, with an error, by spectralQuadrature(A, random, { probes, steps }).logDeterminant({ damping })",
      ),
    );
    expect(() =>
      innerProduct(
        matrixFree(60_000, (v) => v),
        wide,
      ),
    ).toThrow("entry by entry");
    expect(innerProduct(wide, wide)).toBe(60_000);
  });
});

it("eigenvectors of a low-rank matrix are orthonormal however small their eigenvalues", () => {
  const graded = random(5, D, 19);
  for (let t = 0; t < graded.data.length; t++) graded.data[t] *= 10 ** -Math.floor(t / D);
  const { vectors } = lowRankOperator(graded).eigenpairs(5);
  const overlaps = product(vectors, vectors, { transA: true });
  expect(distance(overlaps.data, identity(5).data)).toBeLessThan(1e-14);
});

it("eigenvalues of a negative low-rank matrix begin with its zeros", () => {
  const { values, vectors } = lowRankOperator(rows, -2).eigenpairs(D - 6);
  const exact = denseOperator(scaledMatrix(product(rows, rows, { transA: true }), -2));
  expect(Array.from(values.slice(0, D - 7), Math.abs)).toEqual(Array(D - 7).fill(0));
  expect(Math.abs(values[D - 7] - exact.eigenvalues()[6])).toBeLessThan(1e-13);
  const images = exact.multiplyMany(vectors).data;
  const expected = vectors.data.map((x, t) => x * values[t % (D - 6)]);
  expect(distance(images, expected)).toBeLessThan(1e-13);
});

it("low-rank sums weigh their rows", () => {
  const [A, B] = [
    lowRankOperator(fromRows([[1, 0, 0, 0]]), 2),
    lowRankOperator(fromRows([[0, 3, 0, 0]]), 0.5),
  ];
  expect(largest(distances(add(A, B).diagonal(), [2, 4.5, 0, 0]))).toBeLessThan(1e-15);
});

function distances(a: Float64Array, b: number[]): Float64Array {
  return a.map((x, i) => x - b[i]);
}

function dotProduct(u: Float64Array, v: Float64Array): number {
  return u.reduce((sum, x, i) => sum + x * v[i], 0);
}

/** By Gaussian elimination. */
function plainLogDeterminant({ rows: n, data }: Matrix): number {
  const A = data.slice();
  let sum = 0;
  for (let k = 0; k < n; k++) {
    sum += Math.log(A[k * n + k]);
    for (let i = k + 1; i < n; i++) {
      const f = A[i * n + k] / A[k * n + k];
      for (let j = k; j < n; j++) A[i * n + j] -= f * A[k * n + j];
    }
  }
  return sum;
}
