/** Whether the squares of squares that a linear regression needs are doubles. */
import { DomainError } from "../errors.ts";
import type { RowSource } from "./rows.ts";
import type { Summary } from "./summary.ts";

/**
 * Sums of r⁴ are needed, and a fit that is not perfect has residuals down to 10⁻¹⁴ of the target: with this bound
 * their fourth powers lie between 10⁻²⁹⁶ and 10²⁴⁰.
 */
const LARGEST = 1e60;
/** σ / x is the scale of a coefficient; its square is a variance, its reciprocal's square the information */
const LARGEST_RATIO = 1e135;

/**
 * Throws {@link DomainError} for a Gaussian target so large or small, by itself or beside a column or a known
 * variance, that variances, their squares or their reciprocals leave the range of doubles.
 */
export function requireScale(
  { target, columns }: RowSource,
  { gram, mean, squares, weightSum, smallest, largest }: Summary,
  variance: number | undefined,
): void {
  const root = Math.hypot(Math.sqrt(squares / weightSum), mean);
  // 0 where the target equals its offset, or where its squares underflow
  const scale = root > 0 ? root : Math.max(Math.abs(smallest), Math.abs(largest));
  if (!(scale <= LARGEST && scale >= 1 / LARGEST)) {
    throw new DomainError(
      `target "${target}" has values of size ${shown(scale)}, whose fourth powers leave the range of doubles: ` +
        "express it in another unit",
    );
  }
  if (variance !== undefined) requireVariance(target, scale, variance);
  columns.forEach((name, j) => {
    const ratio = scale / Math.sqrt(gram.data[j * (gram.cols + 1)] / weightSum);
    if (ratio <= LARGEST_RATIO && ratio >= 1 / LARGEST_RATIO) return;
    // a column of zeros is collinear, which is said elsewhere
    if (ratio === Infinity) return;
    throw new DomainError(
      `target "${target}" has values of size ${shown(scale)} and column "${name}" of size ${shown(scale / ratio)}: ` +
        "the squares of their ratio leave the range of doubles, express one of them in another unit",
    );
  });
}

function requireVariance(target: string, scale: number, variance: number): void {
  const deviation = Math.sqrt(variance);
  if (!(deviation <= LARGEST && deviation >= 1 / LARGEST)) {
    throw new DomainError(
      `variance: found ${variance}, whose square leaves the range of doubles: express the target in another unit`,
    );
  }
  if (scale / deviation <= LARGEST) return;
  throw new DomainError(
    `variance: found ${variance}, but target "${target}" has values of size ${shown(scale)}: the fourth power of ` +
      "their size in standard deviations leaves the range of doubles",
  );
}

function shown(size: number): string {
  return size.toPrecision(2).replace("e+", "e");
}
