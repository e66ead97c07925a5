/** Matrix algebra by the definition, for tests that must not trust the kernels. */
import type { Matrix } from "../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";

export function product(A: Matrix, B: Matrix): Matrix {
  const data = new Float64Array(A.rows * B.cols);
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < B.cols; j++) {
      for (let k = 0; k < A.cols; k++) {
        data[i * B.cols + j] += A.data[i * A.cols + k] * B.data[k * B.cols + j];
      }
    }
  }
  return { rows: A.rows, cols: B.cols, data };
}

export function flipped(A: Matrix): Matrix {
  const data = new Float64Array(A.data.length);
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.cols; j++) data[j * A.rows + i] = A.data[i * A.cols + j];
  }
  return { rows: A.cols, cols: A.rows, data };
}

export function distance(A: Matrix, B: Matrix): number {
  return Math.max(...A.data.map((v, i) => Math.abs(v - B.data[i])));
}

export const identity = (n: number): Matrix => ({
  rows: n,
  cols: n,
  data: Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
});

/** columns of wildly different length, the last a sum of two others */
export function graded(N: number): Matrix {
  const random = new LegacyRandom(1);
  const data = new Float64Array(N * 4);
  for (let n = 0; n < N; n++) {
    const row = [1e4 * random.normal(), random.normal(), 1e-5 * random.normal()];
    data.set([...row, row[0] + row[1]], n * 4);
  }
  return { rows: N, cols: 4, data };
}
