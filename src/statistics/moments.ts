/** The orthonormal functions of each family; see `momentFamily.ts`. */
import { categoricalMoments } from "./categoricalMoments.ts";
import { gaussianMoments, knownGaussian } from "./gaussianMoments.ts";
import { columns, type MomentFamily, type MomentRow, products } from "./momentFamily.ts";
import type { FamilyName, Fit } from "./results.ts";

/** The functions of a fit's family. `diagonal`: only the diagonal of g gᵀ − H. */
export function momentFamily(fit: Fit, diagonal: boolean): MomentFamily {
  if (fit.family === "categorical") return categoricalMoments(fit, diagonal);
  if (fit.variance) {
    const { kind, value } = fit.variance;
    return kind === "estimated" ? gaussianMoments(value, diagonal) : knownGaussian(value);
  }
  return scalarMoments(fit.family);
}

/**
 * One predictor, canonical: s = (y − μ) x, d = ((y − μ)² − v) x xᵀ. ψ₁ = (y − μ)/√v, and (y − μ)² − v is
 * μ₃/√v ψ₁ + √(μ₄ − v² − μ₃²/v) ψ₂ with the central moments μ₃, μ₄.
 */
function scalarMoments(family: FamilyName): MomentFamily {
  if (family === "bernoulli") {
    return {
      groups: [products, columns],
      active: [[0, 1]],
      fill(row) {
        const { rest, deviation, asymmetry } = bernoulliRow(row);
        row.psi[0] = deviation > 0 ? rest / deviation : 0;
        row.a[0] = asymmetry * deviation;
        row.a[1] = deviation;
      },
      differentiate(row, derivative) {
        const { rest, deviation, asymmetry } = bernoulliRow(row);
        const v = deviation * deviation;
        derivative[0] = -2 * rest * v - v * asymmetry;
      },
    };
  }
  return {
    groups: [products, columns],
    active: [[0, 1], [0]],
    fill({ outputs, start, target, psi, a }) {
      const rate = Math.exp(outputs[start]);
      const deviation = Math.sqrt(rate);
      const rest = target - rate;
      psi[0] = rate > 0 ? rest / deviation : 0;
      psi[1] = rate > 0 ? (rest * rest - rest - rate) / (Math.SQRT2 * rate) : 0;
      a[0] = deviation;
      a[1] = deviation;
      a[2] = Math.SQRT2 * rate;
      a[3] = 0;
    },
    differentiate({ outputs, start, target }, derivative) {
      const rate = Math.exp(outputs[start]);
      derivative[0] = -2 * (target - rate) * rate - rate;
    },
  };
}

/** y − p, √(p (1 − p)) and 1 − 2p, without cancellation in the tails */
function bernoulliRow({ outputs, start, target }: MomentRow): {
  rest: number;
  deviation: number;
  asymmetry: number;
} {
  const f = outputs[start];
  const e = Math.exp(-Math.abs(f));
  const likely = 1 / (1 + e);
  const positive = f >= 0;
  const wrong = positive === (target === 1) ? e * likely : likely;
  return {
    rest: target === 1 ? wrong : -wrong,
    deviation: Math.sqrt(e) * likely,
    asymmetry: -Math.tanh(f / 2),
  };
}
