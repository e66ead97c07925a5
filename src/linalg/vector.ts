/** Vectors: the few operations that everything is made of. All throw `ShapeError` where lengths differ. */
import { type Reals, requireLength } from "./matrix.ts";
import { addScaled, product } from "./plain.ts";

/** xᵀ y, summed in float64. */
export function dot(x: Reals, y: Reals): number {
  requireLength(y.length, x.length, "second vector of a dot product");
  return product(x, 0, y, 0, x.length);
}

/** ‖x‖₂, without overflow or underflow on the way. */
export function norm(x: Reals): number {
  const square = product(x, 0, x, 0, x.length);
  // Squares leave the range of doubles long before the norm does.
  if (square > 1e-280 && square < Infinity) return Math.sqrt(square);
  let max = 0;
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i])) return x[i];
    max = Math.max(max, Math.abs(x[i]));
  }
  if (max === 0 || max === Infinity) return max;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] / max) ** 2;
  return max * Math.sqrt(sum);
}

/** y ← y + a · x, in place. */
export function axpy(a: number, x: Reals, y: Reals): void {
  requireLength(x.length, y.length, "vector added to another");
  addScaled(a, x, 0, y, 0, x.length);
}

/** The cosine of the angle between x and y; NaN if one of them is zero. */
export function cosine(x: Reals, y: Reals): number {
  const [a, b] = [norm(x), norm(y)];
  requireLength(y.length, x.length, "second vector of a cosine");
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] / a) * (y[i] / b);
  return Math.max(-1, Math.min(1, sum));
}
