/** The structure that keeps no matrix, only how to multiply with it. */
import { type Blocks, type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import {
  type MatrixFreeOperator,
  type MatrixFreeOptions as OperatorOptions,
  matrixFree as productOperator,
} from "../linalg/matrixFree.ts";
import { dot } from "../linalg/vector.ts";
import { diagonalSum } from "./diagonal.ts";
import { holdTerms } from "./heldTerms.ts";
import { pull } from "./pull.ts";
import type { CurvatureSum, Structure } from "./structure.ts";

/** Of the solves by conjugate gradients, of `dense()`, and: */
export interface MatrixFreeOptions extends Omit<OperatorOptions, "diagonal" | "dense" | "bytes"> {
  /**
   * bytes of forward passes and output factors that are kept; if they take more, each product computes them again.
   * Default 256 MiB
   */
  readonly memory?: number;
}

/**
 * Products w Σ_n J_nᵀ S_n S_nᵀ J_n v by one `jvp` and one `vjp`; solves by conjugate gradients with the given
 * `tolerance` (of the relative residual; for float32 models 1e-5 where nothing is said), `iterations` and `jacobi`
 * preconditioning. The forward passes and the output
 * factors S_n are computed once where they fit into `memory`. The diagonal is exact and takes no products, but for the Hessian of
 * a model not linear in θ, where `diagonal()` says how many. `dense()` takes D products and fits into
 * `memoryLimit` bytes (default 2 GiB), or throws `ShapeError`.
 *
 * @example
 * const G = curvature(problem, theta, fisher(), matrixFree({ tolerance: 1e-10 }));
 * G.solve(problem.gradient(theta), { damping: 1e-3 });
 */
export function matrixFree({
  memory = 2 ** 28,
  ...options
}: MatrixFreeOptions = {}): Structure<MatrixFreeOperator> {
  return {
    name: "matrix-free",
    build(sum) {
      const { sum: held, bytes } = holdTerms(sum, memory);
      return productOperator(sum.dimension, (v) => multiply(held, v), {
        ...(sum.theta instanceof Float32Array && { tolerance: SINGLE }),
        ...options,
        bytes,
        diagonal: () => diagonalSum(held),
      });
    },
  };
}

/** products of a float32 model have no more digits: with a smaller tolerance iterations do not end */
const SINGLE = 1e-5;

function multiply<T extends Reals>(
  { dimension: D, theta, weight, batches }: CurvatureSum<T>,
  v: Float64Array,
): Float64Array {
  const total = new Float64Array(D);
  const direction = reals(theta, v);
  for (const { at, factor, centre, residual } of batches()) {
    const outputs = at.jvp(direction);
    const { U, sum } = applyFactor(factor, outputs, centre ? dot(centre, v) : 0);
    const { product, unit } = pull(at, U, theta);
    for (let i = 0; i < D; i++) {
      total[i] += weight * (unit * product[i] - (centre ? sum * centre[i] : 0));
    }
    if (!residual) continue;
    const bend = at.secondOrder(residual, direction);
    for (let i = 0; i < D; i++) total[i] += weight * bend[i];
  }
  return total;
}

/**
 * U with rows S_n a_n, `[B, M]`, where a_n = S_nᵀ u_n − shift, and the sum of all a_n. With rows g_n − c, shift is cᵀv and
 * the product Σ (g_n − c) a_n is Jᵀ U − sum · c. Over all samples the sum is zero but for the rounding of c; that
 * times c is what would be lost.
 */
function applyFactor<T extends Reals>(
  { count, rows: M, cols: K, data: s }: Blocks<T>,
  outputs: Matrix<T>,
  shift: number,
): { U: Matrix; sum: number } {
  const data = new Float64Array(count * M);
  let sum = 0;
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < K; k++) {
      let along = -shift;
      for (let m = 0; m < M; m++) along += s[(n * M + m) * K + k] * outputs.data[n * M + m];
      for (let m = 0; m < M; m++) data[n * M + m] += along * s[(n * M + m) * K + k];
      sum += along;
    }
  }
  return { U: { rows: count, cols: M, data }, sum };
}
