/** Distance and cosine of matrices of which only products are known. */

import type { Multiplication } from "../../linalg/estimators/products.ts";
import { axpy, dot } from "../../linalg/vector.ts";
import type { Generator } from "../../random/generator.ts";
import type { MeasuredMatrix } from "./results.ts";

/** random vectors, each multiplied by both matrices */
const PROBES = 40;

/** Of one vector ω: ‖Aω‖², (Aω)ᵀ(Rω), ‖Rω‖², ‖(A − R)ω‖², whose means are tr A², tr A R, tr R², ‖A − R‖²_F. */
type Sample = readonly [number, number, number, number];

/**
 * ‖A − R‖_F / ‖R‖_F and tr(A R) / (‖A‖_F ‖R‖_F) by Hutchinson's estimates of traces of squares, all from the same random signs: ratios
 * are then far less uncertain than what they are made of, and a matrix has the distance 0 and the cosine 1 to itself.
 * Standard errors are those of the jackknife.
 */
export function estimatedDistances(
  A: Multiplication,
  R: Multiplication,
  random: Generator,
): Pick<MeasuredMatrix, "frobenius" | "cosine"> {
  const samples = Array.from({ length: PROBES }, (): Sample => {
    const signs = Float64Array.from({ length: A.dimension }, () =>
      random.uniform() < 0.5 ? -1 : 1,
    );
    const [a, r] = [A.multiply(signs), R.multiply(signs)];
    const apart = a.slice();
    axpy(-1, r, apart);
    return [dot(a, a), dot(a, r), dot(r, r), dot(apart, apart)];
  });
  return {
    frobenius: ratio(samples, ([, , RR, apart]) => Math.sqrt(apart / RR)),
    cosine: ratio(samples, ([AA, AR, RR]) => AR / Math.sqrt(AA * RR)),
  };
}

/** A function of means with its standard error by leaving out each sample in turn (Efron & Stein 1981). */
function ratio(samples: readonly Sample[], f: (sums: Sample) => number): MeasuredMatrix["cosine"] {
  const n = samples.length;
  const total = samples.reduce<Sample>(
    (sum, sample) => sum.map((x, i) => x + sample[i]) as unknown as Sample,
    [0, 0, 0, 0],
  );
  const value = f(total);
  const others = samples.map((sample) =>
    f(total.map((x, i) => x - sample[i]) as unknown as Sample),
  );
  const mean = others.reduce((sum, x) => sum + x / n, 0);
  const variance = ((n - 1) / n) * others.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  if (!Number.isFinite(value)) return { value: null };
  // below this it is rounding
  const standardError = Math.sqrt(variance);
  return standardError > 1e-12 ? { value, standardError } : { value };
}
