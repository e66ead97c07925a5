/** The largest and the smallest eigenvalue of a matrix, in the way that its structure allows. */
import { BlockDiagonalOperator } from "../linalg/blockDiagonalOperator.ts";
import { DenseOperator } from "../linalg/dense.ts";
import { extremeEigenvalues } from "../linalg/estimators/extremeEigenvalues.ts";
import { MatrixFreeOperator } from "../linalg/matrixFree.ts";
import type { SymmetricOperator } from "../linalg/operator.ts";
import { stream } from "../random/streams.ts";

export interface Extremes {
  readonly largest: number;
  readonly smallest: number;
}

/** residual of an eigenvalue by Lanczos, relative to the largest in size; its own error is the square of it, as a rule */
export const TOLERANCE = 1e-4;
/** order up to which all eigenvalues are computed */
const ORDER = 1024;

/**
 * Exact where the structure has its eigenvalues; by Lanczos, to 1e-4 of the largest in size and from always the same
 * vectors, for a matrix held entry by entry or known by its products alone of an order above 1024. Throws
 * `ConvergenceError` as Lanczos does.
 */
export function extremes(A: SymmetricOperator): Extremes {
  if (A instanceof BlockDiagonalOperator) {
    const parts = A.blocks.map(({ operator }) => extremes(operator));
    return {
      largest: Math.max(...parts.map(({ largest }) => largest)),
      smallest: Math.min(...parts.map(({ smallest }) => smallest)),
    };
  }
  const byProducts = A instanceof DenseOperator || A instanceof MatrixFreeOperator;
  if (byProducts && A.dimension > ORDER) {
    const at = (end: "largest" | "smallest"): number =>
      extremeEigenvalues(A, stream(0, "extreme eigenvalues"), { end, tolerance: TOLERANCE })
        .values[0];
    return { largest: at("largest"), smallest: at("smallest") };
  }
  const values = A.eigenvalues();
  return { largest: values[values.length - 1], smallest: values[0] };
}
