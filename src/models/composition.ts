/** A model followed by a map of its outputs, sample by sample. */
import { type Blocks, type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import { type Linearization, linearize } from "./linearization.ts";
import type { Inputs, Model } from "./model.ts";
import { secondOrder } from "./products.ts";

/** A differentiable map c of R^M to R^B, applied to each sample's outputs. */
export interface OutputMap<T extends Reals = Float64Array> {
  /** B */
  readonly outputs: number;
  /** c(f_n), `[N, M] → [N, B]` */
  values(outputs: Matrix<T>): Matrix<T>;
  /** ∂c/∂f at f_n, `[N, B, M]` */
  jacobian(outputs: Matrix<T>): Blocks<T>;
}

/**
 * The model c(f(x, θ)). Sums of curvature matrices are those of f with the factors (∂c/∂f)ᵀ S, so that what f does
 * fast stays fast. It has no second-order terms.
 *
 * @example
 * const odds = composition(linear({ inputs: 2 }), {
 *   outputs: 1,
 *   values: (f) => ({ ...f, data: f.data.map(Math.exp) }),
 *   jacobian: (f) => ({ count: f.rows, rows: 1, cols: 1, data: f.data.map(Math.exp) }),
 * });
 */
export function composition<X extends Inputs, T extends Reals = Float64Array>(
  model: Model<X, T>,
  map: OutputMap<T>,
): Model<X, T> {
  const composed: Model<X, T> = {
    parameters: model.parameters,
    outputs: map.outputs,
    ...(model.views && { views: model.views }),
    checkInputs: (X) => model.checkInputs?.(X),
    forward: (theta, X) => map.values(model.forward(theta, X)),
    jvp: (theta, X, v) => products(map.jacobian(model.forward(theta, X)), model.jvp(theta, X, v)),
    vjp: (theta, X, U) => model.vjp(theta, X, pulled(map.jacobian(model.forward(theta, X)), U)),
    // always by the sums of f, never by cutting X: a map may belong to all samples at once
    at: (theta, X) => composedAt(composed, map, theta, X, linearize(model, theta, X)),
  };
  return composed;
}

function composedAt<X extends Inputs, T extends Reals>(
  composed: Model<X, T>,
  map: OutputMap<T>,
  theta: T,
  X: X,
  inner: Linearization<T>,
): Linearization<T> {
  const outputs = map.values(inner.outputs);
  let known: Blocks<T> | undefined;
  const jacobian = (): Blocks<T> => {
    known ??= map.jacobian(inner.outputs);
    return known;
  };
  const pullFactor = (S: Blocks<T>): Blocks<T> => transposedProducts(jacobian(), S);
  return {
    samples: inner.samples,
    parameters: inner.parameters,
    outputs,
    linear: false,
    bytes: inner.bytes + outputs.data.byteLength * (1 + inner.outputs.cols),
    jvp: (v) => products(jacobian(), inner.jvp(v)),
    vjp: (U) => inner.vjp(pulled(jacobian(), U)),
    secondOrder: (residual, v) => secondOrder(composed, theta, X, residual, v),
    factorRows: (S) => inner.factorRows(pullFactor(S)),
    gram: (S, centre) => inner.gram(pullFactor(S), centre),
    gramDiagonal: (S, centre, sum) => inner.gramDiagonal(pullFactor(S), centre, sum),
    ...(inner.layers && { layers: (S: Blocks<T>) => inner.layers!(pullFactor(S)) }),
    ...(inner.nonFinite && { nonFinite: () => inner.nonFinite!() }),
  };
}

/** Row n is C_nᵀ u_n, for C `[N, B, M]` and U `[N, B]`. */
function pulled<T extends Reals>(C: Blocks<T>, { rows, cols, data }: Matrix<T>): Matrix<T> {
  const product = transposedProducts(C, { count: rows, rows: cols, cols: 1, data });
  return { rows: product.count, cols: product.rows, data: product.data };
}

/** Row n is C_n u_n, for C `[N, B, M]` and u `[N, M]`. */
function products<T extends Reals>(
  { count, rows: B, cols: M, data: c }: Blocks<T>,
  U: Matrix<T>,
): Matrix<T> {
  const data = reals(U.data, count * B);
  for (let i = 0; i < data.length; i++) {
    const n = Math.floor(i / B);
    for (let m = 0; m < M; m++) data[i] += c[i * M + m] * U.data[n * M + m];
  }
  return { rows: count, cols: B, data };
}

/** C_nᵀ S_n, `[N, M, K]`, for C `[N, B, M]` and S `[N, B, K]`. */
function transposedProducts<T extends Reals>(
  { count, rows: B, cols: M, data: c }: Blocks<T>,
  { cols: K, data: s }: Blocks<T>,
): Blocks<T> {
  const data = reals(s, count * M * K);
  for (let n = 0; n < count; n++) {
    for (let b = 0; b < B; b++) {
      for (let m = 0; m < M; m++) {
        const slope = c[(n * B + b) * M + m];
        for (let k = 0; k < K; k++) data[(n * M + m) * K + k] += slope * s[(n * B + b) * K + k];
      }
    }
  }
  return { count, rows: M, cols: K, data };
}
