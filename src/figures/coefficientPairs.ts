/** Pairs of coefficients: how much their covariances disagree, and the ellipses that say so. */
import type { CovarianceTable } from "../statistics/results.ts";

type Point = readonly [number, number];

/** Two coefficients, by their indices. */
export type Pair = readonly [number, number];

/** Coefficients among which pairs are sought: those whose standard errors disagree most. */
const CANDIDATES = 60;

/**
 * The pairs of coefficients whose ellipses differ most, worst first, no coefficient twice. How two ellipses differ is
 * the largest |log λ| of V v = λ W v for the 2 × 2 blocks V and W of two covariances: invariant to units.
 */
export function disagreeingPairs(tables: readonly CovarianceTable[], count = 1): Pair[] {
  const order = tables.length < 2 ? 0 : tables[0].coefficients.length;
  const candidates = Array.from({ length: order }, (_, t) => t)
    .sort((a, b) => disagreement(tables, b) - disagreement(tables, a) || a - b)
    .slice(0, CANDIDATES)
    .sort((a, b) => a - b);
  const scored = candidates.flatMap((a, i) =>
    candidates
      .slice(i + 1)
      .map((b) => ({ pair: [a, b] as const, size: pairDifference(tables, [a, b]) })),
  );
  const sorted = scored
    .filter(({ size }) => Number.isFinite(size))
    .sort((one, other) => other.size - one.size);
  const chosen: Pair[] = [];
  for (const { pair } of sorted) {
    if (chosen.length === count) break;
    if (!chosen.some((other) => other.some((t) => pair.includes(t)))) chosen.push(pair);
  }
  return chosen;
}

/** How much the ellipses of a pair differ: the largest |log λ| among all covariances; NaN where one is singular. */
export function pairDifference(tables: readonly CovarianceTable[], pair: Pair): number {
  const sizes = tables.flatMap((one, k) =>
    tables.slice(k + 1).map((other) => logRatio(block(one, pair), block(other, pair))),
  );
  return Math.max(...sizes);
}

export type Block = readonly [number, number, number];

/** The entries aa, ab, bb of a covariance. */
export function block({ matrix: { data, cols } }: CovarianceTable, [a, b]: Pair): Block {
  return [data[a * cols + a], data[a * cols + b], data[b * cols + b]];
}

/** The largest |log λ| of V v = λ W v: λ are the roots of λ² − trace(W⁻¹V) λ + det V / det W. */
function logRatio([v11, v12, v22]: Block, [w11, w12, w22]: Block): number {
  const det = w11 * w22 - w12 * w12;
  const half = (w22 * v11 - 2 * w12 * v12 + w11 * v22) / det / 2;
  const product = (v11 * v22 - v12 * v12) / det;
  const largest = half + Math.sqrt(Math.max(0, half * half - product));
  return Math.max(Math.abs(Math.log(largest)), Math.abs(Math.log(product / largest)));
}

/** r² of the ellipse that holds both coefficients with the probability of the intervals. */
function squaredRadius({ level, degreesOfFreedom }: CovarianceTable): number {
  const tail = Math.log1p(-level);
  // the quantile of F with 2 and ν degrees of freedom has a closed form; its limit is that of χ²
  return degreesOfFreedom === undefined
    ? -2 * tail
    : degreesOfFreedom * Math.expm1((-2 * tail) / degreesOfFreedom);
}

/** Points of the ellipse that holds both coefficients with the probability of the intervals, the first again at the end. */
export function confidenceEllipse(table: CovarianceTable, pair: Pair): Point[] {
  const [aa, ab, bb] = block(table, pair);
  // Cholesky factor of the 2 × 2 block
  const l11 = Math.sqrt(aa);
  const l21 = l11 > 0 ? ab / l11 : 0;
  const l22 = Math.sqrt(Math.max(0, bb - l21 * l21));
  const radius = Math.sqrt(squaredRadius(table));
  const [x, y] = pair.map((t) => table.coefficients[t].estimate);
  return Array.from({ length: 181 }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / 180;
    const [u, v] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    return [x + l11 * u, y + l21 * u + l22 * v];
  });
}

/** The largest over the smallest standard error of a coefficient; 1 where one of them is none. */
export function disagreement(tables: readonly CovarianceTable[], t: number): number {
  const errors = tables.map(({ coefficients }) => coefficients[t].standardError);
  const ratio = Math.max(...errors) / Math.min(...errors);
  return Number.isFinite(ratio) ? ratio : 1;
}
