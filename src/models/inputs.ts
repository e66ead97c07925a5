/** Inputs of whatever kind, cut into consecutive samples. */
import { ShapeError } from "../errors.ts";
import { type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import { type SparseMatrix, sparseGather, sparseRows } from "../linalg/sparse.ts";
import type { Inputs } from "./model.ts";

/**
 * Samples `start` up to `end` of X, sharing its numbers: rows of a dense or sparse matrix, else what X's own
 * `slice` gives. Throws {@link ShapeError} out of range, or where X cannot be cut.
 *
 * @example
 * inputRows(fromRows([[1, 2], [3, 4], [5, 6]]), 1, 3); // [[3, 4], [5, 6]]
 */
export function inputRows<X extends Inputs>(X: X, start: number, end: number): X {
  if (!(start >= 0 && start <= end && end <= X.rows)) {
    throw new ShapeError(`samples ${start} to ${end} of inputs with ${X.rows} rows`);
  }
  if (start === 0 && end === X.rows) return X;
  if (X.slice) return X.slice(start, end) as X;
  if (isDense(X)) {
    const data = X.data.subarray(start * X.cols, end * X.cols);
    return { ...X, rows: end - start, data };
  }
  if (isSparse(X)) return { ...X, ...sparseRows(X, start, end) };
  throw new ShapeError(
    `samples ${start} to ${end} were asked for, but these inputs cannot be cut: give them a method ` +
      "slice(start, end), or take all samples at once",
  );
}

/**
 * Copies of the samples of these numbers, in their order: rows of a dense or sparse matrix, else what X's own `gather`
 * gives; undefined where it has none. Throws {@link ShapeError} for a number out of range.
 *
 * @example
 * gatherInputs(fromRows([[1, 2], [3, 4], [5, 6]]), [2, 0]); // [[5, 6], [1, 2]]
 */
export function gatherInputs<X extends Inputs>(X: X, samples: ArrayLike<number>): X | undefined {
  for (let i = 0; i < samples.length; i++) {
    const n = samples[i];
    if (!(Number.isInteger(n) && n >= 0 && n < X.rows)) {
      throw new ShapeError(`sample ${n} of inputs with ${X.rows} rows`);
    }
  }
  if (X.gather) return X.gather(samples) as X;
  if (isDense(X)) return { ...X, ...gatherRows(X, samples) };
  if (isSparse(X)) return { ...X, ...sparseGather(X, samples) };
  return undefined;
}

/** Rows of A, copied. */
function gatherRows<T extends Reals>(A: Matrix<T>, rows: ArrayLike<number>): Matrix<T> {
  const { cols, data } = A;
  const gathered = reals(data, rows.length * cols);
  for (let i = 0; i < rows.length; i++) {
    gathered.set(data.subarray(rows[i] * cols, (rows[i] + 1) * cols), i * cols);
  }
  return { rows: rows.length, cols, data: gathered };
}

/** Whether {@link inputRows} can cut X. */
export function isDivisible(X: Inputs): boolean {
  return X.slice !== undefined || isDense(X) || isSparse(X);
}

function isDense(X: Inputs): X is Matrix<Reals> {
  return "data" in X && (X.data instanceof Float64Array || X.data instanceof Float32Array);
}

/** Whether X is in compressed rows. */
export function isSparse(X: Inputs): X is SparseMatrix {
  return "kind" in X && X.kind === "csr";
}
