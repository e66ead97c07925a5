/** The diagonal of the part of a Hessian that the Gauss–Newton matrix leaves out. */
import { type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import { addScaled } from "../linalg/plain.ts";
import type { Linearization } from "../models/linearization.ts";

/** Rows of an example that take as long as a product with the Hessian: in networks 7 to 30 were measured. */
const ROWS = 16;

/**
 * Adds the diagonal of Σ_n Σ_m r_nm ∇²f_nm to `sum` `[D]`: squares of rows for the layers that have them, a product for each
 * other parameter. Products alone where rows would take longer, as in large images with few weights.
 */
export function addSecondOrderDiagonal<T extends Reals>(
  at: Linearization<T>,
  residual: Matrix<T>,
  sum: Float64Array,
): void {
  const D = at.parameters;
  const known = new Uint8Array(D);
  const parts = at.secondOrderRows?.(residual);
  if (parts && parts.columns <= ROWS * D) {
    const negative = new Float64Array(D);
    for (const { sign, rows } of parts.rows) {
      const { offset, size } = rows;
      rows.addSquares((sign > 0 ? sum : negative).subarray(offset, offset + size));
    }
    addScaled(-1, negative, 0, sum, 0, D);
    for (const { offset, size } of parts.layers) known.fill(1, offset, offset + size);
  }
  for (let i = 0; i < D; i++) {
    if (known[i]) continue;
    const unit = reals(residual.data, D);
    unit[i] = 1;
    sum[i] += at.secondOrder(residual, unit)[i];
  }
}
