/** Sums of outer products against their definition, in float64. */
import { describe, expect, it } from "vitest";
import { MomentSum } from "../../src/curvature/momentSum.ts";
import { type Matrix, type Reals, reals } from "../../src/linalg/matrix.ts";
import { stream } from "../../src/random/streams.ts";

/** Σ scale · z zᵀ entry by entry. */
function outer(Z: Matrix<Reals>, order: number, scale: number, sum: Float64Array): void {
  for (let n = 0; n < Z.rows; n++) {
    const z = [...Z.data.subarray(n * Z.cols, (n + 1) * Z.cols), 1].slice(0, order);
    z.forEach((a, i) => {
      z.forEach((b, j) => {
        sum[i * order + j] += scale * a * b;
      });
    });
  }
}

function rows<T extends Reals>(count: number, cols: number, size: number, like: T): Matrix<T> {
  const random = stream(count, "rows");
  const data = reals(like, count * cols);
  for (let i = 0; i < data.length; i++) data[i] = size * random.normal();
  return { rows: count, cols, data };
}

describe.each([
  { precision: "float64", like: new Float64Array(0), digits: 1e-14 },
  // sums of 12 products of numbers with 24 bits
  { precision: "float32", like: new Float32Array(0), digits: 12 * 2 ** -24 },
])("a moment sum in $precision", ({ like, digits }) => {
  // squares of 1e-25 and of 1e25 are nothing and infinite in float32
  it.each([1, 1e-25, 1e25])(
    "is Σ scale · z zᵀ over batches of any sizes, entries near %d",
    (size) => {
      const sum = new MomentSum(7);
      const expected = new Float64Array(49);
      for (const [count, scale] of [
        [5, 0.5],
        [12, 3],
        [1, 1],
      ]) {
        const Z = rows(count, 7, size, like);
        sum.add(Z, scale);
        outer(Z, 7, scale, expected);
      }
      const { data } = sum.matrix();
      const largest = Math.max(...expected.map(Math.abs));
      for (const [i, entry] of expected.entries()) {
        expect(Math.abs(data[i] - entry)).toBeLessThan(10 * digits * largest);
      }
    },
  );

  it("appends a constant to rows that are one entry short, and goes on after it was read", () => {
    const sum = new MomentSum(4);
    const Z = rows(6, 3, 0.1, like);
    const expected = new Float64Array(16);
    for (let batch = 0; batch < 3; batch++) {
      sum.add(Z, 0.25);
      outer(Z, 4, 0.25, expected);
      const { data } = sum.matrix();
      for (const [i, entry] of expected.entries()) {
        expect(Math.abs(data[i] - entry)).toBeLessThan(10 * digits * expected[15]);
      }
    }
  });
});
