/** Which family a target has, where nobody said so. */
import type { FamilyName } from "../statistics/results.ts";

/** What was seen of a target. */
export interface TargetSummary {
  readonly kind: "number" | "text";
  readonly integers: boolean;
  readonly minimum: number;
  readonly maximum: number;
  /** distinct values, as far as they were counted */
  readonly distinct: number;
}

export interface FamilyGuess {
  readonly family: FamilyName;
  /** what in the target says so, and what else it could be */
  readonly reason: string;
}

/**
 * The family that a target suggests:
 *
 * - text: Bernoulli for two levels, categorical for more;
 * - two neighbouring integers, or −1 and 1: Bernoulli;
 * - integers that are never negative and reach zero: Poisson, because zeros are what sets counts apart from ages,
 *   years or scores;
 * - other numbers: Gaussian.
 *
 * It is a guess: labels 0, 1, 2 look like counts, and counts far from zero like measurements.
 */
export function guessFamily(target: TargetSummary): FamilyGuess {
  const { kind, integers, minimum, maximum, distinct } = target;
  if (kind === "text") {
    return distinct === 2
      ? { family: "bernoulli", reason: "two labels" }
      : { family: "categorical", reason: `${distinct} labels` };
  }
  const labels = maximum - minimum === 1 || (minimum === -1 && maximum === 1);
  if (integers && distinct === 2 && labels) {
    return { family: "bernoulli", reason: `${minimum} and ${maximum} only` };
  }
  if (integers && minimum === 0) {
    const codes = distinct <= 20 && maximum === distinct - 1;
    return {
      family: "poisson",
      reason: `integers from 0 up; ${codes ? "categorical if they are labels, " : ""}gaussian if they are measurements`,
    };
  }
  if (integers && minimum > 0) {
    return { family: "gaussian", reason: "integers above 0; poisson if they are counts" };
  }
  return { family: "gaussian", reason: "numbers" };
}
