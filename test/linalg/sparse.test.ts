import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.ts";
import { fromRows, matrix, transpose, zeros } from "../../src/linalg/matrix.ts";
import { wasmKernels } from "../../src/linalg/provider.ts";
import {
  fromDense,
  sparse,
  sparseProduct,
  sparseRows,
  sparseVectorProduct,
  toDense,
} from "../../src/linalg/sparse.ts";

const entry = fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: -9, max: 9 }));
/** Small integer matrices, mostly zero: sums are exact in any order. */
const matrices = fc
  .tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 7 }))
  .chain(([rows, cols]) =>
    fc.array(entry, { minLength: rows * cols, maxLength: rows * cols }).map((data) =>
      matrix(
        rows,
        cols,
        Float64Array.from(data, (x) => x + 0),
      ),
    ),
  );

describe("sparse", () => {
  it("keeps the entries that are not zero", () => {
    const A = fromDense(
      fromRows([
        [0, 2, 0],
        [0, 0, 0],
        [3, 0, -1],
      ]),
    );
    expect(A).toEqual(
      sparse(3, 3, Int32Array.of(0, 1, 1, 3), Int32Array.of(1, 0, 2), Float64Array.of(2, 3, -1)),
    );
  });

  it("goes to dense and back", () => {
    fc.assert(
      fc.property(matrices, (A) => {
        expect(toDense(fromDense(A))).toEqual(A);
      }),
    );
  });

  it("multiplies as the dense matrix does", () => {
    fc.assert(
      fc.property(matrices, fc.integer({ min: 1, max: 4 }), (A, n) => {
        const S = fromDense(A);
        for (const transA of [false, true]) {
          const [m, k] = transA ? [A.cols, A.rows] : [A.rows, A.cols];
          const B = matrix(
            k,
            n,
            Float64Array.from({ length: k * n }, (_, i) => ((i * 7) % 5) - 2),
          );
          const expected = zeros(m, n);
          wasmKernels().gemm(A, B, expected, { transA });
          expect(sparseProduct(S, B, { transA }).data.map((x) => x + 0)).toEqual(
            expected.data.map((x) => x + 0),
          );
          const v = transpose(B).data.slice(0, k);
          const product = zeros(m, 1);
          wasmKernels().gemm(A, matrix(k, 1, v), product, { transA });
          expect(sparseVectorProduct(S, v, { transA }).map((x) => x + 0)).toEqual(
            product.data.map((x) => x + 0),
          );
        }
      }),
    );
  });

  it("slices rows", () => {
    fc.assert(
      fc.property(matrices, fc.nat(7), fc.nat(7), (A, a, b) => {
        const [start, end] = [a, b].map((x) => Math.min(x, A.rows)).sort((x, y) => x - y);
        const slice = sparseRows(fromDense(A), start, end);
        expect(toDense(slice).data).toEqual(A.data.slice(start * A.cols, end * A.cols));
        expect(
          sparse(slice.rows, slice.cols, slice.rowPointers, slice.columns, slice.values),
        ).toEqual(slice);
      }),
    );
    expect(() => sparseRows(fromDense(zeros(2, 2)), 1, 3)).toThrow(
      "rows 1 to 3 of a matrix with 2",
    );
  });

  it.each([
    ["row pointers", [0, 1], [0], [1], ShapeError],
    ["row pointers run from 0 to 2, expected 0 to 1", [0, 1, 2], [0], [1], ShapeError],
    ["row pointers fall from 2 at row 1", [0, 2, 1, 2], [0, 1], [1, 1], ShapeError],
    ["values of a sparse matrix: found length 2, expected 1", [0, 1, 1], [0], [1, 2], ShapeError],
    ["row 0 has an entry in column 5 of 3", [0, 1, 1], [5], [1], DomainError],
    ["row 0 has an entry in column -1 of 3", [0, 1, 1], [-1], [1], DomainError],
    ["row 1: column 1 comes after 1", [0, 0, 2], [1, 1], [1, 2], DomainError],
    ["entry 0 is NaN", [0, 1, 1], [0], [Number.NaN], DomainError],
  ])("refuses: %s", (message, pointers, columns, values, type) => {
    const rows = message.includes("fall") ? 3 : 2;
    const build = (): unknown =>
      sparse(
        rows,
        3,
        Int32Array.from(pointers),
        Int32Array.from(columns),
        Float64Array.from(values),
      );
    expect(build).toThrow(type);
    expect(build).toThrow(message);
  });

  it("refuses products that do not fit and dense matrices that are too large", () => {
    const A = fromDense(zeros(2, 3));
    expect(() => sparseProduct(A, zeros(2, 1))).toThrow(ShapeError);
    expect(() => sparseVectorProduct(A, new Float64Array(3), { transA: true })).toThrow(ShapeError);
    const large = sparse(1, 2 ** 30, Int32Array.of(0, 0), new Int32Array(0), new Float64Array(0));
    expect(() => toDense(large)).toThrow("8.00 GiB");
  });
});
