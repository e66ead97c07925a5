import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../../src/errors.ts";
import type { Eigen, Kernels } from "../../../src/linalg/kernels.ts";
import { copy, identity, type Matrix, zeros } from "../../../src/linalg/matrix.ts";
import {
  distance,
  largest,
  lowerOnly,
  product,
  random,
  single,
  symmetric,
  tabulate,
} from "../matrices.ts";

/** V diag(values) */
function scaledColumns({ values, vectors }: Eigen): Matrix {
  const n = values.length;
  return { ...vectors, data: vectors.data.map((v, t) => v * values[t % n]) };
}

export function eigenSuite(kernels: () => Kernels): void {
  /** The decomposition, after its defining properties have been checked at the scale of A. */
  const decompose = (A: Matrix): Eigen => {
    const n = A.rows;
    const eigen = kernels().eigh(lowerOnly(A));
    const V = eigen.vectors;
    const norm = largest(A.data);
    const tolerance = 1e-15 * (30 + n);
    expect(distance(product(V, V, { transA: true }).data, identity(n).data)).toBeLessThan(
      tolerance,
    );
    // both sides divided by the norm, which may be near the ends of the range
    const unit = { ...A, data: A.data.map((a) => (norm === 0 ? a : a / norm)) };
    const scaled = { ...eigen, values: eigen.values.map((v) => (norm === 0 ? v : v / norm)) };
    expect(distance(product(unit, V).data, scaledColumns(scaled).data)).toBeLessThan(3 * tolerance);
    for (let i = 1; i < n; i++) expect(eigen.values[i]).toBeGreaterThanOrEqual(eigen.values[i - 1]);
    return eigen;
  };

  describe("eigh", () => {
    it.each([1, 2, 3, 5, 7, 14, 15, 31, 40, 63, 64, 65, 70, 79, 81, 128, 201])(
      "A = V diag(values) Vᵀ with orthonormal columns, n = %i",
      (n) => {
        const A = symmetric(n, n);
        const eigen = decompose(A);
        const back = product(scaledColumns(eigen), eigen.vectors, { transB: true });
        expect(distance(back.data, A.data)).toBeLessThan(1e-15 * (30 + 2 * n));
      },
    );

    it("keeps A and takes the empty matrix", () => {
      const A = symmetric(9);
      const before = copy(A);
      kernels().eigh(A);
      expect(A).toEqual(before);
      expect(kernels().eigh(zeros(0, 0)).values).toEqual(new Float64Array(0));
    });

    it("gives the known eigenvalues of the discrete Laplacian", () => {
      for (const n of [1, 2, 10, 57, 90]) {
        const A = tabulate(n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0));
        const known = Array.from(
          { length: n },
          (_, k) => 4 * Math.sin(((k + 1) * Math.PI) / (2 * (n + 1))) ** 2,
        );
        expect(distance(decompose(A).values, known)).toBeLessThan(1e-14);
      }
    });

    it("tells the nearly equal eigenvalues of Wilkinson's matrix W21+ apart", () => {
      const A = tabulate(21, (i, j) =>
        i === j ? Math.abs(i - 10) : Math.abs(i - j) === 1 ? 1 : 0,
      );
      const { values } = decompose(A);
      // 50-digit arithmetic
      const known = [-1.125441522119984, 0.253805817096678, 10.746194182903322, 10.746194182903393];
      expect(distance([values[0], values[1], values[19], values[20]], known)).toBeLessThan(2e-14);
      expect(values[20] - values[19]).toBeGreaterThan(4e-14);
    });

    it("gives the eigenvalues of Hilbert's matrix to rounding at the scale of its norm", () => {
      const A = tabulate(8, (i, j) => 1 / (i + j + 1));
      // 50-digit arithmetic; the condition number is 1.5e10
      const known = [
        1.111538966372442e-10, 1.798873745817577e-8, 1.294332091872811e-6, 5.436943369749942e-5,
        0.001467688117741867, 0.02621284357811905, 0.2981252113169307, 1.69593899692195,
      ];
      expect(distance(decompose(A).values, known)).toBeLessThan(4e-15);
    });

    it("takes zero, identity, diagonal and rank-one matrices", () => {
      for (const n of [1, 2, 17, 85]) {
        expect(decompose(zeros(n, n)).values).toEqual(new Float64Array(n));
        expect(decompose(identity(n, 3)).values).toEqual(new Float64Array(n).fill(3));
        const D = tabulate(n, (i, j) => (i === j ? ((7 * i) % n) - 3 : 0));
        const sorted = Float64Array.from({ length: n }, (_, i) => ((7 * i) % n) - 3).sort();
        expect(distance(decompose(D).values, sorted)).toBe(0);
        const ones = decompose(tabulate(n, () => 1)).values;
        expect(Math.abs(ones[n - 1] - n)).toBeLessThan(1e-14 * n);
        expect(largest(ones.slice(0, -1))).toBeLessThan(1e-14 * n);
      }
    });

    it("keeps orthonormal vectors for equal and nearly equal eigenvalues", () => {
      for (const n of [12, 96]) {
        // a reflection has the eigenvalue −1 once and 1 otherwise
        const u = random(n, 1);
        const square = u.data.reduce((s, x) => s + x * x, 0);
        const R = tabulate(n, (i, j) => (i === j ? 1 : 0) - (2 * u.data[i] * u.data[j]) / square);
        const { values } = decompose(R);
        expect(distance(values, [-1, ...Array(n - 1).fill(1)])).toBeLessThan(1e-14);
        const nearly = copy(R);
        for (let i = 0; i < n; i++) nearly.data[i * (n + 1)] += i * 1e-15;
        decompose(nearly);
      }
    });

    it("takes matrices near the ends of the range of doubles", () => {
      for (const n of [2, 9, 83]) {
        const A = symmetric(n, 3);
        const { values } = decompose(A);
        for (const scale of [2 ** -1020, 2 ** -700, 2 ** 700, 2 ** 1010]) {
          const scaled = decompose({ ...A, data: A.data.map((a) => a * scale) }).values;
          expect(
            distance(
              scaled.map((v) => v / scale),
              values,
            ),
          ).toBeLessThan(1e-14 * n);
        }
      }
      // denormal numbers
      const tiny = kernels().eigh(tabulate(3, (i, j) => (i === j ? (i + 1) * 5e-324 : 0)));
      expect(tiny.values).toEqual(Float64Array.of(5e-324, 1e-323, 1.5e-323));
    });

    it("takes graded matrices and blocks that are tiny beside the rest", () => {
      for (const n of [8, 88]) {
        decompose(tabulate(n, (i, j) => 10 ** (-(300 / n) * Math.max(i, j))));
        decompose(tabulate(n, (i, j) => 10 ** (-(300 / n) * (n - Math.min(i, j)))));
        decompose(tabulate(n, (i, j) => (i === j && i === 0 ? 1 : i !== j ? 1e-180 : 0)));
        decompose(tabulate(n, (i, j) => (Math.abs(i - j) === 1 ? (i + j === 1 ? 1 : 1e-160) : 0)));
      }
    });

    it("keeps trace and Frobenius norm", () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(1000), (n, seed) => {
          const A = symmetric(n, seed);
          const { values } = decompose(A);
          const sum = (x: ArrayLike<number>): number => Array.from(x).reduce((s, v) => s + v, 0);
          const trace = sum(Array.from({ length: n }, (_, i) => A.data[i * (n + 1)]));
          expect(Math.abs(sum(values) - trace)).toBeLessThan(1e-14 * n);
          const squares = sum(A.data.map((a) => a * a));
          expect(Math.abs(sum(values.map((v) => v * v)) - squares)).toBeLessThan(1e-14 * n * n);
        }),
        { numRuns: 40 },
      );
    });

    it("refuses NaN, infinity and what is not a square float64 matrix", () => {
      for (const n of [5, 90]) {
        for (const bad of [Number.NaN, -Infinity]) {
          const A = identity(n);
          A.data[3 * n + 1] = bad;
          expect(() => kernels().eigh(A)).toThrow(DomainError);
          expect(() => kernels().eigh(A)).toThrow(`entry (3, 1) is ${bad}`);
        }
      }
      expect(() => kernels().eigh(zeros(2, 3))).toThrow(ShapeError);
      expect(() => kernels().eigh(single(identity(2)) as unknown as Matrix)).toThrow(ShapeError);
    });
  });
}
