/** The structure that keeps the diagonal. */
import { inBlocks } from "../linalg/blocks.ts";
import { type DiagonalOperator, diagonalOperator } from "../linalg/diagonalOperator.ts";
import { type Reals, reals } from "../linalg/matrix.ts";
import type { CurvatureSum, Structure } from "./structure.ts";

/**
 * The exact diagonal, float64; entries off it are dropped. For the Hessian of a model not linear in θ it takes D
 * products.
 *
 * @example
 * curvature(problem, theta, empirical(), diagonal()).solve(g, { damping: 1e-8 });
 */
export function diagonal(): Structure<DiagonalOperator> {
  return {
    name: "diagonal",
    build(sum) {
      return diagonalOperator(diagonalSum(sum));
    },
  };
}

/** The diagonal of a sum, `[D]` in float64. */
export function diagonalSum<T extends Reals>({
  dimension: D,
  theta,
  weight,
  batches,
}: CurvatureSum<T>): Float64Array {
  const total = new Float64Array(D);
  for (const { at, factor, centre, residual } of batches()) {
    at.gramDiagonal(factor, centre, total);
    if (!residual) continue;
    for (let i = 0; i < D; i++) {
      const unit = reals(theta, D);
      unit[i] = 1;
      total[i] += at.secondOrder(residual, unit)[i];
    }
  }
  inBlocks(D, (from, to) => multiply(weight, total, from, to));
  return total;
}

function multiply(factor: number, x: Float64Array, start: number, end: number): void {
  for (let i = start; i < end; i++) x[i] *= factor;
}
