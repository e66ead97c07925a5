/** Models for tests, each as the library takes it and written again in jets. */
import type { Matrix, Reals } from "../../src/linalg/matrix.ts";
import { type Intercept, linear } from "../../src/models/linear.ts";
import type { Model } from "../../src/models/model.ts";
import { Jet, total } from "./jet.ts";

export interface TestModel {
  readonly model: Model<Matrix>;
  /** f(x, θ), `[M]` */
  jets(theta: ArrayLike<number>, x: ArrayLike<number>): Jet[];
}

/** W x̃ */
export function linearCase(P: number, M: number, intercept: Intercept): TestModel {
  const Q = intercept ? P + 1 : P;
  return {
    model: linear({ inputs: P, outputs: M, intercept }),
    jets(theta, x) {
      const row = { last: [...Array.from(x), 1], first: [1, ...Array.from(x)] };
      const padded = intercept ? row[intercept] : Array.from(x);
      const W = Jet.variables(theta);
      return Array.from({ length: M }, (_, m) =>
        total(padded.map((xq, q) => W[m * Q + q].times(xq))),
      );
    },
  };
}

/** f_m = Σ_h V_mh tanh(W_h · x), θ = (W `[H, P]`, V `[M, H]`); nothing but what a user must write. */
export function tanhNetwork<T extends Reals = Float64Array>(
  P: number,
  H: number,
  M: number,
): Model<Matrix<T>, T> {
  const V = H * P;
  const D = V + M * H;
  const like = <R extends Reals>(theta: R, length: number): R =>
    (theta instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as R;

  function hidden(theta: T, x: T, weights: T): number[] {
    return Array.from({ length: H }, (_, h) => {
      let sum = 0;
      for (let p = 0; p < P; p++) sum += weights[h * P + p] * x[p];
      return weights === theta ? Math.tanh(sum) : sum;
    });
  }
  const row = (X: Matrix<T>, n: number): T => X.data.subarray(n * P, (n + 1) * P) as T;

  return {
    parameters: D,
    outputs: M,
    checkInputs() {},
    forward(theta, X) {
      const data = like(theta, X.rows * M);
      for (let n = 0; n < X.rows; n++) {
        const t = hidden(theta, row(X, n), theta);
        for (let m = 0; m < M; m++) {
          for (let h = 0; h < H; h++) data[n * M + m] += theta[V + m * H + h] * t[h];
        }
      }
      return { rows: X.rows, cols: M, data };
    },
    jvp(theta, X, v) {
      const data = like(theta, X.rows * M);
      for (let n = 0; n < X.rows; n++) {
        const t = hidden(theta, row(X, n), theta);
        // a copy, so that the weights are not taken for θ
        const change = hidden(theta, row(X, n), v.slice() as T);
        for (let m = 0; m < M; m++) {
          for (let h = 0; h < H; h++) {
            const i = V + m * H + h;
            data[n * M + m] += v[i] * t[h] + theta[i] * (1 - t[h] ** 2) * change[h];
          }
        }
      }
      return { rows: X.rows, cols: M, data };
    },
    vjp(theta, X, U) {
      const g = like(theta, D);
      for (let n = 0; n < X.rows; n++) {
        const x = row(X, n);
        const t = hidden(theta, x, theta);
        for (let m = 0; m < M; m++) {
          const u = U.data[n * M + m];
          for (let h = 0; h < H; h++) {
            const i = V + m * H + h;
            g[i] += u * t[h];
            for (let p = 0; p < P; p++) g[h * P + p] += u * theta[i] * (1 - t[h] ** 2) * x[p];
          }
        }
      }
      return g;
    },
  };
}

/** {@link tanhNetwork} */
export function networkCase(P: number, H: number, M: number): TestModel {
  return {
    model: tanhNetwork(P, H, M),
    jets(theta, x) {
      const W = Jet.variables(theta);
      const hidden = Array.from({ length: H }, (_, h) =>
        total(Array.from(x, (xp, p) => W[h * P + p].times(xp))).tanh(),
      );
      return Array.from({ length: M }, (_, m) =>
        total(hidden.map((t, h) => t.times(W[H * P + m * H + h]))),
      );
    },
  };
}
