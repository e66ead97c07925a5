/** The matrices that the statements speak of, as the library computes them, and one by its definition. */
import { curvature } from "../../curvature/curvature.ts";
import { ggn } from "../../curvature/ggn.ts";
import type { Kind } from "../../curvature/kind.ts";
import { empirical, fisher, gradientCovariance, hessian } from "../../curvature/kinds.ts";
import { canonicalSplit } from "../../curvature/split.ts";
import { type Matrix, matrix, zeros } from "../../linalg/matrix.ts";
import type { Objective } from "../../objective.ts";
import { residualMoments } from "./outcomes.ts";

/** Computes one of the matrices under test, `[D, D]`. */
export type MatrixAt = (objective: Objective<Matrix>, theta: Float64Array) => Matrix;

function ofKind(kind: Kind<Matrix>): MatrixAt {
  return (objective, theta) => curvature(objective, theta, kind).dense();
}

/** F */
export const fisherMatrix: MatrixAt = ofKind(fisher());
/** F̃ */
export const empiricalFisherMatrix: MatrixAt = ofKind(empirical());
/** ∇²L, without prior */
export const hessianMatrix: MatrixAt = ofKind(hessian());
/** the centred empirical Fisher */
export const gradientCovarianceMatrix: MatrixAt = ofKind(gradientCovariance());
/** G of the canonical split */
export const gaussNewtonMatrix: MatrixAt = (objective, theta) =>
  curvature(objective, theta, ggn(canonicalSplit(objective))).dense();

/** J_n `[M, D]`, one product with a unit vector a row. */
export function jacobian(
  { model, X, samples }: Objective<Matrix>,
  theta: Float64Array,
  n: number,
): Matrix {
  const { outputs: M, parameters: D } = model;
  const J = zeros(M, D);
  for (let m = 0; m < M; m++) {
    const unit = zeros(samples, M);
    unit.data[n * M + m] = 1;
    J.data.set(model.vjp(theta, X, unit), m * D);
  }
  return J;
}

/** w Σ_n E[∇ log p ∇ log pᵀ] by its definition: the expectation over y ~ p(y | f_n) is a sum over outcomes. */
export const expectedOuterProduct: MatrixAt = (objective, theta) => {
  const { samples, dimension: D, weight, likelihood } = objective;
  const F = zeros(D, D);
  for (let n = 0; n < samples; n++) {
    const J = jacobian(objective, theta, n);
    const { second } = residualMoments(likelihood, outputRow(objective, theta, n));
    addSandwich(F, weight, J, second);
  }
  return F;
};

/** f_n `[M]` */
export function outputRow(
  objective: Objective<Matrix>,
  theta: Float64Array,
  n: number,
): Float64Array {
  const { cols, data } = objective.outputs(theta);
  return data.subarray(n * cols, (n + 1) * cols);
}

/** F ← F + w Jᵀ A J */
function addSandwich(F: Matrix, w: number, J: Matrix, A: Matrix): void {
  const { rows: M, cols: D } = J;
  for (let i = 0; i < D; i++) {
    for (let j = 0; j < D; j++) {
      let sum = 0;
      for (let k = 0; k < M; k++) {
        for (let l = 0; l < M; l++) {
          sum += J.data[k * D + i] * A.data[k * M + l] * J.data[l * D + j];
        }
      }
      F.data[i * D + j] += w * sum;
    }
  }
}

/** v vᵀ */
export function outer(v: Float64Array): Matrix {
  const D = v.length;
  return matrix(
    D,
    D,
    Float64Array.from({ length: D * D }, (_, k) => v[Math.floor(k / D)] * v[k % D]),
  );
}

/** Σ_i c_i A_i */
export function combination(terms: readonly (readonly [number, Matrix])[]): Matrix {
  const [, first] = terms[0];
  const sum = zeros(first.rows, first.cols);
  for (const [c, A] of terms)
    A.data.forEach((a, i) => {
      sum.data[i] += c * a;
    });
  return sum;
}
