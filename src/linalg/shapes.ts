/** What every kernel provider checks before it works: shapes, element types, room. */
import { DomainError, NotPositiveDefiniteError, ShapeError } from "../errors.ts";
import type { Matrix, Reals } from "./matrix.ts";
import { eachTile } from "./plain.ts";

/** Options of a matrix product. */
export interface ProductOptions {
  transA?: boolean;
  transB?: boolean;
  alpha?: number;
  beta?: number;
}

/** The sizes of `[m, k] · [k, n] → [m, n]`. */
export interface ProductSizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Largest number of bytes that one new matrix may take unless a caller says otherwise: 2 GiB. */
export const MEMORY_LIMIT: number = 2 ** 31;

/**
 * Refuses a float64 matrix `[rows, cols]` that would not fit, before memory is taken. Throws {@link ShapeError}
 * with the size and what to do.
 */
export function requireMemory(
  rows: number,
  cols: number,
  what: string,
  limit: number = MEMORY_LIMIT,
  remedy = "use a structure that does not hold it (diagonal, Kronecker, matrix-free)",
): void {
  const size = rows * cols * Float64Array.BYTES_PER_ELEMENT;
  if (size > limit) {
    throw new ShapeError(
      `${what}: a dense ${rows} × ${cols} matrix takes ${gibibytes(size)}, the limit is ${gibibytes(limit)}; ${remedy}`,
    );
  }
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}

/**
 * Checks that the data of `A` has the length its shape says, and that it is of one of the two element types:
 * a foreign function would read past the end of a wrong one. Throws {@link ShapeError}.
 */
export function requireMatrix(A: Matrix<Reals>, what: string): void {
  const { rows, cols, data } = A;
  if (!Number.isInteger(rows) || !Number.isInteger(cols) || rows < 0 || cols < 0) {
    throw new ShapeError(`${what}: a matrix cannot have shape ${rows} × ${cols}`);
  }
  if (!(data instanceof Float64Array || data instanceof Float32Array)) {
    throw new ShapeError(`${what}: expected data in a Float64Array or Float32Array`);
  }
  if (data.length !== rows * cols) {
    throw new ShapeError(
      `${what}: a ${rows} × ${cols} matrix has ${rows * cols} entries, found ${data.length}`,
    );
  }
}

/** Checks that all operands have the element type of the first. Throws {@link ShapeError}. */
export function requireOneType(first: Reals, ...others: Reals[]): void {
  for (const other of others) {
    if (other.constructor !== first.constructor) {
      throw new ShapeError(
        `operands must share one element type, found ${first.constructor.name} and ${other.constructor.name}`,
      );
    }
  }
}

/** Checks a product's operands and returns its sizes. Throws {@link ShapeError}. */
export function productSizes(
  A: Matrix<Reals>,
  B: Matrix<Reals>,
  C: Matrix<Reals>,
  { transA = false, transB = false }: ProductOptions,
): ProductSizes {
  requireMatrix(A, "A");
  requireMatrix(B, "B");
  requireMatrix(C, "C");
  requireOneType(A.data, B.data, C.data);
  const [m, k] = transA ? [A.cols, A.rows] : [A.rows, A.cols];
  const [inner, n] = transB ? [B.cols, B.rows] : [B.rows, B.cols];
  if (inner !== k || C.rows !== m || C.cols !== n) {
    throw new ShapeError(
      `product of ${m} × ${k} and ${inner} × ${n} into ${C.rows} × ${C.cols}: shapes do not agree`,
    );
  }
  return { m, n, k };
}

/** Checks the operands of y ← op(A) x and returns its sizes `[m, n]`. Throws {@link ShapeError}. */
export function vectorSizes(A: Matrix<Reals>, x: Reals, y: Reals, transA: boolean): void {
  requireMatrix(A, "A");
  requireOneType(A.data, x, y);
  const [m, n] = transA ? [A.cols, A.rows] : [A.rows, A.cols];
  if (x.length !== n || y.length !== m) {
    throw new ShapeError(
      `product of ${m} × ${n} with a vector of ${x.length} into one of ${y.length}: shapes do not agree`,
    );
  }
}

/** Checks that `A` is a square float64 matrix and returns its order. Throws {@link ShapeError}. */
export function squareSize(A: Matrix, what: string): number {
  requireMatrix(A, what);
  if (A.rows !== A.cols || !(A.data instanceof Float64Array)) {
    throw new ShapeError(
      `${what}: expected a square float64 matrix, found ${A.rows} × ${A.cols} in a ${A.data.constructor.name}`,
    );
  }
  return A.rows;
}

/**
 * Checks that `A` is square, finite and symmetric to rounding (10⁻¹⁰ of its largest entry), and returns its order.
 * Throws {@link ShapeError}, {@link DomainError}.
 */
export function requireSymmetric(A: Matrix, what: string): number {
  const n = squareSize(A, what);
  const tolerance = 1e-10 * lowerTriangleMax(A, what);
  eachTile(n, (i0, i1, j0, j1) => {
    for (let i = i0; i < i1; i++) {
      for (let j = j0; j < Math.min(i, j1); j++) {
        const below = A.data[i * n + j];
        const above = A.data[j * n + i];
        if (!(Math.abs(below - above) <= tolerance)) {
          throw new DomainError(
            `${what}: expected a symmetric matrix, found ${below} at (${i}, ${j}) and ${above} at (${j}, ${i})`,
          );
        }
      }
    }
  });
  return n;
}

/** Checks a damping λ ≥ 0. Throws {@link DomainError}. */
export function requireDamping(damping: number): void {
  // a string, as a form gives it, would be appended and not added
  if (!(Number.isFinite(damping) && damping >= 0)) {
    const found = typeof damping === "string" ? `"${damping}"` : String(damping);
    throw new DomainError(`damping: found ${found}, expected a finite number ≥ 0`);
  }
}

/** Checks the operands of a triangular solve. Throws {@link ShapeError}, {@link DomainError} for a singular L. */
export function requireTriangular(L: Matrix, B: Matrix): void {
  const n = squareSize(L, "L");
  requireMatrix(B, "B");
  requireOneType(L.data, B.data);
  if (B.rows !== n) {
    throw new ShapeError(`triangular solve: L is ${n} × ${n}, B has ${B.rows} rows`);
  }
  for (let i = 0; i < n; i++) {
    if (L.data[i * (n + 1)] === 0) {
      throw new DomainError(`triangular solve: L is singular, its diagonal entry ${i} is 0`);
    }
  }
}

/** The largest absolute entry of the lower triangle. Throws {@link DomainError} for one that is not finite. */
export function lowerTriangleMax(A: Matrix, what: string): number {
  const n = A.rows;
  let max = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const a = Math.abs(A.data[i * n + j]);
      if (!(a < Infinity)) {
        throw new DomainError(
          `${what}: entry (${i}, ${j}) is ${A.data[i * n + j]}, expected a finite number`,
        );
      }
      if (a > max) max = a;
    }
  }
  return max;
}

/** The error of every provider for a failed Cholesky factorization of an `[n, n]` matrix. */
export function notPositiveDefinite(pivot: number, n: number): NotPositiveDefiniteError {
  return new NotPositiveDefiniteError(
    `the ${n} × ${n} matrix is not positive definite: pivot ${pivot} (counted from 0) is not a positive number`,
    pivot,
  );
}
