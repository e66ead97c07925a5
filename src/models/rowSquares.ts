/** Squared lengths of rows that come layer by layer. */
import { type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import { normalized } from "../linalg/normalized.ts";
import { kernels } from "../linalg/provider.ts";
import type { OuterProducts, WeightRows } from "./weightRows.ts";
import { eachGroup } from "./writtenRows.ts";

/** The sum of squares of each row, `[B · K]`, in float64; `like` says the element type. */
export function rowSquares<T extends Reals>(rows: WeightRows<T>, like: T): Float64Array {
  const sums = new Float64Array(rows.samples * rows.columns);
  const { kronecker } = rows;
  if (kronecker?.every(isCheap)) {
    const sizes = new Float64Array(sums.length);
    for (const product of kronecker) addSquares(product, rows.columns, sums, sizes);
    const lost = like instanceof Float64Array ? LOST.double : LOST.single;
    for (let n = 0; n < rows.samples; n++) {
      const [from, to] = [n * rows.columns, (n + 1) * rows.columns];
      const cancelled = sums.subarray(from, to).some((sum, k) => sum < lost * sizes[from + k]);
      if (cancelled) sums.set(squaresOf(rows, like, n), from);
    }
    return sums;
  }
  eachGroup(rows, like, (group, first) => {
    for (let r = 0; r < group.rows; r++) sums[first + r] = square(group, r);
  });
  return sums;
}

/** Sums below this share of what was added up have lost half of their digits, and may be negative. */
const LOST = { double: 2 ** -26, single: 2 ** -12 } as const;

/** Of the rows of one sample, written out. */
function squaresOf<T extends Reals>(
  { write, columns, size }: WeightRows<T>,
  like: T,
  sample: number,
): Float64Array {
  const target = { rows: columns, cols: size, data: reals(like, columns * size) };
  write(sample, sample + 1, target, 0);
  return Float64Array.from({ length: columns }, (_, k) => square(target, k));
}

/** Whether Gram matrices over R positions are less work than the R outer products. */
function isCheap<T extends Reals>({ positions, inputs, gradients }: OuterProducts<T>): boolean {
  return (
    positions * (inputs.cols + gradients.cols) < inputs.cols * gradients.cols || positions === 1
  );
}

/**
 * Adds ‖Σ_r g_r a_rᵀ‖² + ‖Σ_r g_r‖² = Σ_rs (g_r · g_s)(a_r · a_s + 1), with the 1 for a bias, and to `sizes` the sum of the
 * terms' sizes.
 */
function addSquares<T extends Reals>(
  { positions: R, inputs, gradients, bias }: OuterProducts<T>,
  columns: number,
  sums: Float64Array,
  sizes: Float64Array,
): void {
  const constant = bias === undefined ? 0 : 1;
  if (R === 1) {
    for (let i = 0; i < sums.length; i++) {
      const a = square(inputs, Math.floor(i / columns));
      const term = square(gradients, i) * (a + constant);
      sums[i] += term;
      sizes[i] += term;
    }
    return;
  }
  for (let i = 0; i < sums.length; i++) {
    const G = gramOfRows(gradients, i * R, R);
    const A = gramOfRows(inputs, Math.floor(i / columns) * R, R);
    for (let t = 0; t < R * R; t++) {
      const term = G[t] * (A[t] + constant);
      sums[i] += term;
      sizes[i] += Math.abs(term);
    }
  }
}

/** ‖row‖² in float64 */
function square({ cols, data }: Matrix<Reals>, row: number): number {
  let sum = 0;
  for (let j = row * cols; j < (row + 1) * cols; j++) sum += data[j] * data[j];
  return sum;
}

/** Z Zᵀ, `[R, R]` in float64, of R rows Z of A from `start` on. */
function gramOfRows<T extends Reals>(
  { cols, data }: Matrix<T>,
  start: number,
  R: number,
): Float64Array {
  const part = data.subarray(start * cols, (start + R) * cols) as T;
  const { matrix: Z, unit } = normalized({ rows: R, cols, data: part });
  const C = { rows: R, cols: R, data: reals(data, R * R) };
  kernels().gemm(Z, Z, C, { transB: true });
  return Float64Array.from(C.data, (entry) => unit ** 2 * entry);
}
