/** Losses of the outputs f `[M]` by their names in a configuration, as their second derivatives. */
import type { OutputLoss } from "../../curvature/outputLoss.ts";
import type { Sample } from "../../curvature/split.ts";
import { type Matrix, zeros } from "../../linalg/matrix.ts";
import type { OutputLossConfiguration } from "./configuration.ts";

/** What a loss is called, in results and figures. */
export function outputLossName(loss: OutputLossConfiguration): string {
  if (typeof loss === "object") return `pseudo-Huber loss, δ = ${loss.pseudoHuber}`;
  return {
    squaredError: "squared error",
    crossEntropy: "cross-entropy",
    logistic: "logistic loss",
    poisson: "Poisson loss",
  }[loss];
}

/**
 * With the target y as a vector of the M outputs, a class as the unit vector of its index:
 *
 * - `squaredError`: ½ ‖f − y‖²
 * - `crossEntropy`: log Σ_m exp f_m − yᵀf
 * - `logistic`: Σ_m log(1 + exp f_m) − y_m f_m
 * - `poisson`: Σ_m exp f_m − y_m f_m
 * - `pseudoHuber` with δ: Σ_m δ² (√(1 + ((f_m − y_m) / δ)²) − 1)
 */
export function outputLossOf(loss: OutputLossConfiguration): OutputLoss {
  return { name: outputLossName(loss), hessian: hessianOf(loss) };
}

function hessianOf(loss: OutputLossConfiguration): OutputLoss["hessian"] {
  if (typeof loss === "object") {
    const delta = loss.pseudoHuber;
    return (f, { target }) => {
      const y = asOutputs(target, f.length);
      return diagonal(f.map((value, m) => (1 + ((value - y[m]) / delta) ** 2) ** -1.5));
    };
  }
  return {
    squaredError: (f: Float64Array) => diagonal(f.map(() => 1)),
    crossEntropy: softmaxCovariance,
    // σ(f) σ(−f), which does not overflow
    logistic: (f: Float64Array) =>
      diagonal(f.map((value) => 1 / ((1 + Math.exp(-value)) * (1 + Math.exp(value))))),
    poisson: (f: Float64Array) => diagonal(f.map(Math.exp)),
  }[loss];
}

/** The one column of a target is a class where there are several outputs. */
function asOutputs(target: Sample["target"], M: number): ArrayLike<number> {
  if (target.length === M) return target;
  return Float64Array.from({ length: M }, (_, m) => (m === target[0] ? 1 : 0));
}

function diagonal(values: Float64Array): Matrix {
  const M = values.length;
  const H = zeros(M, M);
  for (let m = 0; m < M; m++) H.data[m * (M + 1)] = values[m];
  return H;
}

/** diag(p) − p pᵀ for p = softmax(f) */
function softmaxCovariance(f: Float64Array): Matrix {
  const top = Math.max(...f);
  const weights = f.map((value) => Math.exp(value - top));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const p = weights.map((weight) => weight / sum);
  const H = diagonal(p);
  const M = p.length;
  for (let i = 0; i < M; i++) for (let j = 0; j < M; j++) H.data[i * M + j] -= p[i] * p[j];
  return H;
}
