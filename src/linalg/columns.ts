/** Columns of matrices, and rows in another order, for operators that work on several vectors. */
import { type Matrix, requireLength, zeros } from "./matrix.ts";

/** Column j, copied. */
export function column({ rows, cols, data }: Matrix, j: number): Float64Array {
  const v = new Float64Array(rows);
  for (let i = 0; i < rows; i++) v[i] = data[i * cols + j];
  return v;
}

/** The matrix whose columns are f of the columns of V. */
export function mapColumns(V: Matrix, f: (v: Float64Array) => Float64Array): Matrix {
  const { rows, cols } = V;
  const result = zeros(rows, cols);
  for (let j = 0; j < cols; j++) {
    const image = f(column(V, j));
    for (let i = 0; i < rows; i++) result.data[i * cols + j] = image[i];
  }
  return result;
}

/** V with its row i times `factors[i]`. */
export function scaleRows({ rows, cols, data }: Matrix, factors: Float64Array): Matrix {
  const scaled = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) scaled[i * cols + j] = factors[i] * data[i * cols + j];
  }
  return { rows, cols, data: scaled };
}

/** The rows of V at `indices`, in their order. */
export function gatherRows({ cols, data }: Matrix, indices: ArrayLike<number>): Matrix {
  const rows = zeros(indices.length, cols);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] * cols;
    for (let j = 0; j < cols; j++) rows.data[i * cols + j] = data[from + j];
  }
  return rows;
}

/** Writes the rows of V into those of `target` at `indices`. */
export function scatterRows(
  { cols, data }: Matrix,
  indices: ArrayLike<number>,
  target: Matrix,
): void {
  for (let i = 0; i < indices.length; i++) {
    const to = indices[i] * cols;
    for (let j = 0; j < cols; j++) target.data[to + j] = data[i * cols + j];
  }
}

/** Checks the operand of a product. Throws `ShapeError`. */
export function requireRows({ rows, cols, data }: Matrix, dimension: number, what: string): void {
  requireLength(rows, dimension, `rows of ${what}`);
  requireLength(data.length, rows * cols, `data of ${what}`);
}
