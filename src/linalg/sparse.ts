/** Sparse float64 matrices in compressed rows, for inputs that are mostly zero. */
import { DomainError, ShapeError } from "../errors.ts";
import { type Matrix, requireFinite, requireLength, zeros } from "./matrix.ts";
import { requireMemory } from "./shapes.ts";

/** A sparse matrix; the entries of row i are those from `rowPointers[i]` up to `rowPointers[i + 1]`. */
export interface SparseMatrix {
  readonly kind: "csr";
  readonly rows: number;
  readonly cols: number;
  /** `[rows + 1]`, from 0 to the number of entries */
  readonly rowPointers: Int32Array;
  /** column of each entry, ascending within a row */
  readonly columns: Int32Array;
  /** value of each entry */
  readonly values: Float64Array;
}

/**
 * A sparse `[rows, cols]` matrix over the given arrays (not copied). Throws {@link ShapeError} where lengths
 * or row pointers do not fit, {@link DomainError} for a column out of range or order, or a value not finite.
 *
 * @example
 * // [[0, 2], [3, 0]]
 * sparse(2, 2, Int32Array.of(0, 1, 2), Int32Array.of(1, 0), Float64Array.of(2, 3));
 */
export function sparse(
  rows: number,
  cols: number,
  rowPointers: Int32Array,
  columns: Int32Array,
  values: Float64Array,
): SparseMatrix {
  requireLength(rowPointers.length, rows + 1, "row pointers");
  requireLength(values.length, columns.length, "values of a sparse matrix");
  if (rowPointers[0] !== 0 || rowPointers[rows] !== columns.length) {
    throw new ShapeError(
      `row pointers run from ${rowPointers[0]} to ${rowPointers[rows]}, expected 0 to ${columns.length}`,
    );
  }
  for (let i = 0; i < rows; i++) {
    if (rowPointers[i + 1] < rowPointers[i]) {
      throw new ShapeError(`row pointers fall from ${rowPointers[i]} at row ${i}`);
    }
    checkColumns(i, columns, rowPointers[i], rowPointers[i + 1], cols);
  }
  requireFinite(values, "values of a sparse matrix");
  return { kind: "csr", rows, cols, rowPointers, columns, values };
}

function checkColumns(
  row: number,
  columns: Int32Array,
  start: number,
  end: number,
  cols: number,
): void {
  let previous = -1;
  for (let e = start; e < end; e++) {
    const column = columns[e];
    if (column >= cols || column < 0) {
      throw new DomainError(`row ${row} has an entry in column ${column} of ${cols}`);
    }
    if (column <= previous) {
      throw new DomainError(
        `row ${row}: column ${column} comes after ${previous}, expected ascending columns`,
      );
    }
    previous = column;
  }
}

/** The entries of A that are not zero. */
export function fromDense(A: Matrix): SparseMatrix {
  const rowPointers = new Int32Array(A.rows + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.cols; j++) {
      const value = A.data[i * A.cols + j];
      if (value === 0) continue;
      columns.push(j);
      values.push(value);
    }
    rowPointers[i + 1] = columns.length;
  }
  return sparse(A.rows, A.cols, rowPointers, Int32Array.from(columns), Float64Array.from(values));
}

/** All entries. Throws {@link ShapeError} where they would take more than the memory limit. */
export function toDense(A: SparseMatrix): Matrix {
  requireMemory(A.rows, A.cols, "sparse matrix to dense");
  const dense = zeros(A.rows, A.cols);
  for (let i = 0; i < A.rows; i++) {
    for (let e = A.rowPointers[i]; e < A.rowPointers[i + 1]; e++) {
      dense.data[i * A.cols + A.columns[e]] = A.values[e];
    }
  }
  return dense;
}

/** Rows `start` up to `end`, sharing columns and values with A. Throws {@link ShapeError} out of range. */
export function sparseRows(A: SparseMatrix, start: number, end: number): SparseMatrix {
  if (!(start >= 0 && start <= end && end <= A.rows)) {
    throw new ShapeError(`rows ${start} to ${end} of a matrix with ${A.rows} rows`);
  }
  const first = A.rowPointers[start];
  const last = A.rowPointers[end];
  return {
    kind: "csr",
    rows: end - start,
    cols: A.cols,
    rowPointers: A.rowPointers.slice(start, end + 1).map((pointer) => pointer - first),
    columns: A.columns.subarray(first, last),
    values: A.values.subarray(first, last),
  };
}

/** The given rows of A, copied, in their order. Rows are numbered from 0 and must exist. */
export function sparseGather(A: SparseMatrix, rows: ArrayLike<number>): SparseMatrix {
  const rowPointers = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    rowPointers[i + 1] = rowPointers[i] + A.rowPointers[rows[i] + 1] - A.rowPointers[rows[i]];
  }
  const columns = new Int32Array(rowPointers[rows.length]);
  const values = new Float64Array(columns.length);
  for (let i = 0; i < rows.length; i++) {
    const [first, last] = [A.rowPointers[rows[i]], A.rowPointers[rows[i] + 1]];
    columns.set(A.columns.subarray(first, last), rowPointers[i]);
    values.set(A.values.subarray(first, last), rowPointers[i]);
  }
  return { kind: "csr", rows: rows.length, cols: A.cols, rowPointers, columns, values };
}

/**
 * A B, or Aᵀ B with `transA`, for a dense B: `[m, k] · [k, n] → [m, n]`. Throws {@link ShapeError}.
 */
export function sparseProduct(
  A: SparseMatrix,
  B: Matrix,
  { transA = false }: { transA?: boolean } = {},
): Matrix {
  const [m, k] = transA ? [A.cols, A.rows] : [A.rows, A.cols];
  if (B.rows !== k) {
    throw new ShapeError(`product of sparse ${m} × ${k} and ${B.rows} × ${B.cols}`);
  }
  const n = B.cols;
  const C = zeros(m, n);
  for (let i = 0; i < A.rows; i++) {
    for (let e = A.rowPointers[i]; e < A.rowPointers[i + 1]; e++) {
      const value = A.values[e];
      const to = (transA ? A.columns[e] : i) * n;
      const from = (transA ? i : A.columns[e]) * n;
      for (let j = 0; j < n; j++) C.data[to + j] += value * B.data[from + j];
    }
  }
  return C;
}

/** A v, or Aᵀ v with `transA`. Throws {@link ShapeError}. */
export function sparseVectorProduct(
  A: SparseMatrix,
  v: Float64Array,
  options: { transA?: boolean } = {},
): Float64Array {
  return sparseProduct(A, { rows: v.length, cols: 1, data: v }, options).data;
}
