/** The sums of a logistic regression in two parameters, in one pass over the samples. */
import type { PlanarData, SumsAt } from "./planar.ts";

/** factors 1 + e in [1, 2] that a product can take before it leaves the doubles */
const FACTORS = 512;

/**
 * With the inputs of label 1 turned around, s = xᵀθ is what speaks against a sample's label: it has the probability
 * σ(−s), its gradient is σ(s) x. e = exp(−|s|) gives both without cancellation; the losses log(1 + e) are the
 * logarithm of a product.
 */
export function logisticSums({ X, y }: PlanarData, priorPrecision: number): SumsAt {
  const N = y.length;
  const turned = X.map((x, k) => (y[k >> 1] === 1 ? -x : x));
  return (a, b) => {
    let loss = 0;
    let g0 = 0;
    let g1 = 0;
    let f0 = 0;
    let f1 = 0;
    let f2 = 0;
    let e0 = 0;
    let e1 = 0;
    let e2 = 0;
    for (let from = 0; from < N; from += FACTORS) {
      const to = Math.min(N, from + FACTORS);
      let product = 1;
      for (let n = from; n < to; n++) {
        const u = turned[2 * n];
        const v = turned[2 * n + 1];
        const s = a * u + b * v;
        const e = Math.exp(-Math.abs(s));
        const q = 1 / (1 + e);
        const p = e * q;
        const wrong = s > 0 ? q : p;
        loss += s > 0 ? s : 0;
        product *= 1 + e;
        const uu = u * u;
        const uv = u * v;
        const vv = v * v;
        const variance = p * q;
        const square = wrong * wrong;
        g0 += wrong * u;
        g1 += wrong * v;
        f0 += variance * uu;
        f1 += variance * uv;
        f2 += variance * vv;
        e0 += square * uu;
        e1 += square * uv;
        e2 += square * vv;
      }
      loss += Math.log(product);
    }
    return {
      loss: loss / N + 0.5 * priorPrecision * (a * a + b * b),
      gradient: [g0 / N, g1 / N],
      fisher: [f0 / N, f1 / N, f2 / N],
      empirical: [e0 / N, e1 / N, e2 / N],
    };
  };
}
