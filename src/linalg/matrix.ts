/** Dense row-major matrices over float64 or float32. Data only: products and factorizations are kernels. */
import { DomainError, ShapeError } from "../errors.ts";
import { inBlocks } from "./blocks.ts";

/** The two element types. Linear and generalized linear models use float64, networks float32. */
export type Reals = Float64Array | Float32Array;

/** A row-major matrix: entry (i, j) is `data[i * cols + j]`. */
export interface Matrix<T extends Reals = Float64Array> {
  readonly rows: number;
  readonly cols: number;
  readonly data: T;
}

/** `count` matrices `[rows, cols]`, one a sample, stored one after another, each row-major. */
export interface Blocks<T extends Reals = Float64Array> {
  readonly count: number;
  readonly rows: number;
  readonly cols: number;
  readonly data: T;
}

/** An array of the element type of `like`: of zeros, so many, or a copy of what `source` holds. */
export function reals<T extends Reals>(like: T, source: number | ArrayLike<number>): T {
  // the constructors take both, and copy a typed array at once, where `from` would ask it for one number after another
  const either = source as ArrayLike<number>;
  return (like instanceof Float32Array ? new Float32Array(either) : new Float64Array(either)) as T;
}

/** Wraps `data` (not copied) as a `[rows, cols]` matrix. Throws {@link ShapeError} if the length is not `rows · cols`. */
export function matrix<T extends Reals>(rows: number, cols: number, data: T): Matrix<T> {
  if (data.length !== rows * cols) {
    throw new ShapeError(
      `a ${rows} × ${cols} matrix has ${rows * cols} entries, found ${data.length}`,
    );
  }
  return { rows, cols, data };
}

/** A float64 matrix of zeros. */
export function zeros(rows: number, cols: number): Matrix {
  return { rows, cols, data: new Float64Array(rows * cols) };
}

/** The identity `[n, n]`, times `scale`. */
export function identity(n: number, scale = 1): Matrix {
  const I = zeros(n, n);
  for (let i = 0; i < n; i++) I.data[i * (n + 1)] = scale;
  return I;
}

/** A float64 matrix from an array of rows. Throws {@link ShapeError} if the rows differ in length. */
export function fromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  const A = zeros(rows.length, cols);
  rows.forEach((row, i) => {
    if (row.length !== cols) {
      throw new ShapeError(`row ${i} has ${row.length} entries, row 0 has ${cols}`);
    }
    A.data.set(row, i * cols);
  });
  return A;
}

/** A copy with its own data. */
export function copy<T extends Reals>(A: Matrix<T>): Matrix<T> {
  return { rows: A.rows, cols: A.cols, data: A.data.slice() as T };
}

/** The transpose, as a new matrix. */
export function transpose<T extends Reals>(A: Matrix<T>): Matrix<T> {
  const { rows, cols } = A;
  const data = A.data.slice() as T;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) data[j * rows + i] = A.data[i * cols + j];
  }
  return { rows: cols, cols: rows, data };
}

/** Throws {@link DomainError} naming the first entry that is NaN or infinite. */
export function requireFinite(values: ArrayLike<number>, what: string): void {
  inBlocks(values.length, (start, end) => {
    if (zeroSum(values, start, end) === 0) return;
    for (let i = start; i < end; i++) {
      if (!Number.isFinite(values[i])) {
        throw new DomainError(`${what}: entry ${i} is ${values[i]}, expected a finite number`);
      }
    }
  });
}

/** Σ 0 · x: NaN if an entry is not finite. Without a branch an entry, since all of θ is checked at every step. */
function zeroSum(values: ArrayLike<number>, start: number, end: number): number {
  if (values instanceof Float32Array) return zeroSumOfSingles(values, start, end);
  let even = 0;
  let odd = 0;
  let i = start;
  // two sums that do not wait for each other
  for (; i + 2 <= end; i += 2) {
    even += 0 * values[i];
    odd += 0 * values[i + 1];
  }
  if (i < end) even += 0 * values[i];
  return even + odd;
}

/** Of its own, since V8 compiles a loop that has seen both element types to slower code for either. */
function zeroSumOfSingles(values: Float32Array, start: number, end: number): number {
  let even = 0;
  let odd = 0;
  let i = start;
  for (; i + 2 <= end; i += 2) {
    even += 0 * values[i];
    odd += 0 * values[i + 1];
  }
  if (i < end) even += 0 * values[i];
  return even + odd;
}

/** Throws {@link ShapeError} unless `found === expected`. */
export function requireLength(found: number, expected: number, what: string): void {
  if (found !== expected) {
    throw new ShapeError(`${what}: found length ${found}, expected ${expected}`);
  }
}
