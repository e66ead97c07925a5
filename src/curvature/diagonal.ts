/** The structure that keeps the diagonal. */
import { inBlocks } from "../linalg/blocks.ts";
import { type DiagonalOperator, diagonalOperator } from "../linalg/diagonalOperator.ts";
import type { Reals } from "../linalg/matrix.ts";
import { addSecondOrderDiagonal } from "./secondOrderDiagonal.ts";
import type { CurvatureSum, Structure } from "./structure.ts";

/**
 * The exact diagonal, float64; entries off it are dropped. For the Hessian of a network second derivatives come from one
 * backward pass, with a column for each unit of an activation that is not linear in pieces (Mizutani and Dreyfus 2008;
 * Dangel et al. 2020, "BackPACK"). D products are taken for another model not linear in θ, and for a network with far
 * more such units than parameters; a product for each parameter of a layer that is used twice.
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
  weight,
  batches,
}: CurvatureSum<T>): Float64Array {
  const total = new Float64Array(D);
  for (const { at, factor, centre, residual } of batches()) {
    at.gramDiagonal(factor, centre, total);
    if (residual) addSecondOrderDiagonal(at, residual, total);
  }
  inBlocks(D, (from, to) => multiply(weight, total, from, to));
  return total;
}

function multiply(factor: number, x: Float64Array, start: number, end: number): void {
  for (let i = start; i < end; i++) x[i] *= factor;
}
