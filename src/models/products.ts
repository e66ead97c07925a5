/**
 * The sums of the curvature matrices for any model: by the model's own members where it has them, else by
 * `vjp` alone. Jacobian rows are never all held at once.
 */
import { type Blocks, type Matrix, type Reals, reals, zeros } from "../linalg/matrix.ts";
import { addScaled } from "../linalg/plain.ts";
import { kernels } from "../linalg/provider.ts";
import { inputRows, isDivisible } from "./inputs.ts";
import type { Inputs, Model } from "./model.ts";

/** entries of the Jacobian rows that are held at once: 32 MiB of float64 */
const HELD = 2 ** 22;

/** Blocks `start` up to `end`, sharing the numbers of S. */
export function blockRange<T extends Reals>(S: Blocks<T>, start: number, end: number): Blocks<T> {
  const size = S.rows * S.cols;
  return { ...S, count: end - start, data: S.data.subarray(start * size, end * size) as T };
}

/** The rows (J_nᵀ S_n)ᵀ, `[N · K, D]` with row n·K + k, for S `[N, M, K]`. Throws as the model does. */
export function factorRows<X extends Inputs, T extends Reals>(
  model: Model<X, T>,
  theta: T,
  X: X,
  S: Blocks<T>,
): Matrix<T> {
  if (model.factorRows) return model.factorRows(theta, X, S);
  const { count: N, rows: M, cols: K, data } = S;
  const D = model.parameters;
  const rows = { rows: N * K, cols: D, data: reals(theta, N * K * D) };
  const divisible = isDivisible(X);
  for (let n = 0; n < N; n++) {
    const x = divisible ? inputRows(X, n, n + 1) : X;
    for (let k = 0; k < K; k++) {
      // inputs that cannot be cut are asked for one sample by cotangents that are zero elsewhere
      const U = { rows: x.rows, cols: M, data: reals(theta, x.rows * M) };
      const offset = divisible ? 0 : n * M;
      for (let m = 0; m < M; m++) U.data[offset + m] = data[(n * M + m) * K + k];
      rows.data.set(model.vjp(theta, x, U), (n * K + k) * D);
    }
  }
  return rows;
}

/** Calls `visit` with {@link factorRows} of one group of consecutive samples after another. */
export function eachFactorRows<X extends Inputs, T extends Reals>(
  model: Model<X, T>,
  theta: T,
  X: X,
  S: Blocks<T>,
  visit: (rows: Matrix<T>) => void,
): void {
  const N = S.count;
  const group = isDivisible(X) ? Math.max(1, Math.floor(HELD / (S.cols * model.parameters))) : N;
  for (let start = 0; start < N; start += group) {
    const end = Math.min(start + group, N);
    visit(factorRows(model, theta, inputRows(X, start, end), blockRange(S, start, end)));
  }
}

/**
 * Σ_n J_nᵀ S_n S_nᵀ J_n in float64, `[D, D]`. With `centre` c `[D]` (and K = 1) Σ_n (g_n − c)(g_n − c)ᵀ for the
 * rows g_n = J_nᵀ S_n, subtracted before the products so that nothing cancels.
 */
export function gram<X extends Inputs, T extends Reals>(
  model: Model<X, T>,
  theta: T,
  X: X,
  S: Blocks<T>,
  centre?: T,
): Matrix {
  if (model.gram && !centre) {
    const sum = model.gram(theta, X, S);
    const { data } = sum;
    return data instanceof Float64Array
      ? { ...sum, data }
      : { ...sum, data: Float64Array.from(data) };
  }
  const D = model.parameters;
  const sum = zeros(D, D);
  eachFactorRows(model, theta, X, S, (rows) => {
    if (centre) subtract(rows, centre);
    kernels().syrk(toFloat64(rows), sum, { transA: true, beta: 1 });
  });
  return sum;
}

/** The diagonal of {@link gram} in float64, `[D]`, added to `sum`. */
export function gramDiagonal<X extends Inputs, T extends Reals>(
  model: Model<X, T>,
  theta: T,
  X: X,
  S: Blocks<T>,
  centre?: T,
  sum: Float64Array = new Float64Array(model.parameters),
): Float64Array {
  const D = model.parameters;
  if (model.gramDiagonal && !centre) {
    addScaled(1, model.gramDiagonal(theta, X, S), 0, sum, 0, D);
    return sum;
  }
  eachFactorRows(model, theta, X, S, ({ rows, data }) => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < D; j++) sum[j] += (data[i * D + j] - (centre ? centre[j] : 0)) ** 2;
    }
  });
  return sum;
}

/**
 * Σ_n Σ_m r_nm ∇²f_nm v, `[D]`: the model's own `secondOrder`, zero for a model linear in θ, else the derivative
 * of `vjp` along v by fourth-order central differences: relative error about 1e-12 in float64 where f is smooth
 * on the scale of θ, 1e-5 in float32.
 */
export function secondOrder<X extends Inputs, T extends Reals>(
  model: Model<X, T>,
  theta: T,
  X: X,
  residual: Matrix<T>,
  v: T,
): T {
  if (model.secondOrder) return model.secondOrder(theta, X, residual, v);
  const result = reals(theta, theta.length);
  const length = largest(v);
  if (model.linear || length === 0) return result;
  const epsilon = theta instanceof Float32Array ? 2 ** -23 : Number.EPSILON;
  // rounding ε/h and truncation h⁴ of the same size
  const h = (epsilon ** 0.2 * Math.max(1, largest(theta))) / length;
  for (const [multiple, weight] of STENCIL) {
    const moved = reals(theta, theta);
    for (let i = 0; i < moved.length; i++) moved[i] += multiple * h * v[i];
    const g = model.vjp(moved, X, residual);
    for (let i = 0; i < g.length; i++) result[i] += (weight * g[i]) / h;
  }
  return result;
}

/** f′(0) ≈ Σ weight · f(multiple · h) / h */
const STENCIL = [
  [-2, 1 / 12],
  [-1, -8 / 12],
  [1, 8 / 12],
  [2, -1 / 12],
] as const;

function largest(v: Reals): number {
  let most = 0;
  for (let i = 0; i < v.length; i++) most = Math.max(most, Math.abs(v[i]));
  return most;
}

function subtract({ rows, cols, data }: Matrix<Reals>, centre: Reals): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) data[i * cols + j] -= centre[j];
  }
}

function toFloat64({ rows, cols, data }: Matrix<Reals>): Matrix {
  return { rows, cols, data: data instanceof Float64Array ? data : Float64Array.from(data) };
}
