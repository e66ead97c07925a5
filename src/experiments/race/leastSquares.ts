/**
 * Linear regression with unit noise in lanes. In the orthogonal basis B (BᵀB = N·I) the loss is
 * L* + ½‖e‖² with e = η − η*, the gradient is e and the Fisher is I, so a run of GD or NGD never touches
 * the data. The empirical Fisher (1/N) Σ (bₙᵀe − ρₙ)² bₙbₙᵀ, ρ the residuals at the minimum, is a quadratic
 * polynomial in e: its coefficients, the fourth moments of (b, ρ), are computed once.
 */
import { fillPanels, openLanes, panelRows, solveWorkspace } from "../../linalg/lanes.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { type SparseMatrix, toDense } from "../../linalg/sparse.ts";
import type { Method } from "../results.ts";
import { fillLane, type LaneProblem, moveLanes, packLower, triangle } from "./laneProblem.ts";
import { orthogonalReduction } from "./reduction.ts";

const LANES = 64;

export function leastSquaresLanes(
  X: Matrix | SparseMatrix,
  y: Float64Array,
  lanes = LANES,
): LaneProblem {
  const { basis, gram, metric } = orthogonalReduction("kind" in X ? toDense(X) : X);
  const d = basis.cols;
  const fit = minimum(basis, y);
  const monomials = triangle(d + 1);
  const memory = openLanes(lanes, {
    moments: panelRows(triangle(d)) * monomials,
    monomials: monomials * lanes,
    curvature: panelRows(triangle(d)) * lanes,
    metric: triangle(d),
    error: d * lanes,
    z: d * lanes,
    damping: lanes,
    work: solveWorkspace(d),
  });
  const { reals } = memory;
  const fourth = fourthMoments(basis, fit.residual);
  const moments = fillPanels(
    reals.moments,
    triangle(d),
    monomials,
    (p, q) => fourth[p * monomials + q],
  );
  reals.metric.set(packLower(metric));
  const losses = new Float64Array(lanes);
  const eigenvalues = Float64Array.from({ length: d }, (_, i) => gram.data[i * (d + 1)]);

  const shrink = (factor: (i: number, lane: number) => number): void => {
    for (let i = 0; i < d; i++) {
      for (let lane = 0; lane < lanes; lane++) {
        reals.z[i * lanes + lane] = factor(i, lane) * reals.error[i * lanes + lane];
      }
    }
  };
  /** z for each method: K e; (I + λK⁻¹)⁻¹ e; (C(e) + λK⁻¹)⁻¹ e */
  const directions: Record<Method, (dampings: Float64Array) => void> = {
    GD: () => shrink((i) => eigenvalues[i]),
    NGD: (dampings) => shrink((i, lane) => eigenvalues[i] / (eigenvalues[i] + dampings[lane])),
    EFGD: (dampings) => {
      reals.damping.set(dampings);
      fillMonomials(reals.error, reals.monomials, d, lanes);
      memory.multiplyDense(moments, reals.monomials, reals.curvature);
      memory.solve({
        n: d,
        C: reals.curvature,
        K: reals.metric,
        damping: reals.damping,
        g: reals.error,
        z: reals.z,
        work: reals.work,
      });
    },
  };
  let current: Method = "GD";

  return {
    lanes,
    dimension: d,
    metric,
    reset: (lane) => fillLane(reals.error, lanes, lane, (i) => -fit.coefficients[i]),
    evaluate(method) {
      current = method;
      losses.fill(0);
      for (let i = 0; i < d; i++) {
        for (let lane = 0; lane < lanes; lane++) losses[lane] += reals.error[i * lanes + lane] ** 2;
      }
      for (let lane = 0; lane < lanes; lane++) losses[lane] = fit.loss + losses[lane] / 2;
      return losses;
    },
    direction(dampings) {
      directions[current](dampings);
      return reals.z;
    },
    move: (stepSizes) => moveLanes(reals.error, reals.z, stepSizes),
  };
}

/** η* = Bᵀy/N, the residuals y − Bη*, and half their mean square. */
function minimum(
  basis: Matrix,
  y: Float64Array,
): { coefficients: Float64Array; residual: Float64Array; loss: number } {
  const { rows: N, cols: d, data } = basis;
  const coefficients = new Float64Array(d);
  const residual = y.slice();
  // Twice is enough (Kahan): the second pass removes what rounding left of the fit in the residuals.
  for (let pass = 0; pass < 2; pass++) {
    const update = new Float64Array(d);
    for (let n = 0; n < N; n++) {
      for (let j = 0; j < d; j++) update[j] += (data[n * d + j] * residual[n]) / N;
    }
    for (let n = 0; n < N; n++) {
      for (let j = 0; j < d; j++) residual[n] -= data[n * d + j] * update[j];
    }
    for (let j = 0; j < d; j++) coefficients[j] += update[j];
  }
  const loss = residual.reduce((sum, r) => sum + r * r, 0) / (2 * N);
  return { coefficients, residual, loss };
}

/**
 * `[d(d+1)/2, (d+1)(d+2)/2]`: the coefficient of monomial (k, l) of ẽ = [e; 1] in entry
 * (i, j) of C(e) = (1/N) Σ (bᵀe − ρ)² b bᵀ. With b̃ = [b; −ρ] it is (1/N) Σ b̃ₖ b̃ₗ bᵢ bⱼ, doubled off the diagonal.
 */
function fourthMoments(basis: Matrix, residual: Float64Array): Float64Array {
  const { rows: N, cols: d, data } = basis;
  const monomials = triangle(d + 1);
  const moments = new Float64Array(triangle(d) * monomials);
  const products = new Float64Array(monomials);
  const extended = new Float64Array(d + 1);
  for (let n = 0; n < N; n++) {
    extended.set(data.subarray(n * d, (n + 1) * d));
    extended[d] = -residual[n];
    let q = 0;
    for (let k = 0; k <= d; k++) {
      for (let l = 0; l <= k; l++)
        products[q++] = ((k === l ? 1 : 2) * extended[k] * extended[l]) / N;
    }
    let p = 0;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++, p++) {
        const pair = extended[i] * extended[j];
        for (q = 0; q < monomials; q++) moments[p * monomials + q] += pair * products[q];
      }
    }
  }
  return moments;
}

/** The products ẽₖ ẽₗ, l ≤ k, of ẽ = [e; 1] in each lane. */
function fillMonomials(e: Float64Array, out: Float64Array, d: number, lanes: number): void {
  let q = 0;
  for (let k = 0; k <= d; k++) {
    for (let l = 0; l <= k; l++, q++) {
      for (let lane = 0; lane < lanes; lane++) {
        const left = k < d ? e[k * lanes + lane] : 1;
        const right = l < d ? e[l * lanes + lane] : 1;
        out[q * lanes + lane] = left * right;
      }
    }
  }
}
