/** The special functions of the families, accurate to a few units in the last place, also in the tails. */

/** ½ log 2π, the normalizing constant of the standard normal distribution. */
export const HALF_LOG_TWO_PI = 0.9189385332046728;

/**
 * log(1 + exp x), the log-partition function of the Bernoulli family, without overflow: x for large x,
 * exp x for very negative x.
 *
 * @example
 * log1pExp(1000); // 1000
 */
export function log1pExp(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/**
 * The logistic function 1 / (1 + exp(−x)). For 1 − sigmoid(x) without cancellation take sigmoid(−x).
 *
 * @example
 * sigmoid(-1000); // 0, and sigmoid(-700) is 9.86e-305
 */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/**
 * log Σ exp x_i, the log-partition function of the categorical family, without overflow. −Infinity for
 * no values.
 *
 * @example
 * logSumExp([1000, 1000]); // 1000.6931471805599
 */
export function logSumExp(values: ArrayLike<number>): number {
  let top = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[top]!) top = i;
  const max = values.length === 0 ? -Infinity : values[top]!;
  if (max === -Infinity || max === Infinity) return max;
  let rest = 0;
  for (let i = 0; i < values.length; i++) if (i !== top) rest += Math.exp(values[i]! - max);
  return max + Math.log1p(rest);
}

/** 1 − γ with Euler's constant γ */
const ONE_MINUS_EULER = 0.42278433509846713;

/** (ζ(k) − 1) / k for k = 2 … 28 */
const ZETA = [
  0.3224670334241132, 0.0673523010531981, 0.020580808427784546, 0.007385551028673986,
  0.0028905103307415234, 0.001192753911703261, 0.0005096695247430425, 0.00022315475845357939,
  9.945751278180853e-5, 4.492623673813314e-5, 2.050721277567069e-5, 9.439488275268397e-6,
  4.374866789907488e-6, 2.039215753801366e-6, 9.55141213040742e-7, 4.492469198764566e-7,
  2.1207184805554665e-7, 1.0043224823968099e-7, 4.7698101693639804e-8, 2.2711094608943164e-8,
  1.0838659214896955e-8, 5.183475041970047e-9, 2.4836745438024785e-9, 1.1921401405860912e-9,
  5.731367241678862e-10, 2.7595228851242334e-10, 1.330476437424449e-10,
] as const;

/** B₂ₖ / (2k (2k − 1)) for k = 1 … 8 */
const STIRLING = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
] as const;

/** log Γ(2 + z) for |z| ≤ ½ by its Taylor series (Abramowitz and Stegun, 6.1.33) */
function logGammaNearTwo(z: number): number {
  let series = 0;
  for (let k = ZETA.length - 1; k >= 0; k--) series = ZETA[k]! - z * series;
  return z * (ONE_MINUS_EULER + z * series);
}

/**
 * log Γ(x) − ((x − ½) log x − x + ½ log 2π), what Stirling's formula leaves out, for x ≥ 15
 * (Abramowitz and Stegun, 6.1.41).
 */
export function stirlingRemainder(x: number): number {
  const inverseSquare = 1 / (x * x);
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = STIRLING[k]! + inverseSquare * series;
  return series / x;
}

/**
 * log Γ(x) for x > 0, also near its zeros 1 and 2. Infinity at 0 and at Infinity, NaN below 0.
 *
 * @example
 * logGamma(0.5); // 0.5723649429247001, half of log π
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return x === 0 ? Infinity : NaN;
  if (x === Infinity) return Infinity;
  if (x >= 15) return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingRemainder(x);
  if (x < 0.5) return logGammaNearTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1);
  // Γ(x) = (x − 1)(x − 2) … Γ(x'): the logarithms all have one sign, so nothing cancels.
  let factor = 1;
  let reduced = x;
  while (reduced > 2.5) {
    reduced -= 1;
    factor *= reduced;
  }
  return Math.log(factor) + logGammaNearTwo(reduced - 2);
}

/**
 * log n! for a count n ≥ 0.
 *
 * @example
 * logFactorial(5); // 4.787491742782046, the logarithm of 120
 */
export function logFactorial(n: number): number {
  return logGamma(n + 1);
}
