/**
 * Rows of a layer that backpropagation gives as outer products: the implementation of {@link WeightRows} for dense
 * layers (one position) and convolutions (one for each pixel). With one position nothing is written out: squares
 * and inner products of g aᵀ are products of those of g and a.
 */
import { eachRow, inBlocks } from "../linalg/blocks.ts";
import { powerOfTwo, square, sumSquares } from "../linalg/elements.ts";
import { type Matrix, type Reals, reals, zeros } from "../linalg/matrix.ts";
import { normalized } from "../linalg/normalized.ts";
import { addScaled, writeScaled } from "../linalg/plain.ts";
import { kernels } from "../linalg/provider.ts";
import { Room } from "../linalg/room.ts";
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
      for (const product of products) addSquaredSums(place, product, sum);
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
      const G = { rows: R, cols: O, data: g.subarray(row * R * O, (row + 1) * R * O) as T };
      const A = { rows: R, cols: I, data: a.subarray(n * R * I, (n + 1) * R * I) as T };
      const W = { rows: O, cols: I, data: to.subarray(base + weight, base + weight + O * I) as T };
      // also for one position, where a loop here would be slower than memory
      kernels().gemm(G, A, W, { transA: true });
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

/** entries of squared inputs that are held at once: they stay in cache until they are multiplied */
const HELD = 2 ** 18;

const SUMS = new Room();
const SQUARES = new Room();
const WEIGHTS = new Room();

/** Σ_nk (g_nk a_nᵀ)∘² = Sᵀ (a∘²) with S_n = Σ_k g_nk∘²: the columns are gone before the last product. */
function addSquaredSums<T extends Reals>(
  { offset, samples: B }: RowsPlace,
  { inputs, gradients, weight, bias }: OuterProducts<T>,
  sum: Float64Array,
): void {
  const [I, O] = [inputs.cols, gradients.cols];
  const S = sumSquares(gradients, B);
  // in float32 the squares of small gradients would be zero, those of large inputs infinite
  const unit = powerOfTwo(S);
  const inputUnit = powerOfTwo(inputs.data);
  const take = (room: Room, length: number): T =>
    (inputs.data instanceof Float32Array ? room.take(length) : reals(inputs.data, length)) as T;
  const W = { rows: O, cols: I, data: take(SUMS, O * I) };
  const size = Math.min(B, Math.max(1, Math.floor(HELD / I)));
  const [a, s] = [take(SQUARES, size * I), take(WEIGHTS, size * O)];
  for (let start = 0; start < B; start += size) {
    const rows = Math.min(size, B - start);
    const squares = { rows, cols: I, data: a.subarray(0, rows * I) as T };
    const weights = { rows, cols: O, data: s.subarray(0, rows * O) as T };
    const part = inputs.data.subarray(start * I, (start + rows) * I) as T;
    square(1 / inputUnit, part, squares.data);
    inBlocks(rows * O, (from, to) =>
      writeScaled(1 / unit, S, start * O + from, weights.data, from, to - from),
    );
    kernels().gemm(weights, squares, W, { transA: true, beta: start === 0 ? 0 : 1 });
  }
  const first = weight - offset;
  const factor = unit * inputUnit ** 2;
  inBlocks(O * I, (from, to) => addScaled(factor, W.data, from, sum, first + from, to - from));
  if (bias === undefined) return;
  eachRow(B, (n) => addScaled(1, S, n * O, sum, bias - offset, O));
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
      const inputs = A.unit * A.data[row + j] + constant;
      for (let l = 0; l < L; l++) {
        const at = i * sum.cols + j * L + l;
        sum.data[at] += G.unit * G.data[at] * inputs;
      }
    }
  }
}

/** `unit` · `data` is X Yᵀ, `[rows of X, cols]`. */
function crossProducts<T extends Reals>(X: Matrix<T>, Y: Matrix<T>) {
  const [left, right] = [normalized(X), normalized(Y)];
  const C = { rows: X.rows, cols: Y.rows, data: reals(X.data, X.rows * Y.rows) };
  kernels().gemm(left.matrix, right.matrix, C, { transB: true });
  return { data: C.data, cols: Y.rows, unit: left.unit * right.unit };
}
