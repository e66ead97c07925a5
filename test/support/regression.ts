/** Small regressions with everything written out, for tests that must not trust the library. */
import type { Matrix } from "../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";

export interface PlainData {
  readonly X: Matrix;
  readonly y: number[];
}

/** A bias column and P normal ones; targets from the given function of f = x·(1, −1, 1, …) and noise. */
export function plainData(
  N: number,
  P: number,
  target: (f: number, random: LegacyRandom) => number,
  seed = 0,
): PlainData {
  const random = new LegacyRandom(seed);
  const data = new Float64Array(N * (P + 1));
  const y: number[] = [];
  for (let n = 0; n < N; n++) {
    let f = 0;
    for (let p = 0; p <= P; p++) {
      const x = p === P ? 1 : random.normal();
      data[n * (P + 1) + p] = x;
      f += (p % 2 ? -1 : 1) * x;
    }
    y.push(target(f, random));
  }
  return { X: { rows: N, cols: P + 1, data }, y };
}

/** mean and variance of y at f, for the canonical links */
export type Link = (f: number) => [mean: number, variance: number];
export const links: Record<"gaussian" | "bernoulli" | "poisson", Link> = {
  gaussian: (f) => [f, 1],
  bernoulli(f) {
    const p = 1 / (1 + Math.exp(-f));
    return [p, p * (1 - p)];
  },
  poisson: (f) => [Math.exp(f), Math.exp(f)],
};

/** gradient, Fisher and empirical Fisher at θ, `mean` scale, without prior */
export function moments({ X, y }: PlainData, link: Link, theta: ArrayLike<number>) {
  const D = X.cols;
  const square = () => Array.from({ length: D }, () => new Array<number>(D).fill(0));
  const gradient = new Array<number>(D).fill(0);
  const fisher = square();
  const empirical = square();
  y.forEach((target, n) => {
    const x = [...X.data.subarray(n * D, (n + 1) * D)];
    const [mean, variance] = link(x.reduce((s, xi, i) => s + xi * theta[i], 0));
    const r = mean - target;
    for (let i = 0; i < D; i++) {
      gradient[i] += (r * x[i]) / y.length;
      for (let j = 0; j < D; j++) {
        fisher[i][j] += (variance * x[i] * x[j]) / y.length;
        empirical[i][j] += (r * r * x[i] * x[j]) / y.length;
      }
    }
  });
  return { gradient, fisher, empirical };
}

/** (A + shift I)⁻¹ b by Gaussian elimination with pivoting */
export function eliminate(A: number[][], b: ArrayLike<number>, shift = 0): number[] {
  const n = A.length;
  const rows = A.map((row, i) => [...row.map((a, j) => a + (i === j ? shift : 0)), b[i]]);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  const x = new Array<number>(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i][n];
    for (let j = i + 1; j < n; j++) sum -= rows[i][j] * x[j];
    x[i] = sum / rows[i][i];
  }
  return x;
}
