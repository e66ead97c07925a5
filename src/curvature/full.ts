/** The structure that keeps every entry. */
import { type DenseOperator, denseOperator } from "../linalg/dense.ts";
import { type Matrix, type Reals, reals, zeros } from "../linalg/matrix.ts";
import { MEMORY_LIMIT, requireMemory } from "../linalg/shapes.ts";
import type { Linearization } from "../models/linearization.ts";
import type { CurvatureSum, Structure } from "./structure.ts";

export interface FullOptions {
  /** bytes that the matrix may take, default 2 GiB */
  readonly memoryLimit?: number;
}

/**
 * All D² entries, float64. Solves by Cholesky factorization, which is kept. A matrix that would take more than
 * `memoryLimit` is refused with `ShapeError`, its size and what else to use, before memory is taken.
 *
 * @example
 * curvature(problem, theta, fisher(), full()).logDeterminant({ damping: 1e-4 });
 */
export function full({ memoryLimit = MEMORY_LIMIT }: FullOptions = {}): Structure<DenseOperator> {
  return {
    name: "full",
    build(sum) {
      return denseOperator(fullSum(sum, memoryLimit));
    },
  };
}

/** The whole of a sum, `[D, D]` in float64. Throws `ShapeError` where it would take more bytes than the limit. */
export function fullSum<T extends Reals>(
  { name, dimension: D, theta, weight, batches }: CurvatureSum<T>,
  memoryLimit: number = MEMORY_LIMIT,
): Matrix {
  requireMemory(D, D, name, memoryLimit);
  const total = zeros(D, D);
  for (const { at, factor, centre, residual } of batches()) {
    const { data } = at.gram(factor, centre);
    for (let i = 0; i < data.length; i++) total.data[i] += weight * data[i];
    if (residual) addSecondOrder(total, theta, weight, at, residual);
  }
  return total;
}

/** Adds w Σ_n Σ_m r_nm ∇²f_nm: one product with each unit vector, halves averaged so that it is symmetric. */
function addSecondOrder<T extends Reals>(
  { cols: D, data }: Matrix,
  theta: T,
  weight: number,
  at: Linearization<T>,
  residual: Matrix<T>,
): void {
  for (let j = 0; j < D; j++) {
    const unit = reals(theta, D);
    unit[j] = 1;
    const column = at.secondOrder(residual, unit);
    for (let i = 0; i < D; i++) {
      const half = 0.5 * weight * column[i];
      data[i * D + j] += half;
      data[j * D + i] += half;
    }
  }
}
