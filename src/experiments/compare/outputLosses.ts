/** Losses of the outputs f `[M]` by their names in a configuration, as their second derivatives. */
import type { OutputLoss } from "../../curvature/outputLoss.ts";
import type { Sample } from "../../curvature/split.ts";
import { bernoulli } from "../../likelihoods/bernoulli.ts";
import { categorical } from "../../likelihoods/categorical.ts";
import type { Likelihood } from "../../likelihoods/likelihood.ts";
import { poisson } from "../../likelihoods/poisson.ts";
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
    crossEntropy: (f: Float64Array) => ofClasses(f),
    logistic: (f: Float64Array) => diagonal(ofEach(bernoulli(), f)),
    poisson: (f: Float64Array) => diagonal(ofEach(poisson(), f)),
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

/** diag(p) − p pᵀ for p = softmax(f); one class is certain */
function ofClasses(f: Float64Array): Matrix {
  const M = f.length;
  if (M === 1) return zeros(1, 1);
  const { data } = categorical(M).outputFisher({ rows: 1, cols: M, data: f });
  return { rows: M, cols: M, data };
}

/** The second derivative of a family of one output at each of M outputs. */
function ofEach(family: Likelihood, f: Float64Array): Float64Array {
  return family.outputFisher({ rows: f.length, cols: 1, data: f }).data;
}
