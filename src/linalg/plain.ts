/**
 * Kernels in plain loops: those that read a matrix once, so that copying it into another memory would cost more
 * than the work itself, and the small movements of data that every provider needs.
 */
import type { Matrix, Reals } from "./matrix.ts";

/** y ← alpha · A x + beta · y, or with Aᵀ. Sums are kept in float64. Shapes are the caller's care. */
export function multiplyVector<T extends Reals>(
  A: Matrix<T>,
  x: T,
  y: T,
  { transA = false, alpha = 1, beta = 0 }: { transA?: boolean; alpha?: number; beta?: number },
): void {
  const { rows, cols, data } = A;
  if (transA) {
    const sum = new Float64Array(cols);
    for (let i = 0; i < rows; i++) addScaled(alpha * x[i], data, i * cols, sum, 0, cols);
    for (let j = 0; j < cols; j++) y[j] = beta === 0 ? sum[j] : sum[j] + beta * y[j];
    return;
  }
  for (let i = 0; i < rows; i++) {
    const sum = alpha * product(data, i * cols, x, 0, cols);
    y[i] = beta === 0 ? sum : sum + beta * y[i];
  }
}

/** b ← L⁻¹ b for a lower triangular L `[n, n]` and b `[n]`, or with Lᵀ. */
export function solveVector(L: Matrix, b: Float64Array, transpose: boolean): void {
  const { rows: n, data } = L;
  if (transpose) {
    for (let i = n - 1; i >= 0; i--) {
      b[i] /= data[i * n + i];
      addScaled(-b[i], data, i * n, b, 0, i);
    }
    return;
  }
  for (let i = 0; i < n; i++) {
    b[i] = (b[i] - product(data, i * n, b, 0, i)) / data[i * n + i];
  }
}

/** Σ x[i + ·] y[j + ·] over n entries, in four partial sums. */
export function product(x: Reals, i: number, y: Reals, j: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let t = 0;
  for (; t + 4 <= n; t += 4) {
    s0 += x[i + t] * y[j + t];
    s1 += x[i + t + 1] * y[j + t + 1];
    s2 += x[i + t + 2] * y[j + t + 2];
    s3 += x[i + t + 3] * y[j + t + 3];
  }
  for (; t < n; t++) s0 += x[i + t] * y[j + t];
  return s0 + s1 + (s2 + s3);
}

/** y[j + ·] += a · x[i + ·] over n entries. */
export function addScaled(a: number, x: Reals, i: number, y: Reals, j: number, n: number): void {
  if (x instanceof Float64Array) {
    if (y instanceof Float64Array) addDoubles(a, x, i, y, j, n);
    else for (let t = 0; t < n; t++) y[j + t] += a * x[i + t];
  } else if (y instanceof Float64Array) addWidened(a, x, i, y, j, n);
  else addSingles(a, x, i, y, j, n);
}

// The same loop once for each element type: V8 compiles a loop that has seen both to code that asks at every entry, two
// to three times slower (measured with V8 13.6).

function addDoubles(
  a: number,
  x: Float64Array,
  i: number,
  y: Float64Array,
  j: number,
  n: number,
): void {
  for (let t = 0; t < n; t++) y[j + t] += a * x[i + t];
}

function addWidened(
  a: number,
  x: Float32Array,
  i: number,
  y: Float64Array,
  j: number,
  n: number,
): void {
  for (let t = 0; t < n; t++) y[j + t] += a * x[i + t];
}

function addSingles(
  a: number,
  x: Float32Array,
  i: number,
  y: Float32Array,
  j: number,
  n: number,
): void {
  for (let t = 0; t < n; t++) y[j + t] += a * x[i + t];
}

/** y[j + ·] = a · x[i + ·] over n entries. */
export function writeScaled(a: number, x: Reals, i: number, y: Reals, j: number, n: number): void {
  if (x instanceof Float64Array) for (let t = 0; t < n; t++) y[j + t] = a * x[i + t];
  else writeSingles(a, x, i, y, j, n);
}

function writeSingles(a: number, x: Float32Array, i: number, y: Reals, j: number, n: number): void {
  for (let t = 0; t < n; t++) y[j + t] = a * x[i + t];
}

/** y[j + ·] += x[i + ·]² over n entries. */
export function addSquares(x: Reals, i: number, y: Reals, j: number, n: number): void {
  for (let t = 0; t < n; t++) y[j + t] += x[i + t] * x[i + t];
}

/** C ← beta · C, where 0 overwrites even NaN, as in the BLAS. */
export function scale(C: Reals, beta: number): void {
  if (beta === 0) C.fill(0);
  else if (beta !== 1) for (let i = 0; i < C.length; i++) C[i] *= beta;
}

const TILE = 32;

/** Copies the lower triangle of the square C to the upper one. */
export function mirrorLower(C: Matrix<Reals>): void {
  const { rows: n, data } = C;
  eachTile(n, (i0, i1, j0, j1) => {
    if (j0 > i1) return;
    for (let i = i0; i < i1; i++) {
      const end = Math.min(j1, i);
      for (let j = j0; j < end; j++) data[j * n + i] = data[i * n + j];
    }
  });
}

/** `to` `[n, n]`, column j ← row `order[j]` of `from`, whose rows are `stride` apart. */
export function transposeRows(
  n: number,
  from: Float64Array,
  stride: number,
  order: ArrayLike<number>,
  to: Float64Array,
): void {
  eachTile(n, (i0, i1, j0, j1) => {
    for (let i = i0; i < i1; i++) {
      const row = order[i] * stride;
      for (let j = j0; j < j1; j++) to[j * n + i] = from[row + j];
    }
  });
}

/** Visits an `[n, n]` array tile by tile, so that both a row and a column of each stay in cache. */
export function eachTile(
  n: number,
  visit: (i0: number, i1: number, j0: number, j1: number) => void,
): void {
  for (let i = 0; i < n; i += TILE) {
    for (let j = 0; j < n; j += TILE) visit(i, Math.min(i + TILE, n), j, Math.min(j + TILE, n));
  }
}
