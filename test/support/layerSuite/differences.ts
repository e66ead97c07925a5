/** Derivatives by differences, accurate enough to test formulas with. */

/** f′(0) = Σ weight · (f(multiple · h) − f(−multiple · h)) / h + O(h⁸) */
const STENCIL = [
  [1, 4 / 5],
  [2, -1 / 5],
  [3, 4 / 105],
  [4, -1 / 280],
] as const;

/** Largest argument 4h = 0.03: rounding 2e-14, and truncation h⁸ f⁽⁹⁾ / 630 for f of the size of one. */
const STEP = 0.0075;

/** The derivative at 0 of a function with vectors as values; it must be smooth on [−0.03, 0.03]. */
export function derivative(f: (t: number) => ArrayLike<number>): Float64Array {
  const sum = new Float64Array(f(0).length);
  for (const [multiple, weight] of STENCIL) {
    const [after, before] = [f(multiple * STEP), f(-multiple * STEP)];
    for (let i = 0; i < sum.length; i++) sum[i] += (weight * (after[i] - before[i])) / STEP;
  }
  return sum;
}
