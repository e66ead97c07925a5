/** Squared lengths of rows that come layer by layer. */
import { type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import type { OuterProducts, WeightRows } from "./weightRows.ts";
import { eachGroup } from "./writtenRows.ts";

/** The sum of squares of each row, `[B · K]`, in float64; `like` says the element type. */
export function rowSquares<T extends Reals>(rows: WeightRows<T>, like: T): Float64Array {
  const sums = new Float64Array(rows.samples * rows.columns);
  const { kronecker } = rows;
  if (kronecker?.every(isCheap)) {
    for (const product of kronecker) addSquares(product, rows.columns, sums);
    return sums;
  }
  eachGroup(rows, like, (group, first) => {
    for (let r = 0; r < group.rows; r++) sums[first + r] = square(group, r);
  });
  return sums;
}

/** Whether Gram matrices over R positions are less work than the R outer products. */
function isCheap<T extends Reals>({ positions, inputs, gradients }: OuterProducts<T>): boolean {
  return (
    positions * (inputs.cols + gradients.cols) < inputs.cols * gradients.cols || positions === 1
  );
}

/** Adds ‖Σ_r g_r a_rᵀ‖² + ‖Σ_r g_r‖² = Σ_rs (g_r · g_s)(a_r · a_s + 1), with the 1 for a bias. */
function addSquares<T extends Reals>(
  { positions: R, inputs, gradients, bias }: OuterProducts<T>,
  columns: number,
  sums: Float64Array,
): void {
  const constant = bias === undefined ? 0 : 1;
  if (R === 1) {
    for (let i = 0; i < sums.length; i++) {
      const a = square(inputs, Math.floor(i / columns));
      sums[i] += square(gradients, i) * (a + constant);
    }
    return;
  }
  for (let i = 0; i < sums.length; i++) {
    const G = gramOfRows(gradients, i * R, R);
    const A = gramOfRows(inputs, Math.floor(i / columns) * R, R);
    for (let t = 0; t < R * R; t++) sums[i] += G[t] * (A[t] + constant);
  }
}

/** ‖row‖² in float64 */
function square({ cols, data }: Matrix<Reals>, row: number): number {
  let sum = 0;
  for (let j = row * cols; j < (row + 1) * cols; j++) sum += data[j] * data[j];
  return sum;
}

/** Z Zᵀ, `[R, R]`, of R rows Z of A from `start` on. */
function gramOfRows<T extends Reals>({ cols, data }: Matrix<T>, start: number, R: number): T {
  const Z = { rows: R, cols, data: data.subarray(start * cols, (start + R) * cols) as T };
  const C = { rows: R, cols: R, data: reals(data, R * R) };
  kernels().gemm(Z, Z, C, { transB: true });
  return C.data;
}
