import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NotPositiveDefiniteError, ShapeError } from "../../../src/errors.ts";
import type { Kernels } from "../../../src/linalg/kernels.ts";
import { copy, identity, type Matrix, matrix, zeros } from "../../../src/linalg/matrix.ts";
import {
  binomials,
  distance,
  largest,
  lowerOnly,
  pascal,
  positiveDefinite,
  product,
  random,
  single,
  tabulate,
} from "../matrices.ts";

export function choleskySuite(kernels: () => Kernels): void {
  const factor = (A: Matrix): Matrix => {
    const L = lowerOnly(A);
    kernels().cholesky(L);
    return L;
  };
  const failure = (A: Matrix): NotPositiveDefiniteError => {
    try {
      factor(A);
    } catch (error) {
      if (error instanceof NotPositiveDefiniteError) return error;
      throw error;
    }
    throw new Error("the factorization did not fail");
  };

  describe("cholesky", () => {
    it.each([1, 2, 3, 5, 14, 19, 20, 21, 33, 47, 48, 49, 70, 97, 200, 301])(
      "A = L Lᵀ with L lower triangular, n = %i",
      (n) => {
        const A = positiveDefinite(n, n);
        const L = factor(A);
        expect(distance(product(L, L, { transB: true }).data, A.data)).toBeLessThan(
          1e-15 * (10 + n) * largest(A.data),
        );
        for (let i = 0; i < n; i++) {
          expect(L.data[i * (n + 1)]).toBeGreaterThan(0);
          expect(L.data.slice(i * n + i + 1, (i + 1) * n).every((x) => x === 0)).toBe(true);
        }
      },
    );

    it("takes the empty matrix", () => {
      kernels().cholesky(zeros(0, 0));
    });

    it("is exact where all arithmetic is in integers: Pascal's matrix", () => {
      for (const n of [1, 4, 9, 18, 24]) expect(factor(pascal(n)).data).toEqual(binomials(n).data);
    });

    it("gives the determinant of the inverse Hilbert matrix", () => {
      // integer entries; det of Hilbert's matrix of order 5 is 1 / 266 716 800 000, its condition 5e5
      const inverse = matrix(
        5,
        5,
        Float64Array.of(
          ...[25, -300, 1050, -1400, 630],
          ...[-300, 4800, -18900, 26880, -12600],
          ...[1050, -18900, 79380, -117600, 56700],
          ...[-1400, 26880, -117600, 179200, -88200],
          ...[630, -12600, 56700, -88200, 44100],
        ),
      );
      const L = factor(inverse);
      const determinant = [0, 1, 2, 3, 4].reduce((p, i) => p * L.data[i * 6] ** 2, 1);
      expect(Math.abs(determinant / 266716800000 - 1)).toBeLessThan(1e-10);
    });

    it("names the first pivot that is not positive", () => {
      for (const [n, pivot] of [
        [1, 0],
        [5, 2],
        [19, 18],
        [30, 0],
        [60, 50],
        [120, 97],
        [300, 299],
      ]) {
        // unit lower factor with small integers and one negative pivot: exact
        const L = tabulate(n, (i, j) => (i === j ? 1 : i > j ? ((i + 2 * j) % 3) - 1 : 0));
        const scaled = copy(L);
        for (let i = 0; i < n; i++) scaled.data[i * n + pivot] *= -1;
        const error = failure(product(L, scaled, { transB: true }));
        expect(error.pivot).toBe(pivot);
        expect(error.message).toContain(`${n} × ${n} matrix is not positive definite`);
        expect(error.message).toContain(`pivot ${pivot} `);
      }
    });

    it("refuses exactly singular matrices", () => {
      expect(failure(zeros(3, 3)).pivot).toBe(0);
      for (const n of [4, 50]) expect(failure(tabulate(n, () => 1)).pivot).toBe(1);
      // rank 3, in integers
      const G = random(60, 3).data.map((x) => Math.round(4 * x));
      for (const i of [0, 1, 2]) G.fill(0, 3 * i, 3 * i + 3).fill(1, 4 * i, 4 * i + 1);
      const A = product(matrix(60, 3, G), matrix(60, 3, G), { transB: true });
      expect(failure(A).pivot).toBe(3);
    });

    it("takes NaN and infinity for no pivot", () => {
      for (const n of [6, 90]) {
        for (const bad of [Number.NaN, Infinity]) {
          const A = identity(n);
          A.data[4 * (n + 1)] = bad;
          expect(failure(A).pivot).toBe(4);
          const B = identity(n);
          B.data[5 * n + 2] = bad;
          expect(failure(B).pivot).toBe(5);
        }
      }
    });

    it("works near the ends of the range of doubles", () => {
      for (const scale of [2 ** -1000, 2 ** 1000]) {
        for (const n of [3, 40]) {
          const A = positiveDefinite(n);
          const L = factor(A);
          const S = factor({ ...A, data: A.data.map((x) => x * scale) });
          expect(S.data).toEqual(L.data.map((x) => x * Math.sqrt(scale)));
        }
      }
    });

    it("factors every matrix with a dominant diagonal", () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(1000), (n, seed) => {
          const A = random(n, n, seed);
          const D = tabulate(n, (i, j) =>
            i === j ? n + 1 : A.data[Math.max(i, j) * n + Math.min(i, j)],
          );
          const L = factor(D);
          expect(distance(product(L, L, { transB: true }).data, D.data)).toBeLessThan(1e-13 * n);
        }),
      );
    });

    it("refuses what is not a square float64 matrix", () => {
      expect(() => kernels().cholesky(zeros(2, 3))).toThrow(ShapeError);
      const float32 = single(identity(2)) as unknown as Matrix;
      expect(() => kernels().cholesky(float32)).toThrow("square float64 matrix");
    });
  });
}
