/**
 * The natural logarithm and the exponential, rounded to the nearest double.
 *
 * JavaScript leaves the last bits of `Math.log` and `Math.exp` to the engine: V8 misses the nearest
 * double for one argument in twenty (log) or twelve (exp), a good C library for one in a thousand.
 * Draws that go through them would differ between browsers, and from NumPy. Here both are computed
 * to about 75 bits, in pairs of doubles (hi, lo) that stand for hi + lo, and rounded once, which
 * misses the nearest double for about one argument in a million. The error-free transformations are
 * those of Dekker (Numerische Mathematik 18, 1971) and Knuth (The Art of Computer Programming 2,
 * § 4.2.2).
 */

type Pair = readonly [hi: number, lo: number];

/** 2²⁷ + 1: splits a double into two halves whose products are exact */
const SPLITTER = 134217729;

/** ln 2 in three parts; the first has 32 bits, so that k · LN2[0] is exact for every exponent k */
const LN2 = [0.6931471803691238, 1.9082149292705877e-10, 1.1612227229362532e-26] as const;
const THIRD: Pair = [1 / 3, 1.850371707708594e-17];
const FIFTH: Pair = [1 / 5, -1.1102230246251566e-17];
const SEVENTH: Pair = [1 / 7, 7.93016446160826e-18];
const SIXTH: Pair = [1 / 6, 9.25185853854297e-18];

/** a + b exactly, for |a| ≥ |b| */
function renormalize(a: number, b: number): Pair {
  const hi = a + b;
  return [hi, b - (hi - a)];
}

/** a + b exactly */
function sum(a: number, b: number): Pair {
  const hi = a + b;
  const rest = hi - a;
  return [hi, a - (hi - rest) + (b - rest)];
}

/** a · b exactly */
function product(a: number, b: number): Pair {
  const hi = a * b;
  const scaledA = SPLITTER * a;
  const aHi = scaledA - (scaledA - a);
  const aLo = a - aHi;
  const scaledB = SPLITTER * b;
  const bHi = scaledB - (scaledB - b);
  const bLo = b - bHi;
  return [hi, aLo * bLo - (hi - aHi * bHi - aLo * bHi - aHi * bLo)];
}

function add(a: Pair, b: Pair): Pair {
  const [hi, lo] = sum(a[0], b[0]);
  return renormalize(hi, lo + a[1] + b[1]);
}

function multiply(a: Pair, b: Pair): Pair {
  const [hi, lo] = product(a[0], b[0]);
  return renormalize(hi, lo + (a[0] * b[1] + a[1] * b[0]));
}

function divide(a: number, b: Pair): Pair {
  const quotient = a / b[0];
  const [hi, lo] = product(quotient, b[0]);
  return renormalize(quotient, (a - hi - lo - quotient * b[1]) / b[0]);
}

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** x = m · 2^k with m in [√½, √2), for finite positive x */
function decompose(x: number): [mantissa: number, exponent: number] {
  double[0] = x;
  let exponent = 0;
  if (halves[1]! >>> 20 === 0) {
    double[0] = x * 2 ** 54;
    exponent = -54;
  }
  exponent += (halves[1]! >>> 20) - 1023;
  halves[1] = (halves[1]! & 0xfffff) | (1023 << 20);
  const mantissa = double[0]!;
  return mantissa > Math.SQRT2 ? [mantissa / 2, exponent + 1] : [mantissa, exponent];
}

/**
 * The natural logarithm, rounded to nearest: log m = 2 artanh s with s = (m − 1)/(m + 1).
 *
 * @example
 * log(2); // 0.6931471805599453
 */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log(x);
  const [m, k] = decompose(x);
  const s = divide(m - 1, sum(m, 1));
  const square = multiply(s, s);
  const q = square[0];
  // The coefficients 1/9, 1/11, … have a weight below 2⁻²³: there a double is enough.
  let tail = 0;
  for (let n = 31; n >= 9; n -= 2) tail = tail * q + 1 / n;
  let series = add(SEVENTH, product(tail, q));
  series = add(FIFTH, multiply(square, series));
  series = add(THIRD, multiply(square, series));
  const twice: Pair = [2 * s[0], 2 * s[1]];
  const mantissaLog = add(twice, multiply(twice, multiply(square, series)));
  if (k === 0) return mantissaLog[0] + mantissaLog[1];
  const [hi, lo] = add(add([k * LN2[0], 0], product(k, LN2[1])), mantissaLog);
  return hi + (lo + k * LN2[2]);
}

/**
 * The exponential, rounded to nearest: exp x = 2^k (exp(r/16))^16 with r = x − k ln 2. Results below
 * 2⁻¹⁰²² lose bits as every subnormal number does.
 *
 * @example
 * exp(1); // 2.718281828459045
 */
export function exp(x: number): number {
  if (!(x > -746 && x < 710)) return Math.exp(x);
  const k = Math.round(x / Math.LN2);
  const rest = add(sum(x, -k * LN2[0]), product(-k, LN2[1]));
  const r: Pair = [rest[0] / 16, (rest[1] - k * LN2[2]) / 16];
  let tail = 0;
  for (let n = 12; n >= 4; n--) tail = (tail * r[0] + 1) / n;
  // (exp r − 1 − r) / r² = 1/2 + r/6 + r²/24 + …; tail is (1 + r/5 + …)/4, so that r·tail/6 follows 1/6.
  let series = add(SIXTH, product(r[0] / 6, tail));
  series = add([0.5, 0], multiply(r, series));
  let power = add(r, multiply(multiply(r, r), series));
  // exp(2r) − 1 = e (2 + e) for e = exp(r) − 1 keeps the bits that adding 1 first would lose.
  for (let i = 0; i < 4; i++) power = multiply(power, add([2, 0], power));
  const [hi, lo] = add([1, 0], power);
  // In two factors: 2^k alone leaves the range of doubles at both ends.
  const half = k >> 1;
  return (hi + lo) * 2 ** half * 2 ** (k - half);
}
