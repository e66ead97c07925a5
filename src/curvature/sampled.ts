/** The Fisher with labels drawn from the model instead of the expectation over them. */
import { DomainError } from "../errors.ts";
import type { Likelihood } from "../likelihoods/likelihood.ts";
import { type Blocks, type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import type { Inputs } from "../models/model.ts";
import { type Generator, requireGenerator } from "../random/generator.ts";
import type { Kind } from "./kind.ts";

export interface SampledOptions {
  /** k ≥ 1, labels drawn for each sample; default 1 */
  readonly draws?: number;
  readonly random: Generator;
}

/**
 * The Monte-Carlo Fisher (w/k) Σ_n Σ_j g̃_nj g̃_njᵀ with g̃_nj = J_nᵀ r(f_n, ỹ_nj) for k labels ỹ_nj ~ p(· | f_n):
 * an unbiased estimate of the Fisher, with one draw at the cost of the empirical Fisher (Martens & Grosse 2015;
 * Kunstner et al. 2019, section 6). Scale: the objective's, whatever k. That holds for a true −log p; a multiple a of
 * one scales the estimate by a², as every second moment of gradients, and the Fisher by a.
 *
 * The labels are drawn once for each matrix, sample by sample: all its products, and all sizes of mini-batches, see
 * the same ones. Two matrices made with one generator see different ones. Throws {@link DomainError} unless k is a
 * positive integer and `random` a generator.
 *
 * @example
 * const random = stream(0, "labels");
 * const F1 = curvature(problem, theta, sampled({ draws: 1, random }));
 */
export function sampled<X extends Inputs = Inputs, T extends Reals = Float64Array>(
  options: SampledOptions,
): Kind<X, T> {
  const { draws = 1, random }: SampledOptions = Object(options);
  if (!(Number.isSafeInteger(draws) && draws >= 1)) {
    throw new DomainError(`sampled Fisher: draws is ${draws}, expected a positive integer`);
  }
  requireGenerator(random, "sampled Fisher");
  return {
    name: "sampled Fisher",
    degree: 2,
    prepare({ objective: { likelihood } }) {
      const drawn = new Map<number, Matrix>();
      return ({ start, linearization }) => {
        const at = linearization();
        const repeated = repeatRows(at.outputs, draws);
        const labels = drawn.get(start) ?? likelihood.sample(repeated, random);
        drawn.set(start, labels);
        return { at, factor: sampledFactor(likelihood, repeated, labels, draws) };
      };
    },
  };
}

/** Row n·k + j is row n of F: labels are then drawn in the order of the samples. */
function repeatRows<T extends Reals>({ rows, cols, data }: Matrix<T>, k: number): Matrix<T> {
  if (k === 1) return { rows, cols, data };
  const repeated = reals(data, rows * k * cols);
  for (let i = 0; i < rows * k; i++) {
    const n = Math.floor(i / k);
    repeated.set(data.subarray(n * cols, (n + 1) * cols), i * cols);
  }
  return { rows: rows * k, cols, data: repeated };
}

/** S_n `[M, k]` with columns r(f_n, ỹ_nj) / √k */
function sampledFactor<T extends Reals>(
  likelihood: Likelihood,
  outputs: Matrix<T>,
  labels: Matrix,
  k: number,
): Blocks<T> {
  const { rows, cols: M, data: r } = likelihood.residual(outputs, labels);
  const N = rows / k;
  const data = reals(r, N * M * k);
  const scale = 1 / Math.sqrt(k);
  for (let n = 0; n < N; n++) {
    for (let j = 0; j < k; j++) {
      for (let m = 0; m < M; m++) data[(n * M + m) * k + j] = scale * r[(n * k + j) * M + m];
    }
  }
  return { count: N, rows: M, cols: k, data };
}
