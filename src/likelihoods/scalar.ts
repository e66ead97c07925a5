/** Families with one natural parameter, from functions of a single output f and target y. */
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

/** p(y | f) for one sample; the log-partition function A(f) gives mean = A′ and variance = A″. */
export interface ScalarFamily {
  readonly name: string;
  /** whether the family has the target y */
  belongs(y: number): boolean;
  /** what {@link belongs} expects, for the message, e.g. "0 or 1" */
  readonly expected: string;
  /** −log p(y | f) with all constants */
  loss(f: number, y: number): number;
  /** its derivative by f, that is mean(f) − y; separate, to be accurate where they nearly cancel */
  residual(f: number, y: number): number;
  /** its second derivative, which does not depend on y */
  variance(f: number): number;
  /** the square root of {@link variance} */
  deviation(f: number): number;
  /** E[y | f] */
  mean(f: number): number;
  /** one draw from p(· | f) */
  draw(f: number, random: Generator): number;
}

/**
 * The {@link Likelihood} of a family with one output, one target and one factor column.
 *
 * @example
 * // waiting times with rate −f, for f < 0: p(y | f) = −f exp(f y)
 * const exponential = scalarLikelihood({
 *   name: "exponential",
 *   belongs: (y) => y >= 0 && y < Infinity,
 *   expected: "a finite number of at least 0",
 *   loss: (f, y) => -f * y - Math.log(-f),
 *   residual: (f, y) => -1 / f - y,
 *   variance: (f) => 1 / (f * f),
 *   deviation: (f) => -1 / f,
 *   mean: (f) => -1 / f,
 *   draw: (f, random) => Math.log1p(-random.uniform()) / f,
 * });
 */
export function scalarLikelihood(family: ScalarFamily): Likelihood {
  function map<T extends Reals>(outputs: Matrix<T>, value: (f: number) => number): T {
    requireOutputs(likelihood, outputs);
    const result = allocate(outputs.data, outputs.rows);
    for (let n = 0; n < result.length; n++) result[n] = value(outputs.data[n]!);
    return result;
  }
  const columns = { outputs: 1, targetColumns: 1, factorColumns: 1 };
  const likelihood: Likelihood = {
    name: family.name,
    ...columns,
    checkTargets(targets: Matrix): void {
      requireTargets(likelihood, targets, family.belongs, family.expected);
    },
    negativeLogLikelihood<T extends Reals>(outputs: Matrix<T>, targets: Matrix): Float64Array {
      requirePair(likelihood, outputs, targets);
      const losses = new Float64Array(outputs.rows);
      for (let n = 0; n < losses.length; n++) {
        losses[n] = family.loss(outputs.data[n]!, targets.data[n]!);
      }
      return losses;
    },
    residual<T extends Reals>(outputs: Matrix<T>, targets: Matrix): Matrix<T> {
      requirePair(likelihood, outputs, targets);
      const data = allocate(outputs.data, outputs.rows);
      for (let n = 0; n < data.length; n++) {
        data[n] = family.residual(outputs.data[n]!, targets.data[n]!);
      }
      return { rows: outputs.rows, cols: 1, data };
    },
    outputFisher<T extends Reals>(outputs: Matrix<T>): Blocks<T> {
      return { count: outputs.rows, rows: 1, cols: 1, data: map(outputs, family.variance) };
    },
    outputFactor<T extends Reals>(outputs: Matrix<T>): Blocks<T> {
      return { count: outputs.rows, rows: 1, cols: 1, data: map(outputs, family.deviation) };
    },
    mean<T extends Reals>(outputs: Matrix<T>): Matrix<T> {
      return { rows: outputs.rows, cols: 1, data: map(outputs, family.mean) };
    },
    sample<T extends Reals>(outputs: Matrix<T>, random: Generator): Matrix {
      requireSampleable(likelihood, outputs);
      const data = new Float64Array(outputs.rows);
      for (let n = 0; n < data.length; n++) data[n] = family.draw(outputs.data[n]!, random);
      return { rows: outputs.rows, cols: 1, data };
    },
  };
  return likelihood;
}
