import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../../../src/errors.ts";
import type { Kernels } from "../../../src/linalg/kernels.ts";
import { copy, type Matrix, matrix, type Reals, zeros } from "../../../src/linalg/matrix.ts";
import { distance, numbers, product, random, single } from "../matrices.ts";

const transposes = [false, true].flatMap((transA) =>
  [false, true].map((transB) => ({ transA, transB })),
);
const scalings = [
  [1, 0],
  [-1, 1],
  [0.5, -2],
  [0, 3],
] as const;
const oddSizes = Array.from({ length: 36 }, (_, i) => 2 * i + 1).map((n) => Math.min(n, 70));
/** Off the multiples of every block: the micro kernel's, the panels' and the copied blocks'. */
const largeSizes = [
  [130, 66, 257],
  [65, 9, 515],
  [67, 515, 3],
  [2051, 2, 3],
  [2, 2053, 3],
  [3, 2, 4099],
] as const;

/** Rounding of sums of k terms below 1; `unit` is the spacing of the element type at 1. */
function rounding(k: number, unit: number): number {
  return (unit * (k + 8) ** 1.5) / 2;
}

/** alpha · P + beta · C, by the definition. */
function combined(P: Matrix, alpha: number, beta: number, C: Matrix<Reals>): Float64Array {
  return P.data.map((p, i) => alpha * p + (beta === 0 ? 0 : beta * C.data[i]));
}

