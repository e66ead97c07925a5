/** M-SVAG: momentum with variance adaptation (Balles and Hennig 2018, algorithm 2). */
import { requireDecay } from "./options.ts";
import type { Preconditioner } from "./preconditioner.ts";

/** The authors' cap of ρ: at the first step ρ = 1, where s = (v − m²)/(1 − ρ) is 0/0. */
const LARGEST_RHO = 0.9999;

/**
 * The direction γ ∘ m: m is the bias-corrected moving average of the gradients seen, v that of their squares,
 * s = (v − m²)/(1 − ρ) the estimated variance of one gradient, γ = m²/(m² + ρ s) in [0, 1], everything by
 * parameter. ρ is the variance of m over that of one gradient, (1 − β)(1 + βᵗ)/((1 + β)(1 − βᵗ)) at step t.
 *
 * This is eq. 19 of Kunstner et al. 2019 for a diagonal matrix, with moments estimated along the path: with
 * minibatches s estimates their noise, with full gradients only how much the gradient has moved lately.
 * It remembers: `fresh()` gives one that does not. Throws `DomainError` unless 0 ≤ β < 1.
 */
export function momentumVariance({ beta = 0.9 }: { beta?: number } = {}): Preconditioner {
  requireDecay(beta, "M-SVAG: beta");
  const first: number[] = [];
  const second: number[] = [];
  let seen = 0;
  return {
    name: "M-SVAG",
    fresh: () => momentumVariance({ beta }),
    direction(_objective, _theta, gradient) {
      seen++;
      const remembered = beta ** seen;
      const exact = ((1 - beta) * (1 + remembered)) / ((1 + beta) * (1 - remembered));
      const rho = Math.min(exact, LARGEST_RHO);
      return gradient.map((g, i) => {
        first[i] = beta * (first[i] ?? 0) + (1 - beta) * g;
        second[i] = beta * (second[i] ?? 0) + (1 - beta) * g * g;
        const m = first[i] / (1 - remembered);
        const v = second[i] / (1 - remembered);
        // v ≥ m² but for rounding
        const variance = Math.max(v - m * m, 0) / (1 - rho);
        const noise = Math.sqrt(rho * variance) / m;
        return m === 0 ? 0 : m / (1 + noise * noise);
      });
    },
  };
}
