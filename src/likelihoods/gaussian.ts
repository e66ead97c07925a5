/** Real targets with known noise variance: least squares. */
import { DomainError } from "../errors.ts";
import type { Blocks, Matrix, Reals } from "../linalg/matrix.ts";
import type { Generator } from "../random/generator.ts";
import {
  allocate,
  requireOutputs,
  requirePair,
  requireSampleable,
  requireTargets,
} from "./batch.ts";
import type { Likelihood } from "./likelihood.ts";
import { HALF_LOG_TWO_PI } from "./special.ts";

/** Options of {@link gaussian}. */
export interface GaussianOptions {
  /** σ², the known variance of each target; default 1 */
  readonly variance?: number;
  /** M, the number of targets of one sample; default 1 */
  readonly outputs?: number;
}

/**
 * The Gaussian family y ~ N(f, σ² I) with M outputs and known variance σ²:
 *
 *     ℓ = ‖f − y‖² / (2σ²) + (M/2) log(2πσ²),   r = (f − y) / σ²,   Λ = I / σ²,   S = I / σ
 *
 * The constant is part of ℓ: with σ² = 1 and one output the loss is half the squared error plus
 * ½ log 2π ≈ 0.9189. Half the mean squared error alone, as often reported, lies below by that much.
 * Throws {@link DomainError} unless the variance is positive and finite and M a positive integer.
 *
 * @example
 * const family = gaussian({ variance: 4 });
 * family.residual(matrix(1, 1, new Float64Array([3])), matrix(1, 1, new Float64Array([1]))).data; // [0.5]
 */
export function gaussian({ variance = 1, outputs: M = 1 }: GaussianOptions = {}): Likelihood {
  if (!(variance > 0 && variance < Infinity)) {
    throw new DomainError(`gaussian: variance is ${variance}, expected a positive number`);
  }
  if (!(Number.isSafeInteger(M) && M >= 1)) {
    throw new DomainError(`gaussian: outputs is ${M}, expected a positive integer`);
  }
  const deviation = Math.sqrt(variance);
  const constant = M * (HALF_LOG_TWO_PI + 0.5 * Math.log(variance));

  /** `value` times the identity for each row */
  function scaledIdentities<T extends Reals>(outputs: Matrix<T>, value: number): Blocks<T> {
    requireOutputs(likelihood, outputs);
    const data = allocate(outputs.data, outputs.rows * M * M);
    for (let n = 0; n < outputs.rows; n++) {
      for (let m = 0; m < M; m++) data[n * M * M + m * (M + 1)] = value;
    }
    return { count: outputs.rows, rows: M, cols: M, data };
  }

  const likelihood: Likelihood = {
    name: "gaussian",
    outputs: M,
    targetColumns: M,
    factorColumns: M,
    checkTargets(targets: Matrix): void {
      requireTargets(likelihood, targets, Number.isFinite, "a finite number");
    },
    negativeLogLikelihood<T extends Reals>(outputs: Matrix<T>, targets: Matrix): Float64Array {
      requirePair(likelihood, outputs, targets);
      const losses = new Float64Array(outputs.rows);
      for (let n = 0; n < losses.length; n++) {
        let squares = 0;
        for (let i = n * M; i < (n + 1) * M; i++)
          squares += (outputs.data[i]! - targets.data[i]!) ** 2;
        losses[n] = squares / (2 * variance) + constant;
      }
      return losses;
    },
    residual<T extends Reals>(outputs: Matrix<T>, targets: Matrix): Matrix<T> {
      requirePair(likelihood, outputs, targets);
      const data = allocate(outputs.data, outputs.data.length);
      for (let i = 0; i < data.length; i++) {
        data[i] = (outputs.data[i]! - targets.data[i]!) / variance;
      }
      return { rows: outputs.rows, cols: M, data };
    },
    outputFisher<T extends Reals>(outputs: Matrix<T>): Blocks<T> {
      return scaledIdentities(outputs, 1 / variance);
    },
    outputFactor<T extends Reals>(outputs: Matrix<T>): Blocks<T> {
      return scaledIdentities(outputs, 1 / deviation);
    },
    mean<T extends Reals>(outputs: Matrix<T>): Matrix<T> {
      requireOutputs(likelihood, outputs);
      return { rows: outputs.rows, cols: M, data: outputs.data.slice() as T };
    },
    sample<T extends Reals>(outputs: Matrix<T>, random: Generator): Matrix {
      requireSampleable(likelihood, outputs);
      const data = Float64Array.from(outputs.data, (f) => f + deviation * random.normal());
      return { rows: outputs.rows, cols: M, data };
    },
  };
  return likelihood;
}
