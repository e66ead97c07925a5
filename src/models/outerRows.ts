/**
 * Rows of a layer that backpropagation gives as outer products: the implementation of {@link WeightRows} for dense
 * layers (one position) and convolutions (one for each pixel). With one position nothing is written out: squares
 * and inner products of g aᵀ are products of those of g and a.
 */
import { type Matrix, type Reals, reals, zeros } from "../linalg/matrix.ts";
import { addScaled } from "../linalg/plain.ts";
import { kernels } from "../linalg/provider.ts";
import type { OuterProducts, WeightRows } from "./weightRows.ts";
import { type RowsPlace, writtenRows } from "./writtenRows.ts";

/** The rows Σ_r g_{nkr} a_{nr}ᵀ; `products` have disjoint weights that cover the place, biases included. */
export function outerRows<T extends Reals>(
  place: RowsPlace,
  products: readonly OuterProducts<T>[],
): WeightRows<T> {
  const written = writtenRows<T>(place, products[0].inputs.data, (start, end, target, column) => {
    for (const product of products) write(place, product, start, end, target, column);
  });
  const flat = products.every(({ positions }) => positions === 1);
  return {
    ...written,
    kronecker: products,
    addSquares(sum) {
      if (!flat) return written.addSquares(sum);
      for (const product of products) addSquares(place, product, sum);
    },
    inner(other) {
      const others = other.kronecker;
      if (!flat || !others) return written.inner(other);
      const sum = zeros(place.samples * place.columns, other.samples * other.columns);
      products.forEach((product, i) => {
        addInner(product, others[i], place.columns, other.columns, sum);
      });
      return sum;
    },
  };
}

function write<T extends Reals>(
  { offset, columns: K }: RowsPlace,
  { positions: R, inputs, gradients, weight, bias }: OuterProducts<T>,
  start: number,
  end: number,
  target: Matrix<T>,
  column: number,
): void {
  const [I, O] = [inputs.cols, gradients.cols];
  const [a, g, to] = [inputs.data, gradients.data, target.data];
  for (let n = start; n < end; n++) {
    for (let k = 0; k < K; k++) {
      const row = n * K + k;
      const base = (row - start * K) * target.cols + column - offset;
      if (R === 1) {
        for (let o = 0; o < O; o++) {
          const at = base + weight + o * I;
          const value = g[row * O + o];
          for (let i = 0; i < I; i++) to[at + i] = value * a[n * I + i];
        }
      } else {
        const G = { rows: R, cols: O, data: g.subarray(row * R * O, (row + 1) * R * O) as T };
        const A = { rows: R, cols: I, data: a.subarray(n * R * I, (n + 1) * R * I) as T };
        const at = base + weight;
        const W = { rows: O, cols: I, data: to.subarray(at, at + O * I) as T };
        kernels().gemm(G, A, W, { transA: true });
      }
      if (bias === undefined) continue;
      const at = base + bias;
      for (let o = 0; o < O; o++) {
        let sum = 0;
        for (let r = 0; r < R; r++) sum += g[(row * R + r) * O + o];
        to[at + o] = sum;
      }
    }
  }
}

/** Σ_nk (g_nk a_nᵀ)∘² = Sᵀ (a∘²) with S_n = Σ_k g_nk∘²: the columns are gone before the last product. */
function addSquares<T extends Reals>(
  { offset, samples: B, columns: K }: RowsPlace,
  { inputs, gradients, weight, bias }: OuterProducts<T>,
  sum: Float64Array,
): void {
  const [I, O] = [inputs.cols, gradients.cols];
  const { scale, squares: S } = summedSquares(gradients, B, K);
  const A = squared(inputs);
  const W = { rows: O, cols: I, data: reals(inputs.data, O * I) };
  kernels().gemm(S, A.squares, W, { transA: true });
  addScaled(scale * A.scale, W.data, 0, sum, weight - offset, O * I);
  if (bias === undefined) return;
  for (let n = 0; n < B; n++) addScaled(scale, S.data, n * O, sum, bias - offset, O);
}

interface Squares<T extends Reals> {
  /** what the squares are to be multiplied by: in float32 those of small gradients would be zero */
  readonly scale: number;
  readonly squares: Matrix<T>;
}

function squared<T extends Reals>({ rows, cols, data }: Matrix<T>): Squares<T> {
  return summedSquares({ rows, cols, data }, rows, 1);
}

/** Row n holds the sums of squares over the K rows of sample n. */
function summedSquares<T extends Reals>(
  { cols, data }: Matrix<T>,
  samples: number,
  K: number,
): Squares<T> {
  const squares = reals(data, samples * cols);
  const unit = powerOfTwo(data);
  for (let n = 0; n < samples; n++) {
    for (let k = 0; k < K; k++) {
      const row = (n * K + k) * cols;
      for (let j = 0; j < cols; j++) {
        const value = data[row + j] / unit;
        squares[n * cols + j] += value * value;
      }
    }
  }
  return { scale: unit * unit, squares: { rows: samples, cols, data: squares } };
}

/** The largest power of two that is not above the largest entry, by which a division is exact; 1 for zeros. */
function powerOfTwo(values: Reals): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (size > most) most = size;
  }
  return most > 0 && most < Infinity ? 2 ** Math.floor(Math.log2(most)) : 1;
}

/** Adds (g_nk · g'_n'k') (a_n · a'_n' + 1) to `sum`, with the 1 for a bias. */
function addInner<T extends Reals>(
  mine: OuterProducts<T>,
  theirs: OuterProducts<T>,
  K: number,
  L: number,
  sum: Matrix,
): void {
  const G = crossProducts(mine.gradients, theirs.gradients);
  const A = crossProducts(mine.inputs, theirs.inputs);
  const constant = mine.bias === undefined ? 0 : 1;
  for (let i = 0; i < sum.rows; i++) {
    const row = Math.floor(i / K) * A.cols;
    for (let j = 0; j < A.cols; j++) {
      const inputs = A.data[row + j] + constant;
      for (let l = 0; l < L; l++) {
        const at = i * sum.cols + j * L + l;
        sum.data[at] += G.data[at] * inputs;
      }
    }
  }
}

/** X Yᵀ */
function crossProducts<T extends Reals>(X: Matrix<T>, Y: Matrix<T>): Matrix<T> {
  const C = { rows: X.rows, cols: Y.rows, data: reals(X.data, X.rows * Y.rows) };
  kernels().gemm(X, Y, C, { transB: true });
  return C;
}
