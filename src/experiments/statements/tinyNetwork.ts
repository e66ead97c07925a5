/** A network with one hidden layer and exact second derivatives: the smallest model nonlinear in θ. */
import { ShapeError } from "../../errors.ts";
import { type Matrix, requireFinite, requireLength, zeros } from "../../linalg/matrix.ts";
import type { Model } from "../../models/model.ts";
import type { Generator } from "../../random/generator.ts";

/** The sizes of {@link tinyNetwork}. */
export interface NetworkSizes {
  /** P */
  readonly inputs: number;
  /** H */
  readonly hidden: number;
  /** M */
  readonly outputs: number;
}

/**
 * f(x, θ) = V tanh(W x + b) + c with θ = (W `[H, P]`, b `[H]`, V `[M, H]`, c `[M]`), each row-major. Written
 * for the statements of the paper that need a model nonlinear in θ: clear, not fast.
 * Throws `ShapeError` or `DomainError` for inputs that are not `[N, P]` or not finite.
 *
 * @example
 * const model = tinyNetwork({ inputs: 1, hidden: 8, outputs: 1 });
 * const theta = initialWeights(model, random);
 */
export function tinyNetwork({ inputs: P, hidden: H, outputs: M }: NetworkSizes): Model<Matrix> {
  const B = H * P;
  const V = B + H;
  const C = V + M * H;
  const D = C + M;

  /** tanh(W x + b) of sample n */
  function activations(theta: Float64Array, x: Float64Array): Float64Array {
    const t = new Float64Array(H);
    for (let h = 0; h < H; h++) t[h] = Math.tanh(theta[B + h] + dot(theta, h * P, x));
    return t;
  }

  return {
    parameters: D,
    outputs: M,
    checkInputs(X) {
      if (X.cols !== P) throw new ShapeError(`X has ${X.cols} columns, expected ${P}`);
      requireFinite(X.data, "X");
    },
    forward(theta, X) {
      requireLength(theta.length, D, "theta");
      return eachRow(X, M, (x, f) => {
        const t = activations(theta, x);
        for (let m = 0; m < M; m++) f[m] = theta[C + m] + dot(theta, V + m * H, t);
      });
    },
    jvp(theta, X, v) {
      return eachRow(X, M, (x, f) => {
        const t = activations(theta, x);
        for (let m = 0; m < M; m++) {
          f[m] = v[C + m] + dot(v, V + m * H, t);
          for (let h = 0; h < H; h++) {
            const change = v[B + h] + dot(v, h * P, x);
            f[m] += theta[V + m * H + h] * (1 - t[h] ** 2) * change;
          }
        }
      });
    },
    vjp(theta, X, U) {
      const g = new Float64Array(D);
      eachRow(X, 0, (x, _, n) => {
        const t = activations(theta, x);
        for (let m = 0; m < M; m++) {
          const u = U.data[n * M + m];
          g[C + m] += u;
          for (let h = 0; h < H; h++) {
            g[V + m * H + h] += u * t[h];
            const slope = u * theta[V + m * H + h] * (1 - t[h] ** 2);
            g[B + h] += slope;
            for (let p = 0; p < P; p++) g[h * P + p] += slope * x[p];
          }
        }
      });
      return g;
    },
    secondOrder(theta, X, residual, v) {
      const g = new Float64Array(D);
      eachRow(X, 0, (x, _, n) => {
        const t = activations(theta, x);
        for (let h = 0; h < H; h++) {
          const slope = 1 - t[h] ** 2;
          const bend = -2 * t[h] * slope;
          const change = v[B + h] + dot(v, h * P, x);
          let along = 0;
          for (let m = 0; m < M; m++) {
            const r = residual.data[n * M + m];
            along += r * (theta[V + m * H + h] * bend * change + v[V + m * H + h] * slope);
            g[V + m * H + h] += r * slope * change;
          }
          g[B + h] += along;
          for (let p = 0; p < P; p++) g[h * P + p] += along * x[p];
        }
      });
      return g;
    },
  };
}

/** Standard normal weights `[D]`, times `scale`. */
export function initialWeights(
  model: { readonly parameters: number },
  random: Generator,
  scale = 1,
): Float64Array {
  return Float64Array.from({ length: model.parameters }, () => scale * random.normal());
}

/** Calls `visit` with each row of X and the same row of a new `[N, cols]` matrix, which it returns. */
function eachRow(
  X: Matrix,
  cols: number,
  visit: (x: Float64Array, out: Float64Array, n: number) => void,
): Matrix {
  const out = zeros(X.rows, cols);
  for (let n = 0; n < X.rows; n++) {
    const row = X.data.subarray(n * X.cols, (n + 1) * X.cols);
    visit(row, out.data.subarray(n * cols, (n + 1) * cols), n);
  }
  return out;
}

/** Σ_i a[offset + i] b[i] */
function dot(a: Float64Array, offset: number, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += a[offset + i] * b[i];
  return sum;
}
