/**
 * Upper tails of the normal, Student's t and χ² distributions, as logarithms so that no p-value is too small to
 * state, and the quantiles of intervals. Accurate to a few units in 10¹⁴.
 */
import { ConvergenceError, DomainError } from "../errors.ts";
import { HALF_LOG_TWO_PI, logGamma, stirlingRemainder } from "../likelihoods/special.ts";

const LOG_2 = Math.LN2;
/** continued fractions stop here: they need about the square root of the largest argument */
const TERMS = 100_000;
const TINY = 1e-300;

/**
 * log P(Z > z) for a standard normal Z.
 *
 * @example
 * logNormalTail(40); // -804.608442…, the logarithm of 3.66e-350, which is no double
 */
export function logNormalTail(z: number): number {
  if (z < 0) return Math.log1p(-Math.exp(logNormalTail(-z)));
  if (z === Infinity) return -Infinity;
  const logDensity = -0.5 * z * z - HALF_LOG_TWO_PI;
  if (z > 1.5) {
    // Mills' ratio, 1 / (z + 1 / (z + 2 / (z + 3 / …)))
    return logDensity + Math.log(continuedFraction(z, (k) => [k, z]));
  }
  // z + z³/3 + z⁵/15 + …
  let term = z;
  let sum = z;
  for (let k = 3; term > sum * 1e-18; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return Number.isNaN(z) ? z : Math.log(0.5 - Math.exp(logDensity) * sum);
}

/**
 * log P(T > t) for Student's t with `degrees` > 0 degrees of freedom, whole or not. Throws {@link DomainError} for
 * other degrees.
 */
export function logStudentTail(t: number, degrees: number): number {
  requireDegrees(degrees);
  if (t < 0) return Math.log1p(-Math.exp(logStudentTail(-t, degrees)));
  if (degrees === Infinity || Number.isNaN(t)) return logNormalTail(t);
  if (t === 0) return -LOG_2;
  if (t === Infinity) return -Infinity;
  const a = degrees / 2;
  const ratio = (t / degrees) * t;
  // log of (1 + t²/ν)^(−ν/2) / B(ν/2, ½)
  const front = -a * Math.log1p(ratio) - logBetaHalf(a);
  if (ratio > 1 || t > 1.5) {
    // P(T > t) = front / ν · √(1 + ν/t²) · F(½, 1; ν/2 + 1; −ν/t²), by Gauss's continued fraction: all terms
    // are positive, and for large ν it becomes Mills' ratio
    const fraction = continuedFraction(1, (k) => {
      const m = k >> 1;
      const coefficient = k % 2 === 0 ? m * (a + m - 0.5) : (m + 0.5) * (a + m);
      return [coefficient / ((a + k - 1) * (a + k) * ratio), 1];
    });
    return front - Math.log(degrees) + 0.5 * Math.log1p(1 / ratio) + Math.log(fraction);
  }
  // ½ − front √y · (1 + (a + ½)/(3/2) y + …) with y = t² / (ν + t²)
  const y = ratio / (1 + ratio);
  let term = 1;
  let sum = 1;
  for (let k = 0; term > sum * 1e-18; k++) {
    term *= ((a + 0.5 + k) / (1.5 + k)) * y;
    sum += term;
  }
  return Math.log(0.5 - Math.exp(front) * Math.sqrt(y) * sum);
}

/**
 * log P(χ² > x) with `degrees` > 0 degrees of freedom, whole or not. Throws {@link DomainError} for other degrees.
 *
 * @example
 * Math.exp(logChiSquareTail(3.841458820694124, 1)); // 0.05
 */
export function logChiSquareTail(x: number, degrees: number): number {
  requireDegrees(degrees);
  if (Number.isNaN(x)) return x;
  if (x <= 0) return 0;
  if (x === Infinity) return -Infinity;
  const a = degrees / 2;
  const h = x / 2;
  if (h < a + 1) {
    // P(a, h) = h^a e^−h / Γ(a + 1) · (1 + h/(a+1) + h²/((a+1)(a+2)) + …)
    let term = 1;
    let sum = 1;
    for (let k = 1; term > sum * 1e-18; k++) {
      term *= h / (a + k);
      sum += term;
    }
    return Math.log1p(-Math.min(1, Math.exp(logGammaDensity(a, h)) * sum));
  }
  // Q(a, h) = h^a e^−h / Γ(a) · 1 / (h + 1 − a − 1(1 − a) / (h + 3 − a − …))
  const fraction = continuedFraction(h + 1 - a, (k) => [k * (a - k), h + 2 * k + 1 - a]);
  return logGammaDensity(a, h) + Math.log(a) + Math.log(fraction);
}

/** P(Z > z) = `tail` solved for z. Throws {@link DomainError} unless 0 < tail < 1. */
export function normalQuantile(tail: number): number {
  return quantile(tail, logNormalTail, (z) => -0.5 * z * z - HALF_LOG_TWO_PI);
}

/** P(T > t) = `tail` solved for t. Throws {@link DomainError} unless 0 < tail < 1 and the degrees are positive. */
export function studentQuantile(tail: number, degrees: number): number {
  if (degrees === Infinity) return normalQuantile(tail);
  const front = -logBetaHalf(degrees / 2) - 0.5 * Math.log(degrees);
  return quantile(
    tail,
    (t) => logStudentTail(t, degrees),
    (t) => front - ((degrees + 1) / 2) * Math.log1p((t / degrees) * t),
  );
}

/** The two-sided p-value of a statistic whose distribution is symmetric, from the logarithm of its upper tail. */
export function twoSided(logTail: number): { pValue: number; logPValue: number } {
  const logPValue = Math.min(0, logTail + LOG_2);
  return { pValue: Math.exp(logPValue), logPValue };
}

function requireDegrees(degrees: number): void {
  if (!(degrees > 0)) {
    throw new DomainError(`degrees of freedom: found ${degrees}, expected a positive number`);
  }
}

/** log(h^a e^−h / Γ(a + 1)) without the cancellation of its terms for large a (Loader, 2000) */
function logGammaDensity(a: number, h: number): number {
  if (a < 15) return a * Math.log(h) - h - logGamma(a + 1);
  const d = (h - a) / a;
  // a (log(1 + d) − d)
  return a * logOnePlusMinus(d) - HALF_LOG_TWO_PI - 0.5 * Math.log(a) - stirlingRemainder(a);
}

/** log(1 + d) − d for d > −1 */
function logOnePlusMinus(d: number): number {
  if (Math.abs(d) > 0.3) return Math.log1p(d) - d;
  // with s = d / (2 + d): log(1 + d) = 2 (s + s³/3 + s⁵/5 + …), and 2 s − d = −s d
  const s = d / (2 + d);
  const square = s * s;
  let power = 2 * s * square;
  let sum = 0;
  for (let k = 3; Math.abs(power) > 1e-18 * Math.abs(sum); k += 2) {
    sum += power / k;
    power *= square;
    if (power === 0) break;
  }
  return sum - s * d;
}

/** log B(a, ½) = log Γ(a) + log Γ(½) − log Γ(a + ½) */
function logBetaHalf(a: number): number {
  const logRootPi = 0.5 * Math.log(Math.PI);
  if (a < 15) return logGamma(a) + logRootPi - logGamma(a + 0.5);
  // by Stirling: the large terms a log a cancel
  return (
    logRootPi -
    0.5 * Math.log(a) -
    a * Math.log1p(0.5 / a) +
    0.5 +
    stirlingRemainder(a) -
    stirlingRemainder(a + 0.5)
  );
}

/** 1 / (first + a₁ / (b₁ + a₂ / (b₂ + …))) with [a_k, b_k] from `terms`, by Lentz's method. */
function continuedFraction(
  first: number,
  terms: (k: number) => readonly [numerator: number, denominator: number],
): number {
  let f = first === 0 ? TINY : first;
  let c = f;
  let d = 0;
  for (let k = 1; k < TERMS; k++) {
    const [numerator, denominator] = terms(k);
    d = denominator + numerator * d;
    d = 1 / (d === 0 ? TINY : d);
    c = denominator + numerator / c;
    if (c === 0) c = TINY;
    const factor = c * d;
    f *= factor;
    // rounding may keep it a unit or two from 1 for ever
    if (Math.abs(factor - 1) < 5e-16) return 1 / f;
  }
  throw new ConvergenceError(`a continued fraction did not converge in ${TERMS} terms`);
}

/** The x ≥ 0 (mirrored for tails above ½) with logTail(x) = log(tail): Newton's method inside a bracket. */
function quantile(
  tail: number,
  logTail: (x: number) => number,
  logDensity: (x: number) => number,
): number {
  if (!(tail > 0 && tail < 1)) {
    throw new DomainError(`tail probability: found ${tail}, expected a number between 0 and 1`);
  }
  if (tail === 0.5) return 0;
  if (tail > 0.5) return -quantile(1 - tail, logTail, logDensity);
  const target = Math.log(tail);
  let low = 0;
  let high = 1;
  while (logTail(high) > target) {
    low = high;
    high *= 2;
  }
  let x = high;
  for (let i = 0; i < 200; i++) {
    const value = logTail(x);
    if (value > target) low = x;
    else high = x;
    let next = x + (value - target) * Math.exp(value - logDensity(x));
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - x) <= 4e-16 * x) return next;
    x = next;
  }
  return x;
}
