/** Quantiles of a sample. */

/** By linear interpolation between order statistics (type 7 of Hyndman & Fan 1996); NaN are left out. */
export function quantile(values: readonly number[], probability: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const place = (sorted.length - 1) * probability;
  const below = Math.floor(place);
  const next = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[next] - sorted[below]);
}
