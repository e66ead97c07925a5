/** Poisson draws, from uniform ones alone. */
import { DomainError } from "../errors.ts";
import { exp, log } from "./elementary.ts";
import type { Generator } from "./generator.ts";

/** counts drawn at this rate stay below 2⁵³, so they are exact */
const LARGEST_RATE = 2 ** 52;

/** B₂ₖ / (2k (2k − 1)) for k = 1 … 10, with the digits that NumPy uses: its draws depend on them */
const STIRLING = [
  8.333333333333333e-2, -2.777777777777778e-3, 7.936507936507937e-4, -5.952380952380952e-4,
  8.417508417508418e-4, -1.917526917526918e-3, 6.41025641025641e-3, -2.955065359477124e-2,
  1.796443723688307e-1, -1.3924322169059,
] as const;
const LOG_TWO_PI = 1.8378770664093453;

/** log k! by Stirling's series at 7 or above, in NumPy's order of operations */
function logFactorial(k: number): number {
  if (k < 2) return 0;
  const shift = Math.max(0, Math.floor(6 - k));
  let x = k + 1 + shift;
  const inverseSquare = (1 / x) * (1 / x);
  let series = STIRLING[9] as number;
  for (let i = 8; i >= 0; i--) series = series * inverseSquare + STIRLING[i]!;
  let value = series / x + 0.5 * LOG_TWO_PI + (x - 0.5) * log(x) - x;
  for (let i = 0; i < shift; i++) {
    x -= 1;
    value -= log(x);
  }
  return value;
}

/** Counts uniform factors until their product falls below exp(−rate) (Knuth 2, § 3.4.1, algorithm Q). */
function byProduct(random: Generator, rate: number): number {
  const bound = exp(-rate);
  let count = 0;
  for (let product = random.uniform(); product > bound; product *= random.uniform()) count++;
  return count;
}

/** Hörmann's transformed rejection with squeeze, algorithm PTRS (Insurance: Math. and Econ. 12, 1993). */
function byTransformedRejection(random: Generator, rate: number): number {
  const logRate = log(rate);
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = random.uniform();
    const distance = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / distance + b) * u + rate + 0.43);
    if (distance >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (distance < 0.013 && v > distance)) continue;
    const left = log(v) + log(inverseAlpha) - log(a / (distance * distance) + b);
    if (left <= -rate + k * logRate - logFactorial(k)) return k;
  }
}

/**
 * One draw from the Poisson distribution of mean `rate` ≥ 0. With {@link LegacyRandom} the very draw
 * of NumPy's `RandomState.poisson`. Throws {@link DomainError} for a rate that is negative, NaN or
 * above 2⁵² (counts there are no longer exact in a double).
 *
 * @example
 * poisson(new LegacyRandom(0), 4); // 6
 */
export function poisson(random: Generator, rate: number): number {
  if (!(rate >= 0 && rate <= LARGEST_RATE)) {
    throw new DomainError(`poisson: the rate is ${rate}, expected a number from 0 to 2^52`);
  }
  if (rate === 0) return 0;
  return rate < 10 ? byProduct(random, rate) : byTransformedRejection(random, rate);
}
