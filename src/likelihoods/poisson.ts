/** Counts with the logarithm of the rate as natural parameter: Poisson regression. */
import { poisson as drawPoisson } from "../random/poisson.ts";
import type { Likelihood } from "./likelihood.ts";
import { scalarLikelihood } from "./scalar.ts";
import { HALF_LOG_TWO_PI, logFactorial, stirlingRemainder } from "./special.ts";

/**
 * The Poisson family with rate exp(f), targets 0, 1, 2, …:
 *
 *     ℓ = exp(f) − y f + log y!,   r = exp(f) − y,   Λ = exp(f),   S = exp(f/2)
 *
 * For f > 709.78 the rate exceeds the doubles: loss, residual, Λ and mean are Infinity, never NaN, and
 * S is still finite (float32 outputs: Λ from 88.72 on). For large counts the loss is computed as
 * y (exp(d) − 1 − d) + ½ log(2πy) + O(1/y) with d = f − log y (Loader, 2000), because y f and log y!
 * would cancel. `sample` throws `DomainError` for a rate above 2⁵².
 *
 * @example
 * const outputs = matrix(1, 1, new Float64Array([0]));
 * poisson().residual(outputs, matrix(1, 1, new Float64Array([5]))).data; // [-4]
 */
export function poisson(): Likelihood {
  return scalarLikelihood({
    name: "poisson",
    belongs: (y) => Number.isSafeInteger(y) && y >= 0,
    expected: "a count: an integer of at least 0",
    loss,
    residual: (f, y) => Math.exp(f) - y,
    variance: Math.exp,
    deviation: (f) => Math.exp(f / 2),
    mean: Math.exp,
    draw: (f, random) => drawPoisson(random, Math.exp(f)),
  });
}

function loss(f: number, y: number): number {
  const rate = Math.exp(f);
  // Here the general form would be Infinity − Infinity or 0 · Infinity.
  if (rate === Infinity || y === 0) return rate;
  if (y < 15) return rate - y * f + logFactorial(y);
  const d = f - Math.log(y);
  // y (exp(d) − 1 − d); far above the count, exp(d) would lose digits that the rate has.
  const deviance = d > 1 ? rate - y * (1 + d) : y * (Math.expm1(d) - d);
  return deviance + 0.5 * Math.log(y) + HALF_LOG_TWO_PI + stirlingRemainder(y);
}
