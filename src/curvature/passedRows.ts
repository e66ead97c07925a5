/** Rows (J_nᵀ S_n)ᵀ that are never written: what they do is a pass over the data. */
import { type Blocks, type Matrix, type Reals, reals, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import type { RowProducts } from "../linalg/rowProducts.ts";
import type { WeightRows } from "../models/weightRows.ts";
import type { HeldTerms } from "./heldTerms.ts";
import type { Terms } from "./kind.ts";
import { pull } from "./pull.ts";
import type { CurvatureSum } from "./structure.ts";

/** The `count` rows of all batches, with their Gram matrix; terms without a centre or second-order terms. */
export function passedRows<T extends Reals>(
  { sum, bytes }: HeldTerms<T>,
  count: number,
): RowProducts {
  const { dimension, theta, batches } = sum;
  return {
    count,
    dimension,
    gram: gramOf(sum, count),
    bytes,
    multiply(v) {
      const along = new Float64Array(count);
      const direction = reals(theta, v);
      let start = 0;
      for (const { at, factor } of batches()) {
        along.set(transposedProducts(factor, at.jvp(direction)), start);
        start += factor.count * factor.cols;
      }
      return along;
    },
    combine(u) {
      const total = new Float64Array(dimension);
      let start = 0;
      for (const { at, factor } of batches()) {
        const end = start + factor.count * factor.cols;
        const { product, unit } = pull(at, products(factor, u.subarray(start, end)), theta);
        for (let i = 0; i < dimension; i++) total[i] += unit * product[i];
        start = end;
      }
      return total;
    },
    squares() {
      const total = new Float64Array(dimension);
      for (const { at, factor } of batches()) {
        at.gramDiagonal(factor, undefined, total);
      }
      return total;
    },
  };
}

/** R Rᵀ: B(B + 1)/2 pairs of B batches. */
function gramOf<T extends Reals>({ batches }: CurvatureSum<T>, count: number): Matrix {
  const K = zeros(count, count);
  let row = 0;
  for (const terms of batches()) {
    let column = 0;
    for (const other of batches()) {
      const isSame = column === row;
      addInner(K, row, column, terms, isSame ? terms : other);
      if (isSame) break;
      column += other.factor.count * other.factor.cols;
    }
    row += terms.factor.count * terms.factor.cols;
  }
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) K.data[j * count + i] = K.data[i * count + j];
  }
  return K;
}

/** Adds the inner products of the rows of two batches, layer by layer where there are layers. */
function addInner<T extends Reals>(
  K: Matrix,
  row: number,
  column: number,
  terms: Terms<T>,
  other: Terms<T>,
): void {
  if (!terms.at.layers || !other.at.layers) {
    add(K, row, column, productsOfRows(rowsOf(terms), rowsOf(other)));
    return;
  }
  const others = other.at.layers(other.factor)[Symbol.iterator]();
  for (const rows of terms.at.layers(terms.factor)) {
    const theirs = terms === other ? rows : (others.next().value as WeightRows<T>);
    add(K, row, column, rows.inner(theirs));
  }
}

function rowsOf<T extends Reals>({ at, factor }: Terms<T>): Matrix {
  const { rows, cols, data } = at.factorRows(factor);
  return { rows, cols, data: data instanceof Float64Array ? data : Float64Array.from(data) };
}

function productsOfRows(X: Matrix, Y: Matrix): Matrix {
  const C = zeros(X.rows, Y.rows);
  kernels().gemm(X, Y, C, { transB: true });
  return C;
}

/** Adds `block` to K, its first entry at (row, column). */
function add(K: Matrix, row: number, column: number, block: Matrix): void {
  for (let i = 0; i < block.rows; i++) {
    const to = (row + i) * K.cols + column;
    for (let j = 0; j < block.cols; j++) K.data[to + j] += block.data[i * block.cols + j];
  }
}

/** S_nᵀ u_n for all samples, `[B · K]`, in float64. */
function transposedProducts<T extends Reals>(
  { count, rows: M, cols: K, data: s }: Blocks<T>,
  { data: u }: Matrix<T>,
): Float64Array {
  const along = new Float64Array(count * K);
  for (let n = 0; n < count; n++) {
    for (let m = 0; m < M; m++) {
      for (let k = 0; k < K; k++) along[n * K + k] += s[(n * M + m) * K + k] * u[n * M + m];
    }
  }
  return along;
}

/** U with rows S_n a_n, `[B, M]`, for a `[B · K]`. */
function products<T extends Reals>(
  { count, rows: M, cols: K, data: s }: Blocks<T>,
  a: Float64Array,
): Matrix {
  const U = zeros(count, M);
  for (let n = 0; n < count; n++) {
    for (let m = 0; m < M; m++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += s[(n * M + m) * K + k] * a[n * K + k];
      U.data[n * M + m] = sum;
    }
  }
  return U;
}
