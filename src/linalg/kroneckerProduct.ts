/** Products with L ⊗ R without writing it out. */
import { type Matrix, zeros } from "./matrix.ts";
import { kernels } from "./provider.ts";

/**
 * (L ⊗ R) V, `[m·n, k] → [m·n, k]`, for L `[m, m]` and R `[n, n]`; of the transposed factors if asked. A column of V is
 * an m × n matrix row by row, of which this makes L X Rᵀ.
 */
export function kroneckerMultiply(
  L: Matrix,
  R: Matrix,
  V: Matrix,
  { transpose = false }: { transpose?: boolean } = {},
): Matrix {
  const [m, n, k] = [L.rows, R.rows, V.cols];
  const wide = zeros(m, n * k);
  kernels().gemm(L, { rows: m, cols: n * k, data: V.data }, wide, { transA: transpose });
  const result = zeros(m * n, k);
  if (k === 1) {
    const data = { rows: m, cols: n, data: wide.data };
    kernels().gemm(data, R, { rows: m, cols: n, data: result.data }, { transB: !transpose });
    return result;
  }
  for (let i = 0; i < m; i++) {
    const part = (data: Float64Array): Matrix => ({
      rows: n,
      cols: k,
      data: data.subarray(i * n * k, (i + 1) * n * k),
    });
    kernels().gemm(R, part(wide.data), part(result.data), { transA: transpose });
  }
  return result;
}

/** The diagonal entries u_i v_j of diag(u) ⊗ diag(v), `[m·n]`. */
export function outerProduct(u: Float64Array, v: Float64Array): Float64Array {
  const product = new Float64Array(u.length * v.length);
  for (let i = 0; i < u.length; i++) {
    for (let j = 0; j < v.length; j++) product[i * v.length + j] = u[i] * v[j];
  }
  return product;
}
