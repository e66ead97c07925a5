/** Regression data drawn from a seed, and curvature by the definition, row by row. */
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import type { Likelihood } from "../../src/likelihoods/likelihood.ts";
import { poisson } from "../../src/likelihoods/poisson.ts";
import { fromRows, type Matrix, matrix, zeros } from "../../src/linalg/matrix.ts";
import { poisson as drawPoisson } from "../../src/random/poisson.ts";
import { stream } from "../../src/random/streams.ts";
import type { FamilyName } from "../../src/statistics/results.ts";

export interface Regression {
  readonly X: Matrix;
  readonly y: number[];
}

/** N rows, P standard normal columns, responses from the model with slopes 0.4, −0.3, 0.4, …; three classes. */
export function regression(family: FamilyName, N: number, P: number, seed: number): Regression {
  const random = stream(seed, "regression", family);
  const X = matrix(
    N,
    P,
    Float64Array.from({ length: N * P }, () => random.normal()),
  );
  const y = Array.from({ length: N }, (_, n) => {
    let f = 0.2;
    for (let j = 0; j < P; j++) f += (j % 2 === 0 ? 0.4 : -0.3) * X.data[n * P + j];
    if (family === "gaussian") return f + random.normal();
    if (family === "poisson") return drawPoisson(random, Math.exp(f));
    const u = random.uniform();
    if (family === "bernoulli") return u < 1 / (1 + Math.exp(-f)) ? 1 : 0;
    const weights = [1, Math.exp(f), Math.exp(0.3 - f)];
    const total = weights[0] + weights[1] + weights[2];
    return u * total < 1 ? 0 : u * total < 1 + weights[1] ? 1 : 2;
  });
  return { X, y };
}

/** The design with its column of ones, as rows. */
export function designRows({ X }: Regression): number[][] {
  return Array.from({ length: X.rows }, (_, n) => [
    ...X.data.subarray(n * X.cols, (n + 1) * X.cols),
    1,
  ]);
}

/** Σ over the rows of g, g gᵀ and Jᵀ Λ J at θ, for classes with the first as baseline; plain arrays. */
export function curvatureByRows(
  family: FamilyName,
  data: Regression,
  theta: ArrayLike<number>,
  variance = 1,
): { gradient: number[]; empirical: Matrix; fisher: Matrix; gradients: number[][]; loss: number } {
  const design = designRows(data);
  const P = design[0].length;
  const D = theta.length;
  const M = D / P;
  const likelihood = likelihoodOf(family, M + 1, variance);
  const all = Math.max(M, likelihood.outputs);
  const skipped = all - M;
  const [empirical, fisher] = [zeros(D, D), zeros(D, D)];
  const gradient = new Array<number>(D).fill(0);
  const gradients: number[][] = [];
  let loss = 0;
  design.forEach((x, n) => {
    const f = Array.from({ length: all }, (_, m) =>
      m < skipped ? 0 : x.reduce((sum, v, j) => sum + v * theta[(m - skipped) * P + j], 0),
    );
    const outputs = fromRows([f]);
    const targets = fromRows([[data.y[n]]]);
    loss += likelihood.negativeLogLikelihood(outputs, targets)[0];
    const r = likelihood.residual(outputs, targets).data;
    const lambda = likelihood.outputFisher(outputs).data;
    const g = Array.from({ length: D }, (_, t) => r[skipped + Math.floor(t / P)] * x[t % P]);
    gradients.push(g);
    for (let s = 0; s < D; s++) {
      gradient[s] += g[s];
      for (let t = 0; t < D; t++) {
        const [a, b] = [skipped + Math.floor(s / P), skipped + Math.floor(t / P)];
        empirical.data[s * D + t] += g[s] * g[t];
        fisher.data[s * D + t] += lambda[a * all + b] * x[s % P] * x[t % P];
      }
    }
  });
  return { gradient, empirical, fisher, gradients, loss };
}

function likelihoodOf(family: FamilyName, classes: number, variance: number): Likelihood {
  if (family === "gaussian") return gaussian({ variance });
  if (family === "bernoulli") return bernoulli();
  return family === "poisson" ? poisson() : categorical(classes);
}

/** A⁻¹ b by elimination with pivots. */
export function solve({ rows: n, data }: Matrix, b: readonly number[]): number[] {
  const A = Array.from({ length: n }, (_, i) => [...data.subarray(i * n, (i + 1) * n), b[i]]);
  for (let k = 0; k < n; k++) {
    const pivot = A.slice(k).reduce(
      (best, row, i) => (Math.abs(row[k]) > Math.abs(A[best][k]) ? k + i : best),
      k,
    );
    [A[k], A[pivot]] = [A[pivot], A[k]];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = A[i][k] / A[k][k];
      for (let j = k; j <= n; j++) A[i][j] -= factor * A[k][j];
    }
  }
  return A.map((row, i) => row[n] / row[i]);
}
