/** Second moments of the rows of a layer in a basis of Kronecker products: the eigenvalues of EKFAC. */
import { type Matrix, type Reals, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import type { OuterProducts } from "../models/weightRows.ts";

/** entries of the rotated rows that are held at once: 8 MiB */
const HELD = 2 ** 20;

/** (P ⊗ Q) for a layer: P `[out, out]` and Q `[in (+ 1 for a bias)]²`, orthogonal, and the moments in it so far. */
export interface BasisMoments {
  readonly left: Matrix;
  readonly right: Matrix;
  /** Σ_nk (Pᵀ (Σ_r g ãᵀ) Q)∘², row by row, `[out · (in + 1)]`; nothing is multiplied by w */
  readonly moments: Float64Array;
}

/** Adds a batch of B samples with K columns each, in float64. */
export function addSecondMoments<T extends Reals>(
  { left, right, moments }: BasisMoments,
  { positions: R, inputs, gradients, bias }: OuterProducts<T>,
): void {
  const B = inputs.rows / R;
  const K = gradients.rows / inputs.rows;
  const group = Math.max(1, Math.floor(HELD / (R * (right.rows + K * left.rows))));
  for (let start = 0; start < B; start += group) {
    const count = Math.min(group, B - start);
    const a = rotated(inputs, start * R, count * R, right, bias !== undefined);
    const g = rotated(gradients, start * K * R, count * K * R, left, false);
    if (R === 1) addFlat(a, g, K, moments);
    else addShared(a, g, R, moments);
  }
}

/** Rows `start` to `start + count` of Z, with a constant 1 appended for a bias, times Q. */
function rotated<T extends Reals>(
  { cols, data }: Matrix<T>,
  start: number,
  count: number,
  Q: Matrix,
  bias: boolean,
): Matrix {
  const width = Q.rows;
  const part = zeros(count, width);
  for (let i = 0; i < count; i++) {
    const from = (start + i) * cols;
    for (let j = 0; j < cols; j++) part.data[i * width + j] = data[from + j];
    if (bias) part.data[i * width + cols] = 1;
  }
  const result = zeros(count, width);
  kernels().gemm(part, Q, result);
  return result;
}

/** Σ_nk (g_nk a_nᵀ)∘² = Sᵀ (a∘²) with S_n = Σ_k g_nk∘². */
function addFlat(a: Matrix, g: Matrix, K: number, moments: Float64Array): void {
  const S = zeros(a.rows, g.cols);
  for (let t = 0; t < g.data.length; t++) {
    const row = Math.floor(t / g.cols / K);
    S.data[row * g.cols + (t % g.cols)] += g.data[t] ** 2;
  }
  const squares = { ...a, data: a.data.map((x) => x * x) };
  const sum = { rows: g.cols, cols: a.cols, data: moments };
  kernels().gemm(S, squares, sum, { transA: true, beta: 1 });
}

/** One product over positions for each sample and column: the sum is inside of the square. */
function addShared(a: Matrix, g: Matrix, R: number, moments: Float64Array): void {
  const block = ({ cols, data }: Matrix, i: number): Matrix => ({
    rows: R,
    cols,
    data: data.subarray(i * R * cols, (i + 1) * R * cols),
  });
  const K = g.rows / a.rows;
  const product = zeros(g.cols, a.cols);
  for (let i = 0; i < g.rows / R; i++) {
    kernels().gemm(block(g, i), block(a, Math.floor(i / K)), product, { transA: true });
    for (let t = 0; t < moments.length; t++) moments[t] += product.data[t] ** 2;
  }
}
