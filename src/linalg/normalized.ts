/** Matrices whose products stay in the range of their element type. */
import { powerOfTwo, scale } from "./elements.ts";
import { type Matrix, type Reals, reals } from "./matrix.ts";

/** `unit` · `matrix` */
export interface Normalized<T extends Reals> {
  readonly matrix: Matrix<T>;
  readonly unit: number;
}

/**
 * A matrix divided by the power of two of its largest entry: in float32 the squares of gradients of 1e-20 would be zero.
 * Itself where that is 1; nothing is rounded, but for entries that are tiny beside the largest.
 */
export function normalized<T extends Reals>({ rows, cols, data }: Matrix<T>): Normalized<T> {
  const unit = powerOfTwo(data);
  if (unit === 1) return { matrix: { rows, cols, data }, unit };
  const divided = reals(data, data.length);
  scale(1 / unit, data, divided);
  return { matrix: { rows, cols, data: divided }, unit };
}
