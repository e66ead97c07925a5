import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../../src/errors.ts";
import type { Kernels } from "../../../src/linalg/kernels.ts";
import { copy, identity, type Matrix, matrix, zeros } from "../../../src/linalg/matrix.ts";
import { binomials, distance, lowerOnly, numbers, product, random, single } from "../matrices.ts";

/** Well conditioned: the entries below the diagonal sum up to less than it. */
function lower(n: number): Matrix {
  const L = random(n, n, 11);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) L.data[i * n + j] = j < i ? L.data[i * n + j] / n : 0;
    L.data[i * (n + 1)] = 1 + (i % 3);
  }
  return L;
}

export function triangularSuite(kernels: () => Kernels): void {
  describe("solveTriangular", () => {
    it("inverts the product, both ways, for one and many columns", () => {
      for (const n of [1, 2, 3, 7, 19, 33, 47, 48, 49, 71, 72, 97, 150]) {
        for (const k of [1, 2, 5, 33]) {
          const L = lower(n);
          const X = random(n, k, 12);
          for (const transpose of [false, true]) {
            const B = product(L, X, { transA: transpose });
            kernels().solveTriangular(lowerOnly(L), B, { transpose });
            expect(distance(B.data, X.data)).toBeLessThan(1e-13);
          }
        }
      }
    });

    it("is exact in integers: Pascal's triangle", () => {
      const L = binomials(18);
      for (const k of [1, 4]) {
        const X = matrix(
          18,
          k,
          numbers(18 * k).map((x) => Math.round(5 * x)),
        );
        for (const transpose of [false, true]) {
          const B = product(L, X, { transA: transpose });
          kernels().solveTriangular(L, B, { transpose });
          expect(B.data.map((x) => x + 0)).toEqual(X.data.map((x) => x + 0));
        }
      }
    });

    it("keeps L, works on views and takes empty operands", () => {
      const L = lower(5);
      const before = copy(L);
      const around = new Float64Array(12).fill(7);
      kernels().solveTriangular(L, matrix(5, 2, around.subarray(1, 11)));
      expect(L).toEqual(before);
      expect([around[0], around[11]]).toEqual([7, 7]);
      kernels().solveTriangular(zeros(0, 0), zeros(0, 3));
      kernels().solveTriangular(L, zeros(5, 0));
    });

    it("refuses a singular L and shapes that do not agree", () => {
      const singular = identity(3);
      singular.data[4] = 0;
      expect(() => kernels().solveTriangular(singular, zeros(3, 1))).toThrow(DomainError);
      expect(() => kernels().solveTriangular(singular, zeros(3, 1))).toThrow(
        "diagonal entry 1 is 0",
      );
      expect(() => kernels().solveTriangular(identity(3), zeros(2, 1))).toThrow(ShapeError);
      expect(() => kernels().solveTriangular(zeros(2, 3), zeros(2, 1))).toThrow(ShapeError);
      const float32 = single(zeros(3, 1)) as unknown as Matrix;
      expect(() => kernels().solveTriangular(identity(3), float32)).toThrow(ShapeError);
    });
  });
}
