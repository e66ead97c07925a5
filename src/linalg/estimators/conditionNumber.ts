/** The condition number of A + λ I by products alone. */
import type { Generator } from "../../random/generator.ts";
import { requireDamping } from "../shapes.ts";
import { type ExtremeOptions, extremeEigenvalues } from "./extremeEigenvalues.ts";
import { requirePositiveRitz } from "./positiveRitz.ts";
import type { Multiplication } from "./products.ts";

export interface ConditionOptions extends Pick<ExtremeOptions, "tolerance" | "steps"> {
  /** λ ≥ 0 of A + λ I, default 0 */
  readonly damping?: number;
}

export interface ConditionNumber {
  /** (λ_max + λ) / (λ_min + λ) */
  readonly value: number;
  /** what the residuals of both eigenvalues leave open, from below … */
  readonly lower: number;
  /** … and from above; infinite where λ_min + λ may be zero */
  readonly upper: number;
  /** the eigenvalues of A, without the damping */
  readonly largest: number;
  readonly smallest: number;
  /** products with A */
  readonly products: number;
}

/**
 * λ_max / λ_min of A + damping · I. Throws `NotPositiveDefiniteError` where that is not positive definite beyond
 * rounding, and as {@link extremeEigenvalues}.
 */
export function conditionNumber(
  A: Multiplication,
  random: Generator,
  { damping = 0, ...options }: ConditionOptions = {},
): ConditionNumber {
  requireDamping(damping);
  const top = extremeEigenvalues(A, random, { ...options, end: "largest" });
  const bottom = extremeEigenvalues(A, random, { ...options, end: "smallest" });
  const [largest, smallest] = [top.values[0], bottom.values[0]];
  requirePositiveRitz(Float64Array.of(smallest, largest), damping, A.dimension);
  const ratio = (above: number, below: number): number =>
    (largest + damping + above) / (smallest + damping + below);
  const [above, below] = [top.bounds[0], bottom.bounds[0]];
  return {
    value: ratio(0, 0),
    lower: Math.max(1, ratio(-above, below)),
    upper: below < smallest + damping ? ratio(above, -below) : Infinity,
    largest,
    smallest,
    products: top.products + bottom.products,
  };
}
