/** What Ritz values prove about definiteness. */
import { NotPositiveDefiniteError } from "../../errors.ts";

/**
 * Throws {@link NotPositiveDefiniteError} unless all Ritz values (ascending) plus damping are positive beyond rounding
 * of a matrix of order D. No Ritz value lies below the least eigenvalue, so what is found is the matrix's own.
 */
export function requirePositiveRitz(
  values: Float64Array,
  damping: number,
  dimension: number,
): void {
  const [least] = values;
  const largest = Math.max(Math.abs(least), Math.abs(values[values.length - 1]));
  if (!(least + damping > dimension * Number.EPSILON * largest)) {
    throw new NotPositiveDefiniteError(
      `the operator is not positive definite with damping ${damping}: Lanczos found the eigenvalue ${least}, ` +
        `or one below, and ${largest} as the largest in size; use a larger damping`,
      0,
    );
  }
}