export function productSuite(kernels: () => Kernels): void {
  describe("gemm", () => {
    const check = (
      m: number,
      n: number,
      k: number,
      all: readonly (readonly [number, number])[] = [[0.5, -2]],
    ): void => {
      for (const { transA, transB } of transposes) {
        const A = transA ? random(k, m, 2) : random(m, k, 2);
        const B = transB ? random(n, k, 3) : random(k, n, 3);
        const P = product(A, B, { transA, transB });
        const P32 = product(single(A), single(B), { transA, transB });
        for (const [alpha, beta] of all) {
          const options = { transA, transB, alpha, beta };
          const C = random(m, n, 4);
          const C32 = single(C);
          const expected = combined(P, alpha, beta, C);
          const expected32 = combined(P32, alpha, beta, C32);
          kernels().gemm(A, B, C, options);
          kernels().gemm(single(A), single(B), C32, options);
          expect(distance(C.data, expected)).toBeLessThan(rounding(k, 2 ** -52));
          expect(distance(C32.data, expected32)).toBeLessThan(rounding(k, 2 ** -23));
        }
      }
    };

    it("agrees with the definition for sizes 1 to 70, all transposes and scalings", () => {
      for (const n of oddSizes) check(n, Math.max(1, 70 - n), n + (n % 4), scalings);
    });

    it.each(largeSizes)("agrees with the definition for %i × %i, depth %i", (m, n, k) =>
      check(m, n, k),
    );

    it("overwrites whatever C held if beta is 0, and keeps NaN of the operands", () => {
      const C = matrix(2, 2, new Float64Array(4).fill(Number.NaN));
      const I = matrix(2, 2, Float64Array.of(1, 0, 0, 1));
      kernels().gemm(I, I, C);
      expect([...C.data]).toEqual([1, 0, 0, 1]);
      kernels().gemm(I, matrix(2, 2, Float64Array.of(Number.NaN, 1, 2, 3)), C);
      expect([...C.data]).toEqual([Number.NaN, 1, Number.NaN, 3]);
    });

    it("is exact for integers, hence associative", () => {
      const size = fc.integer({ min: 1, max: 20 });
      fc.assert(
        fc.property(size, size, size, size, fc.nat(1000), (m, k, l, n, seed) => {
          const integers = (rows: number, cols: number, s: number): Matrix =>
            matrix(
              rows,
              cols,
              numbers(rows * cols, seed + s).map((x) => Math.round(9 * x) + 0),
            );
          const [A, B, C] = [integers(m, k, 1), integers(k, l, 2), integers(l, n, 3)];
          const [AB, BC, left, right] = [zeros(m, l), zeros(k, n), zeros(m, n), zeros(m, n)];
          kernels().gemm(A, B, AB);
          kernels().gemm(AB, C, left);
          kernels().gemm(B, C, BC);
          kernels().gemm(A, BC, right);
          expect(left.data.map((x) => x + 0)).toEqual(right.data.map((x) => x + 0));
        }),
      );
    });

    it("works on views and writes nothing beside them", () => {
      const [m, n, k] = [19, 23, 29];
      const within = (A: Matrix): Matrix => {
        const around = new Float64Array(A.data.length + 10).fill(7);
        around.set(A.data, 3);
        return matrix(A.rows, A.cols, around.subarray(3, 3 + A.data.length));
      };
      const [A, B, C] = [within(random(m, k, 1)), within(random(k, n, 2)), within(zeros(m, n))];
      kernels().gemm(A, B, C);
      expect(distance(C.data, product(A, B).data)).toBeLessThan(1e-14);
      const all = new Float64Array(C.data.buffer);
      expect([...all.subarray(0, 3), ...all.subarray(3 + m * n)]).toEqual(Array(10).fill(7));
    });

    it("takes empty operands", () => {
      const C = matrix(2, 2, Float64Array.of(1, 2, 3, 4));
      kernels().gemm(zeros(2, 0), zeros(0, 2), C, { beta: 2 });
      expect([...C.data]).toEqual([2, 4, 6, 8]);
      kernels().gemm(zeros(2, 0), zeros(0, 2), C);
      expect([...C.data]).toEqual([0, 0, 0, 0]);
      kernels().gemm(zeros(0, 3), zeros(3, 2), zeros(0, 2));
      kernels().syrk(zeros(0, 3), zeros(0, 0));
      kernels().syrk(zeros(2, 0), C, { beta: 1 });
      expect([...C.data]).toEqual([0, 0, 0, 0]);
    });

    it("refuses shapes, lengths and element types that do not agree", () => {
      const gemm = (A: Matrix<Reals>, B: Matrix<Reals>, C: Matrix<Reals>) => () =>
        kernels().gemm(A, B, C);
      expect(gemm(zeros(2, 3), zeros(2, 3), zeros(2, 3))).toThrow(
        "product of 2 × 3 and 2 × 3 into 2 × 3",
      );
      expect(gemm(zeros(2, 3), zeros(3, 2), zeros(3, 2))).toThrow(ShapeError);
      expect(gemm(zeros(2, 2), single(zeros(2, 2)), zeros(2, 2))).toThrow(
        "one element type, found Float64Array and Float32Array",
      );
      const short = { rows: 2, cols: 2, data: new Float64Array(3) };
      expect(gemm(short, zeros(2, 2), zeros(2, 2))).toThrow("has 4 entries, found 3");
      const negative = { rows: -2, cols: -2, data: new Float64Array(4) };
      expect(gemm(negative, zeros(2, 2), zeros(2, 2))).toThrow("shape -2 × -2");
      const integers = { rows: 2, cols: 2, data: new Int32Array(4) as unknown as Float64Array };
      expect(gemm(integers, integers, integers)).toThrow("Float64Array or Float32Array");
    });
  });

  describe("syrk", () => {
    const check = (
      n: number,
      k: number,
      all: readonly (readonly [number, number])[] = [[0.5, -2]],
    ): void => {
      for (const transA of [false, true]) {
        const A = transA ? random(k, n, 5) : random(n, k, 5);
        const P = product(A, A, { transA, transB: !transA });
        const P32 = product(single(A), single(A), { transA, transB: !transA });
        for (const [alpha, beta] of all) {
          const G = random(n, 3, 6);
          const C = product(G, G, { transB: true });
          const C32 = single(C);
          const expected = combined(P, alpha, beta, C);
          const expected32 = combined(P32, alpha, beta, C32);
          kernels().syrk(A, C, { transA, alpha, beta });
          kernels().syrk(single(A), C32, { transA, alpha, beta });
          expect(distance(C.data, expected)).toBeLessThan(rounding(k, 2 ** -52));
          expect(distance(C32.data, expected32)).toBeLessThan(rounding(k, 2 ** -23));
        }
      }
    };

    it("agrees with the definition for sizes 1 to 70", () => {
      for (const n of oddSizes) check(n, Math.max(1, 71 - n), scalings);
    });

    it.each([
      [131, 130],
      [515, 3],
      [5, 2051],
    ])("agrees with the definition for %i, depth %i", (n, k) => check(n, k));

    it("agrees with the definition for 2051, depth 1, in integers", () => {
      const a = numbers(2051).map((x) => Math.round(9 * x));
      const C = zeros(2051, 2051);
      kernels().syrk(matrix(2051, 1, a), C);
      expect(C.data.findIndex((c, t) => c !== a[Math.floor(t / 2051)] * a[t % 2051])).toBe(-1);
    });

    it("fills both triangles alike, over what they held", () => {
      const C = matrix(70, 70, new Float64Array(4900).fill(Number.NaN));
      kernels().syrk(random(70, 33), C);
      expect(C.data.every(Number.isFinite)).toBe(true);
      const upper = Array.from(C.data, (_, t) => C.data[(t % 70) * 70 + Math.floor(t / 70)]);
      expect([...C.data]).toEqual(upper);
    });

    it("refuses a result of the wrong shape", () => {
      expect(() => kernels().syrk(zeros(2, 3), zeros(3, 3))).toThrow(ShapeError);
      expect(() => kernels().syrk(zeros(2, 3), zeros(2, 2), { transA: true })).toThrow(ShapeError);
    });
  });

  describe("gemv", () => {
    it("agrees with the definition", () => {
      const sizes = [...oddSizes.map((n) => [n, 71 - n]), [300, 7], [5, 501], [301, 257]];
      for (const [rows, cols] of sizes.filter(([, c]) => c > 0)) {
        const A = random(rows, cols, 7);
        for (const transA of [false, true]) {
          const [m, n] = transA ? [cols, rows] : [rows, cols];
          const x = random(n, 1, 8);
          const P = product(A, x, { transA });
          const P32 = product(single(A), single(x), { transA });
          for (const [alpha, beta] of scalings) {
            const y = random(m, 1, 9);
            const y32 = single(y);
            const expected = combined(P, alpha, beta, y);
            const expected32 = combined(P32, alpha, beta, y32);
            kernels().gemv(A, x.data, y.data, { transA, alpha, beta });
            kernels().gemv(single(A), single(x).data, y32.data, { transA, alpha, beta });
            expect(distance(y.data, expected)).toBeLessThan(rounding(n, 2 ** -52));
            expect(distance(y32.data, expected32)).toBeLessThan(rounding(n, 2 ** -23));
          }
        }
      }
    });

    it("overwrites NaN if beta is 0", () => {
      for (const n of [3, 40]) {
        const y = new Float64Array(n).fill(Number.NaN);
        kernels().gemv(zeros(n, n), new Float64Array(n), y);
        expect(y).toEqual(new Float64Array(n));
      }
    });

    it("refuses vectors of the wrong length or type", () => {
      const vector = (n: number): Float64Array => new Float64Array(n);
      expect(() => kernels().gemv(zeros(2, 3), vector(2), vector(2))).toThrow(
        "product of 2 × 3 with a vector of 2 into one of 2",
      );
      expect(() => kernels().gemv(zeros(2, 3), vector(3), vector(3))).toThrow(ShapeError);
      const float32 = new Float32Array(3) as unknown as Float64Array;
      expect(() => kernels().gemv(copy(zeros(2, 3)), float32, vector(2))).toThrow(ShapeError);
    });
  });
}
