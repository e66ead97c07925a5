/** A network whose readout is fixed: nonlinear in θ, with second derivatives that are bounded for all θ. */
import { ShapeError } from "../../errors.ts";
import { type Matrix, requireFinite, zeros } from "../../linalg/matrix.ts";
import type { Model } from "../../models/model.ts";
import { largest } from "./measure.ts";

/** max over all t of |tanh″(t)|, at tanh² t = 1/3 */
const STEEPEST_BEND = 4 / (3 * Math.sqrt(3));

/**
 * f(x, θ) = A tanh(W x) with A `[M, H]` given and θ = W `[H, P]`, row-major. Throws `ShapeError` or `DomainError`
 * for inputs that are not `[N, P]` or not finite.
 */
export function readoutNetwork({
  inputs: P,
  readout: A,
}: {
  readonly inputs: number;
  readonly readout: Matrix;
}): Model<Matrix> {
  const { rows: M, cols: H } = A;

  /** Visits all pairs of a sample and a hidden unit: t = tanh(w_h·x_n), and v_h·x_n where there is a v. */
  function eachUnit(
    theta: Float64Array,
    X: Matrix,
    v: Float64Array,
    visit: (n: number, h: number, t: number, change: number) => void,
  ): void {
    for (let n = 0; n < X.rows; n++) {
      for (let h = 0; h < H; h++) {
        let a = 0;
        let change = 0;
        for (let p = 0; p < P; p++) {
          a += theta[h * P + p] * X.data[n * P + p];
          change += v[h * P + p] * X.data[n * P + p];
        }
        visit(n, h, Math.tanh(a), change);
      }
    }
  }

  /** Σ_m A_mh U_nm */
  function pulled(U: Matrix, n: number, h: number): number {
    let sum = 0;
    for (let m = 0; m < M; m++) sum += A.data[m * H + h] * U.data[n * M + m];
    return sum;
  }

  return {
    parameters: H * P,
    outputs: M,
    checkInputs(X) {
      if (X.cols !== P) throw new ShapeError(`X has ${X.cols} columns, expected ${P}`);
      requireFinite(X.data, "X");
    },
    forward(theta, X) {
      const f = zeros(X.rows, M);
      eachUnit(theta, X, theta, (n, h, t) => {
        for (let m = 0; m < M; m++) f.data[n * M + m] += A.data[m * H + h] * t;
      });
      return f;
    },
    jvp(theta, X, v) {
      const f = zeros(X.rows, M);
      eachUnit(theta, X, v, (n, h, t, change) => {
        for (let m = 0; m < M; m++) f.data[n * M + m] += A.data[m * H + h] * (1 - t * t) * change;
      });
      return f;
    },
    vjp(theta, X, U) {
      const g = new Float64Array(H * P);
      eachUnit(theta, X, theta, (n, h, t) => {
        const slope = pulled(U, n, h) * (1 - t * t);
        for (let p = 0; p < P; p++) g[h * P + p] += slope * X.data[n * P + p];
      });
      return g;
    },
    secondOrder(theta, X, residual, v) {
      const g = new Float64Array(H * P);
      eachUnit(theta, X, v, (n, h, t, change) => {
        const bend = pulled(residual, n, h) * -2 * t * (1 - t * t) * change;
        for (let p = 0; p < P; p++) g[h * P + p] += bend * X.data[n * P + p];
      });
      return g;
    },
  };
}

/**
 * A β for which every output at every row of X is β-smooth in θ: its Hessian has a block A_mh tanh″(w_h·x) x xᵀ for
 * each hidden unit, so its norm is at most max |A| · max |tanh″| · max ‖x‖².
 */
export function smoothness(readout: Matrix, X: Matrix): number {
  const squares = Array.from({ length: X.rows }, (_, n) =>
    X.data.subarray(n * X.cols, (n + 1) * X.cols).reduce((sum, x) => sum + x * x, 0),
  );
  return largest(readout.data.map(Math.abs)) * STEEPEST_BEND * largest(squares);
}
