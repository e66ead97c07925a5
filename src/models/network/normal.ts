/** Density and distribution function of the standard normal, with full relative accuracy in the lower tail. */

/**
 * (1 + z) e^{z²/2} (1 − Φ(z)) for z ≥ 0 as a polynomial in (z − 5) / (z + 5), coefficients from the constant on: the
 * Chebyshev expansion of Shepherd and Laframboise (Math. Comp. 36, 1981) for this scaling, computed with 40 digits
 * and cut where its terms are below 2e-18.
 */
const TAIL = [
  0.46151582985003775, -0.09155228183400904, 0.031030368425962847, 0.010002352385229382,
  -0.026401042966267253, 0.024536963243678652, -0.015170415403281224, 0.006522000667783896,
  -0.0016760723371645697, 7.791597409338999e-6, 0.00018233410307611755, -5.36075811148722e-5,
  -9.895946159334735e-6, 9.05982468125664e-6, -7.070628846317715e-8, -1.3074486019237587e-6,
  1.284479710649634e-7, 1.9627809920091187e-7, -2.688202129280215e-8, -3.095201755804207e-8,
  4.022493382168717e-9, 4.4011596227599254e-9, -4.327297110082094e-10, -3.815816262632953e-10,
  2.5086998016985133e-11,
] as const;

const INVERSE_ROOT_TWO_PI = 0.3989422804014327;

/** beyond it e^{−z²/2} is no double */
const LARGEST = 40;

/** e^{−x²/2}; the square is split, since its rounding error would be one of the exponent */
function bell(x: number): number {
  if (Math.abs(x) > LARGEST) return 0;
  const head = Math.fround(x);
  return Math.exp(-0.5 * head * head) * Math.exp(-0.5 * (x - head) * (x + head));
}

/** The density e^{−x²/2} / √(2π). */
export function normalDensity(x: number): number {
  return INVERSE_ROOT_TWO_PI * bell(x);
}

/**
 * Φ(x) = P(Z ≤ x), to a few units in the last place, also where it is small.
 *
 * @example
 * normalDistribution(-10); // 7.61985302416…e-24
 */
export function normalDistribution(x: number): number {
  const z = Math.abs(x);
  const t = (z - 5) / (z + 5);
  let scaled = 0;
  for (let i = TAIL.length - 1; i >= 0; i--) scaled = scaled * t + TAIL[i];
  const tail = z > LARGEST ? 0 : (bell(z) * scaled) / (1 + z);
  return x > 0 ? 1 - tail : tail;
}
