/** What chance does to the ratios of standard errors in fits of a right model: a band for all coefficients at once. */
import { quantile } from "./quantile.ts";
import type { RatioBand } from "./results.ts";

/** With fewer simulated fits the ends of an interval of 95 % are not known. */
const FEWEST = 19;

/**
 * Intervals around the medians that hold all D ratios of a simulated fit with probability `level`. Each has the shape
 * of its coefficient's own quantiles, and all are widened by one factor. Rows are logarithms of ratios `[B][D]`; those
 * that are not finite are left out. None for fewer than 19 rows.
 */
export function ratioBand(rows: readonly Float64Array[], level: number): RatioBand | undefined {
  const known = rows.filter((row) => row.every(Number.isFinite));
  if (known.length < FEWEST) return undefined;
  const tail = (1 - level) / 2;
  const own = Array.from(known[0], (_, t) => {
    const values = known.map((row) => row[t]);
    const [low, middle, high] = [tail, 0.5, 1 - tail].map((p) => quantile(values, p));
    return { middle, below: middle - low, above: high - middle };
  });
  const furthest = known.map((row) =>
    row.reduce((most, value, t) => {
      const { middle, below, above } = own[t];
      const width = value < middle ? below : above;
      return width > 0 ? Math.max(most, Math.abs(value - middle) / width) : most;
    }, 0),
  );
  const widened = quantile(furthest, level);
  return {
    level,
    lower: own.map(({ middle, below }) => Math.exp(middle - widened * below)),
    median: own.map(({ middle }) => Math.exp(middle)),
    upper: own.map(({ middle, above }) => Math.exp(middle + widened * above)),
  };
}
