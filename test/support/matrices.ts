/** Matrices with known answers and plain loops to compare with, for the tests of linear algebra. */
import { copy, identity, type Matrix, matrix, type Reals, zeros } from "../../src/linalg/matrix.ts";

/** Deterministic numbers in (−1, 1), different for every seed. */
export function numbers(count: number, seed = 1): Float64Array {
  let state = (seed * 2654435761) >>> 0 || 1;
  return Float64Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 31 - 1;
  });
}

/** A matrix of {@link numbers}. */
export function random(rows: number, cols: number, seed = 1): Matrix {
  return matrix(rows, cols, numbers(rows * cols, seed));
}

/** The same matrix in float32. */
export function single(A: Matrix): Matrix<Float32Array> {
  return { ...A, data: Float32Array.from(A.data) };
}

/** op(A) op(B) by the definition, sums in float64. */
export function product(
  A: Matrix<Reals>,
  B: Matrix<Reals>,
  { transA = false, transB = false }: { transA?: boolean; transB?: boolean } = {},
): Matrix {
  const [m, k] = transA ? [A.cols, A.rows] : [A.rows, A.cols];
  const n = transB ? B.rows : B.cols;
  const C = zeros(m, n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const a = transA ? A.data[p * A.cols + i] : A.data[i * A.cols + p];
      for (let j = 0; j < n; j++) {
        C.data[i * n + j] += a * (transB ? B.data[j * B.cols + p] : B.data[p * B.cols + j]);
      }
    }
  }
  return C;
}

/** A symmetric positive definite matrix, G Gᵀ / n + I / 2: well conditioned. */
export function positiveDefinite(n: number, seed = 1): Matrix {
  const G = random(n, n, seed);
  const A = product(G, G, { transB: true });
  for (let i = 0; i < n * n; i++) A.data[i] = A.data[i] / n + (i % (n + 1) === 0 ? 0.5 : 0);
  return A;
}

/** A symmetric matrix, neither definite nor special. */
export function symmetric(n: number, seed = 1): Matrix {
  const A = random(n, n, seed);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) A.data[j * n + i] = A.data[i * n + j];
  }
  return A;
}

/** A copy whose entries above the diagonal are NaN, to show that they are not read. */
export function lowerOnly(A: Matrix): Matrix {
  const L = copy(A);
  for (let i = 0; i < A.rows; i++) L.data.fill(Number.NaN, i * A.cols + i + 1, (i + 1) * A.cols);
  return L;
}

/** A matrix from a function of the indices. */
export function tabulate(n: number, entry: (i: number, j: number) => number): Matrix {
  return matrix(
    n,
    n,
    Float64Array.from({ length: n * n }, (_, t) => entry(Math.floor(t / n), t % n)),
  );
}

/** Pascal's triangle, lower: the exact Cholesky factor of {@link pascal}. */
export function binomials(n: number): Matrix {
  const L = identity(n);
  for (let i = 1; i < n; i++) {
    for (let j = 0; j < i; j++) {
      L.data[i * n + j] = L.data[(i - 1) * n + j] + (j > 0 ? L.data[(i - 1) * n + j - 1] : 0);
    }
  }
  return L;
}

/** The symmetric Pascal matrix, determinant 1 and very ill conditioned; all its arithmetic is in integers. */
export function pascal(n: number): Matrix {
  return product(binomials(n), binomials(n), { transB: true });
}

/** The largest |A − B|; NaN if any entry is. */
export function distance(A: ArrayLike<number>, B: ArrayLike<number>): number {
  if (A.length !== B.length) throw new RangeError(`lengths ${A.length} and ${B.length}`);
  let max = 0;
  for (let i = 0; i < A.length; i++) {
    const d = Math.abs(A[i] - B[i]);
    if (!(d <= max)) max = d;
    if (Number.isNaN(d)) return d;
  }
  return max;
}

/** The largest absolute entry. */
export function largest(A: ArrayLike<number>): number {
  return distance(A, new Float64Array(A.length));
}
