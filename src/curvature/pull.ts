/** Products with Jᵀ that stay in the range of a float32 model. */
import { type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import { normalized } from "../linalg/normalized.ts";
import type { Linearization } from "../models/linearization.ts";

/** `unit` · `product` */
export interface Pulled<T extends Reals> {
  /** `[D]` */
  readonly product: T;
  readonly unit: number;
}

/**
 * Jᵀ U for cotangents U `[B, M]` in float64, in the element type of `like`. U = S Sᵀ J v holds the factor S twice: in
 * float32 the square of a small one would be zero.
 */
export function pull<T extends Reals>(at: Linearization<T>, U: Matrix, like: T): Pulled<T> {
  const { matrix, unit } = normalized(U);
  return { product: at.vjp({ ...matrix, data: reals(like, matrix.data) }), unit };
}
