/** Moments of class labels. */
import { columns, type Group, type MomentFamily, products } from "./momentFamily.ts";
import type { Fit } from "./results.ts";

/**
 * M = C − 1 predictors: with ε = e_y − p, s = ε ⊗ x and d = (ε εᵀ − Λ) ⊗ x xᵀ. Both are linear in ε, because it takes
 * C values: ε_a² − Λ_aa = (1 − 2p_a) ε_a and ε_a ε_b − Λ_ab = −p_b ε_a − p_a ε_b. ψ = L⁻¹ ε for Λ = L Lᵀ.
 */
export function categoricalMoments(fit: Fit, diagonal: boolean): MomentFamily {
  const M = fit.outputs;
  const baseline = fit.baseline ?? 0;
  const pairs: [number, number][] = [];
  for (let a = 0; a < M; a++) for (let b = diagonal ? a : 0; b <= a; b++) pairs.push([a, b]);
  const groups: Group[] = [
    ...pairs.map((predictors): Group => ({ ...products, predictors })),
    ...Array.from({ length: M }, (_, m): Group => ({ ...columns, predictors: [m, m] })),
  ];
  const G = groups.length;
  const p = new Float64Array(M);
  const L = new Float64Array(M * M);
  const epsilon = new Float64Array(M);
  const everything = groups.map((_, g) => g);
  return {
    groups,
    active: Array.from({ length: M }, () => everything),
    fill({ outputs, start, target, psi, a }) {
      probabilities(outputs, start, p);
      choleskyOfMultinomial(p, L);
      const label = target === baseline ? -1 : target < baseline ? target : target - 1;
      for (let m = 0; m < M; m++) {
        epsilon[m] = (m === label ? 1 : 0) - p[m];
        let rest = epsilon[m];
        for (let k = 0; k < m; k++) rest -= L[m * M + k] * psi[k];
        psi[m] = rest / L[m * M + m];
      }
      for (let f = 0; f < M; f++) {
        pairs.forEach(([i, j], g) => {
          a[f * G + g] =
            i === j ? (1 - 2 * p[i]) * L[i * M + f] : -p[j] * L[i * M + f] - p[i] * L[j * M + f];
        });
        for (let m = 0; m < M; m++) a[f * G + pairs.length + m] = L[m * M + f];
      }
    },
    differentiate(_, derivative) {
      const lambda = (i: number, j: number): number => (i === j ? p[i] : 0) - p[i] * p[j];
      pairs.forEach(([i, j], g) => {
        for (let c = 0; c < M; c++) {
          derivative[g * M + c] =
            i === j
              ? -2 * lambda(i, c) * epsilon[i] - (1 - 2 * p[i]) * lambda(i, c)
              : -lambda(j, c) * epsilon[i] -
                lambda(i, c) * epsilon[j] +
                p[j] * lambda(i, c) +
                p[i] * lambda(j, c);
        }
      });
    },
  };
}

/** The probabilities of the classes but the baseline's, from their predictors. */
function probabilities(outputs: Float64Array, start: number, p: Float64Array): void {
  let max = 0;
  for (let m = 0; m < p.length; m++) max = Math.max(max, outputs[start + m]);
  let total = Math.exp(-max);
  for (let m = 0; m < p.length; m++) {
    p[m] = Math.exp(outputs[start + m] - max);
    total += p[m];
  }
  for (let m = 0; m < p.length; m++) p[m] /= total;
}

/** L of diag(p) − p pᵀ = L Lᵀ, without cancellation: each pivot is p_m (what is left after m) / (left before m). */
function choleskyOfMultinomial(p: Float64Array, L: Float64Array): void {
  const M = p.length;
  let before = 1;
  for (let k = 0; k < M; k++) {
    const after = Math.max(before - p[k], Number.MIN_VALUE);
    const pivot = Math.sqrt((p[k] * after) / before);
    for (let i = 0; i < k; i++) L[i * M + k] = 0;
    L[k * M + k] = pivot;
    for (let i = k + 1; i < M; i++) L[i * M + k] = (-p[i] * pivot) / after;
    before = after;
  }
}
