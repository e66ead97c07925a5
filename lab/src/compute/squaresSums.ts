/**
 * The sums of least squares in two parameters, from moments. With θ = μ + e and ρ the residuals at μ, near the
 * minimum, the loss is a quadratic and the empirical Fisher (1/N) Σ (xₙᵀe + ρₙ)² xₙxₙᵀ a polynomial of degree two
 * in e; expanded there, and not at 0, nothing cancels where paths end.
 */
import { HALF_LOG_TWO_PI } from "../../../src/likelihoods/special.ts";
import type { PlanarData, Point, SumsAt } from "./planar.ts";

export function squaresSums({ X, y }: PlanarData, priorPrecision: number): SumsAt {
  const N = y.length;
  const [m0, m1] = leastSquares(X, y, priorPrecision);
  /** means of u⁴⁻ᵏ vᵏ, u³⁻ᵏ vᵏ ρ, u²⁻ᵏ vᵏ ρ², u²⁻ᵏ vᵏ, u¹⁻ᵏ vᵏ ρ, ρ² */
  const fourth = new Float64Array(5);
  const third = new Float64Array(4);
  const second = new Float64Array(3);
  const fisher = new Float64Array(3);
  const first = new Float64Array(2);
  let squares = 0;
  for (let n = 0; n < N; n++) {
    const u = X[2 * n];
    const v = X[2 * n + 1];
    const rho = m0 * u + m1 * v - y[n];
    const products = [u * u, u * v, v * v];
    for (let k = 0; k < 3; k++) {
      fisher[k] += products[k] / N;
      second[k] += (products[k] * rho * rho) / N;
      third[k] += (products[k] * u * rho) / N;
      fourth[k] += (products[k] * u * u) / N;
    }
    third[3] += (v * v * v * rho) / N;
    fourth[3] += (u * v * v * v) / N;
    fourth[4] += (v * v * v * v) / N;
    first[0] += (u * rho) / N;
    first[1] += (v * rho) / N;
    squares += (rho * rho) / N;
  }
  return (a, b) => {
    const e = a - m0;
    const f = b - m1;
    const slope0 = fisher[0] * e + fisher[1] * f;
    const slope1 = fisher[1] * e + fisher[2] * f;
    const ee = e * e;
    const ef = 2 * e * f;
    const ff = f * f;
    const entry = (k: number): number =>
      ee * fourth[k] +
      ef * fourth[k + 1] +
      ff * fourth[k + 2] +
      2 * (e * third[k] + f * third[k + 1]) +
      second[k];
    const likelihood =
      0.5 * (squares + e * slope0 + f * slope1) + first[0] * e + first[1] * f + HALF_LOG_TWO_PI;
    return {
      loss: likelihood + 0.5 * priorPrecision * (a * a + b * b),
      gradient: [slope0 + first[0], slope1 + first[1]],
      fisher: [fisher[0], fisher[1], fisher[2]],
      empirical: [entry(0), entry(1), entry(2)],
    };
  };
}

/** The minimum, to rounding, or 0 where the columns are collinear: any centre is right, one near it is better. */
function leastSquares(X: Float64Array, y: Float64Array, priorPrecision: number): Point {
  const N = y.length;
  let a = priorPrecision;
  let b = 0;
  let c = priorPrecision;
  for (let n = 0; n < N; n++) {
    a += X[2 * n] ** 2 / N;
    b += (X[2 * n] * X[2 * n + 1]) / N;
    c += X[2 * n + 1] ** 2 / N;
  }
  const determinant = a * c - b * b;
  if (!(determinant > 1e-14 * a * c)) return [0, 0];
  let [s, t] = [0, 0];
  for (let pass = 0; pass < 2; pass++) {
    let g = -priorPrecision * s;
    let h = -priorPrecision * t;
    for (let n = 0; n < N; n++) {
      const residual = y[n] - X[2 * n] * s - X[2 * n + 1] * t;
      g += (X[2 * n] * residual) / N;
      h += (X[2 * n + 1] * residual) / N;
    }
    s += (c * g - b * h) / determinant;
    t += (a * h - b * g) / determinant;
  }
  return [s, t];
}
