/** Models for tests, each as the library takes it and written again in jets. */
import type { Matrix, Reals } from "../../src/linalg/matrix.ts";
import { type Intercept, linear } from "../../src/models/linear.ts";
import type { Model } from "../../src/models/model.ts";
import { dense } from "../../src/models/network/dense.ts";
import { residual } from "../../src/models/network/residual.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { tanh } from "../../src/models/network/tanh.ts";
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

/** dense(P, 3), tanh, dense(3, M), as a network of layers. */
export function layeredCase(P: number, M: number): TestModel {
  return {
    model: sequential([dense(P, 3), tanh(), dense(3, M)], { precision: "float64" }),
    jets(theta, x) {
      const W = Jet.variables(theta);
      const hidden = affine(W, 0, P, 3, constants(theta, x)).map((h) => h.tanh());
      return affine(W, 3 * (P + 1), 3, M, hidden);
    },
  };
}

/** A layer used twice, once around a residual block: θ has its parameters once. */
export function tiedCase(P: number, M: number): TestModel {
  const tied = dense(P, P);
  const block = residual([tanh(), dense(P, P), tanh()]);
  return {
    model: sequential([tied, block, tied, tanh(), dense(P, M, { bias: false })], {
      precision: "float64",
    }),
    jets(theta, x) {
      const W = Jet.variables(theta);
      const size = P * (P + 1);
      const first = affine(W, 0, P, P, constants(theta, x));
      const body = affine(
        W,
        size,
        P,
        P,
        first.map((h) => h.tanh()),
      );
      const sum = first.map((h, i) => h.plus(body[i].tanh()));
      const hidden = affine(W, 0, P, P, sum).map((h) => h.tanh());
      return Array.from({ length: M }, (_, m) =>
        total(hidden.map((h, p) => h.times(W[2 * size + m * P + p]))),
      );
    },
  };
}

function constants(theta: ArrayLike<number>, x: ArrayLike<number>): Jet[] {
  const D = theta.length;
  return Array.from(x, (value) => new Jet(value, new Float64Array(D), new Float64Array(D * D)));
}

/** W h + b with the weight `[outputs, inputs]` and then the bias from `offset` on. */
function affine(
  W: readonly Jet[],
  offset: number,
  inputs: number,
  outputs: number,
  h: readonly Jet[],
): Jet[] {
  return Array.from({ length: outputs }, (_, o) =>
    total(h.map((value, i) => value.times(W[offset + o * inputs + i]))).plus(
      W[offset + outputs * inputs + o],
    ),
  );
}
