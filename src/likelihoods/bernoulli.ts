/** Labels 0 and 1 with the logit as natural parameter: logistic regression. */
import { DomainError } from "../errors.ts";
import type { Likelihood } from "./likelihood.ts";
import { scalarLikelihood } from "./scalar.ts";
import { log1pExp, sigmoid } from "./special.ts";

/**
 * The Bernoulli family p(y = 1 | f) = σ(f) = 1 / (1 + exp(−f)), targets 0 or 1:
 *
 *     ℓ = log(1 + exp(±f)),   r = σ(f) − y,   Λ = σ(f) σ(−f)
 *
 * Every quantity keeps its relative accuracy in both tails, until it leaves the range of doubles.
 *
 * `clip` = ε replaces σ(f) by p = min(max(σ(f), ε), 1 − ε) everywhere: ℓ = −log p (y = 1) or that of −f
 * (y = 0), r = p − y, Λ = p (1 − p). The published code of Kunstner, Balles and Hennig (2019) does so
 * with ε = 1e-8. It is meant for reproducing that: where the clip acts, r is not the derivative of ℓ,
 * and 1 − p loses digits. Throws {@link DomainError} unless 0 < ε < ½.
 *
 * @example
 * const outputs = matrix(2, 1, new Float64Array([0, 800]));
 * const targets = matrix(2, 1, new Float64Array([1, 0]));
 * bernoulli().negativeLogLikelihood(outputs, targets); // [0.6931471805599453, 800]
 * bernoulli({ clip: 1e-8 }).negativeLogLikelihood(outputs, targets); // [0.6931471805599453, 18.42…]
 */
export function bernoulli({ clip }: { readonly clip?: number } = {}): Likelihood {
  const labels = {
    name: "bernoulli",
    belongs: (y: number) => y === 0 || y === 1,
    expected: "0 or 1",
  };
  if (clip === undefined) {
    return scalarLikelihood({
      ...labels,
      loss: (f, y) => log1pExp(y === 1 ? -f : f),
      residual: (f, y) => (y === 1 ? -sigmoid(-f) : sigmoid(f)),
      variance: (f) => {
        const e = Math.exp(-Math.abs(f));
        return e / ((1 + e) * (1 + e));
      },
      deviation: (f) => {
        const e = Math.exp(-Math.abs(f) / 2);
        return e / (1 + e * e);
      },
      mean: sigmoid,
      draw: (f, random) => (random.uniform() < sigmoid(f) ? 1 : 0),
    });
  }
  if (!(clip > 0 && clip < 0.5)) {
    throw new DomainError(`bernoulli: clip is ${clip}, expected a number between 0 and 0.5`);
  }
  const probability = (f: number): number => Math.max(Math.min(sigmoid(f), 1 - clip), clip);
  const variance = (f: number): number => {
    const p = probability(f);
    return p * (1 - p);
  };
  return scalarLikelihood({
    ...labels,
    loss: (f, y) => -Math.log(probability(y === 1 ? f : -f)),
    residual: (f, y) => probability(f) - y,
    variance,
    deviation: (f) => Math.sqrt(variance(f)),
    mean: probability,
    draw: (f, random) => (random.uniform() < probability(f) ? 1 : 0),
  });
}
