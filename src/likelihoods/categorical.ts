/** Class labels with logits as natural parameters: softmax regression. */
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

/**
 * The softmax of one row of logits. Sums that leave out one term are formed without it, never as
 * 1 − p, so that what is small keeps its digits.
 */
class Softmax {
  readonly p: Float64Array;
  /** the index of the largest logit */
  top = 0;
  /** Σ exp(f_j − max f) over j ≠ top */
  rest = 0;

  constructor(classes: number) {
    this.p = new Float64Array(classes);
  }

  read(logits: Reals, start: number): void {
    const C = this.p.length;
    this.top = 0;
    for (let j = 1; j < C; j++) if (logits[start + j]! > logits[start + this.top]!) this.top = j;
    const max = logits[start + this.top]!;
    this.rest = 0;
    for (let j = 0; j < C; j++) {
      this.p[j] = Math.exp(logits[start + j]! - max);
      if (j !== this.top) this.rest += this.p[j]!;
    }
    for (let j = 0; j < C; j++) this.p[j]! /= 1 + this.rest;
  }

  /** 1 − p_j */
  complement(j: number): number {
    return j === this.top ? this.rest / (1 + this.rest) : 1 - this.p[j]!;
  }
}

/**
 * The categorical family p(y = c | f) = exp(f_c) / Σ_j exp(f_j) with C logits; targets are class
 * indices 0, …, C − 1, one a row:
 *
 *     ℓ = log Σ_j exp(f_j) − f_y,   r = p − e_y,   Λ = diag(p) − p pᵀ
 *
 * Λ has rank C − 1: adding a constant to all logits changes nothing. So has the square root diag(√p) − p √pᵀ (the variant
 * diag(√p) − √p pᵀ, found in print, is none), and what costs a pass for each column would pay for one too many. S is
 * the Cholesky factor instead, `[C, C − 1]` (Tanabe & Sagae 1992): with q_j = Σ_{l > j} p_l
 *
 *     S_jj = √(p_j q_j / q_{j−1}),   S_ij = −p_i √(p_j / (q_{j−1} q_j)) for i > j
 *
 * Throws {@link DomainError} unless C is an integer of at least 2.
 *
 * @example
 * const outputs = matrix(1, 3, new Float64Array([1, 2, 3]));
 * categorical(3).mean(outputs).data; // [0.0900…, 0.2447…, 0.6652…]
 */
export function categorical(C: number): Likelihood {
  if (!(Number.isSafeInteger(C) && C >= 2)) {
    throw new DomainError(`categorical: ${C} classes, expected an integer of at least 2`);
  }
  const softmax = new Softmax(C);
  const { p } = softmax;

  /** One `[C, cols]` block a row, from `fill(zeros, start of the block)` after the softmax of the row. */
  function blocks<T extends Reals>(
    outputs: Matrix<T>,
    cols: number,
    fill: (data: T, start: number) => void,
  ): Blocks<T> {
    requireOutputs(likelihood, outputs);
    const data = allocate(outputs.data, outputs.rows * C * cols);
    for (let n = 0; n < outputs.rows; n++) {
      softmax.read(outputs.data, n * C);
      fill(data, n * C * cols);
    }
    return { count: outputs.rows, rows: C, cols, data };
  }

  const likelihood: Likelihood = {
    name: "categorical",
    outputs: C,
    targetColumns: 1,
    factorColumns: C - 1,
    checkTargets(targets: Matrix): void {
      const belongs = (y: number): boolean => Number.isInteger(y) && y >= 0 && y < C;
      requireTargets(likelihood, targets, belongs, `a class index from 0 to ${C - 1}`);
    },
    negativeLogLikelihood<T extends Reals>(outputs: Matrix<T>, targets: Matrix): Float64Array {
      requirePair(likelihood, outputs, targets);
      const losses = new Float64Array(outputs.rows);
      for (let n = 0; n < losses.length; n++) {
        softmax.read(outputs.data, n * C);
        const logit = outputs.data[n * C + targets.data[n]!]!;
        losses[n] = outputs.data[n * C + softmax.top]! - logit + Math.log1p(softmax.rest);
      }
      return losses;
    },
    residual<T extends Reals>(outputs: Matrix<T>, targets: Matrix): Matrix<T> {
      requirePair(likelihood, outputs, targets);
      const data = allocate(outputs.data, outputs.rows * C);
      for (let n = 0; n < outputs.rows; n++) {
        softmax.read(outputs.data, n * C);
        data.set(p, n * C);
        const y = targets.data[n]!;
        data[n * C + y] = -softmax.complement(y);
      }
      return { rows: outputs.rows, cols: C, data };
    },
    outputFisher<T extends Reals>(outputs: Matrix<T>): Blocks<T> {
      return blocks(outputs, C, (data, start) => {
        for (let i = 0; i < C; i++) {
          for (let j = 0; j < C; j++) data[start + i * C + j] = -p[i]! * p[j]!;
          data[start + i * (C + 1)] = p[i]! * softmax.complement(i);
        }
      });
    },
    outputFactor<T extends Reals>(outputs: Matrix<T>): Blocks<T> {
      const K = C - 1;
      return blocks(outputs, K, (data, start) => {
        let tail = 0;
        for (let j = K - 1; j >= 0; j--) {
          tail += p[j + 1]!;
          // no class from j on is possible in float64: the column is zero
          if (tail === 0) continue;
          const share = Math.sqrt(p[j]! / (p[j]! + tail));
          const root = Math.sqrt(tail);
          data[start + j * K + j] = share * root;
          for (let i = j + 1; i < C; i++) data[start + i * K + j] = -share * (p[i]! / root);
        }
      });
    },
    mean<T extends Reals>(outputs: Matrix<T>): Matrix<T> {
      requireOutputs(likelihood, outputs);
      const data = allocate(outputs.data, outputs.rows * C);
      for (let n = 0; n < outputs.rows; n++) {
        softmax.read(outputs.data, n * C);
        data.set(p, n * C);
      }
      return { rows: outputs.rows, cols: C, data };
    },
    sample<T extends Reals>(outputs: Matrix<T>, random: Generator): Matrix {
      requireSampleable(likelihood, outputs);
      const data = new Float64Array(outputs.rows);
      for (let n = 0; n < outputs.rows; n++) {
        softmax.read(outputs.data, n * C);
        data[n] = drawClass(softmax, random.uniform());
      }
      return { rows: outputs.rows, cols: 1, data };
    },
  };
  return likelihood;
}

/** The class in whose interval of the cumulative probabilities `u` lies. */
function drawClass({ p, top }: Softmax, u: number): number {
  let cumulative = 0;
  for (let j = 0; j < p.length; j++) {
    cumulative += p[j]!;
    if (u < cumulative) return j;
  }
  // Rounding can leave the sum below 1: the most probable class takes what is missing.
  return top;
}
