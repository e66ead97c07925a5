/** A few eigenvalues at an end of the spectrum, with their multiplicities, by products alone. */
import { ConvergenceError, DomainError } from "../../errors.ts";
import { draws, type Generator, requireGenerator } from "../../random/generator.ts";
import { Lanczos, requireSteps } from "../lanczos.ts";
import type { Matrix } from "../matrix.ts";
import { CountedProducts, type Multiplication } from "./products.ts";
import { rayleighRitz } from "./rayleighRitz.ts";

export interface ExtremeOptions {
  /** how many, from 1 to D, default 1; multiple eigenvalues count as often as they occur */
  readonly count?: number;
  /** which: `magnitude` means the largest in size, of either sign; default `largest` */
  readonly end?: "largest" | "smallest" | "magnitude";
  /** residual ‖A y − θ y‖ to reach, relative to the largest eigenvalue in size, default 1e-10 */
  readonly tolerance?: number;
  /** largest number of products of one run of Lanczos, whose vectors are held; default min(D, 300) */
  readonly steps?: number;
}

export interface ExtremeEigenvalues {
  /** θ, the most extreme first, `[count]` */
  readonly values: Float64Array;
  /** orthonormal columns y, `[D, count]` */
  readonly vectors: Matrix;
  /**
   * ‖A y − θ y‖, computed afresh, `[count]`. Within it lies an eigenvalue, and within the root of the sum of their
   * squares lie as many eigenvalues as there are values (Parlett, theorems 4.5.1 and 11.5.1)
   */
  readonly bounds: Float64Array;
  /** products with A */
  readonly products: number;
}

interface Pair {
  readonly value: number;
  readonly vector: Float64Array;
}

/** What stands first. */
const KEYS = {
  largest: (value: number): number => value,
  smallest: (value: number): number => -value,
  magnitude: (value: number): number => Math.abs(value),
} as const;

/**
 * By Lanczos from random starts. One start sees one vector of each eigenspace; so where more than one eigenvalue is
 * wanted, further runs search the complement of what was found, until one finds nothing that belongs among them.
 *
 * Throws {@link ConvergenceError} with the residual reached where the steps do not suffice or products are less exact
 * than the tolerance; {@link DomainError} for bad options, a product that is not finite, an operator that is seen not to
 * be symmetric; `ShapeError`.
 *
 * @example
 * const { values, bounds } = extremeEigenvalues(A, stream(0), { count: 5 });
 */
export function extremeEigenvalues(
  A: Multiplication,
  random: Generator,
  options: ExtremeOptions = {},
): ExtremeEigenvalues {
  const products = new CountedProducts(A, "extreme eigenvalues");
  const D = A.dimension;
  const { count = 1, end = "largest", tolerance = 1e-10, steps = Math.min(D, 300) } = options;
  if (!Number.isInteger(count) || count < 1 || count > D) {
    throw new DomainError(
      `extreme eigenvalues: a count of ${count}, expected an integer from 1 to the dimension, ${D}`,
    );
  }
  if (!(tolerance > 0)) throw new DomainError(`tolerance: found ${tolerance}, expected > 0`);
  requireSteps(steps, D, "extreme eigenvalues");
  requireGenerator(random, "extreme eigenvalues");
  if (!Object.hasOwn(KEYS, end)) {
    const ends = Object.keys(KEYS).join('", "');
    throw new DomainError(`extreme eigenvalues: an end of "${end}", expected one of "${ends}"`);
  }
  const key = KEYS[end];
  // Residuals in the complement of the others add up with theirs.
  const target = tolerance / Math.sqrt(count + 1);

  let pairs: Pair[] = [];
  let scale = 0;
  while (pairs.length < D) {
    const start = draws(D, () => random.normal());
    const found = beyond(products, start, pairs, { count, key, tolerance: target, steps, scale });
    scale = found.scale;
    pairs = [...pairs, ...found.pairs].sort((a, b) => key(b.value) - key(a.value)).slice(0, count);
    if (found.pairs.length === 0 || count === 1) break;
  }
  const vectors = pairs.map(({ vector }) => vector);
  const result = rayleighRitz(products, vectors, (a, b) => key(b) - key(a));
  const worst = Math.max(...result.bounds);
  if (worst > tolerance * scale) throw tooFar(worst / scale, tolerance, products.count);
  return { ...result, products: products.count };
}

interface Search {
  readonly count: number;
  readonly key: (value: number) => number;
  readonly tolerance: number;
  readonly steps: number;
  /** a lower bound of ‖A‖ */
  readonly scale: number;
}

/**
 * The pairs in the complement of those known that belong among the first `count`, as far as one start shows them.
 */
function beyond(
  products: CountedProducts,
  start: Float64Array,
  known: readonly Pair[],
  { count, key, tolerance, steps, scale }: Search,
): { pairs: Pair[]; scale: number } {
  const locked = known.map(({ vector }) => vector);
  const process = new Lanczos(products, start, { locked, scale });
  const floor = known.length < count ? -Infinity : key(known[count - 1].value);
  for (let check = 1; ; check = Math.max(process.steps + 1, Math.ceil(1.1 * process.steps))) {
    while (process.steps < Math.min(check, steps) && !process.exhausted) process.advance();
    const { values, coordinates, bounds } = process.ritz();
    const k = values.length;
    const allowed = tolerance * process.scale;
    const order = Array.from(values.keys()).sort((a, b) => key(values[b]) - key(values[a]));
    const better = order.slice(0, count).filter((i) => key(values[i]) > floor + allowed);
    // The first that does not belong shows that none is missing; it need only be clear of the floor.
    const rival = order[better.length];
    const clear =
      better.length === count ||
      rival === undefined ||
      bounds[rival] <= Math.max(allowed, (floor - key(values[rival])) / 10);
    const complete = better.length === count || process.exhausted || better.length < k;
    if (complete && clear && better.every((i) => bounds[i] <= allowed)) {
      const column = (i: number): number[] =>
        Array.from({ length: k }, (_, j) => coordinates.data[j * k + i]);
      const pairs = better.map((i) => ({
        value: values[i],
        vector: process.combine(column(i)),
      }));
      return { pairs, scale: process.scale };
    }
    if (process.steps >= steps) {
      const worst = Math.max(...better.map((i) => bounds[i]), clear ? 0 : bounds[rival]);
      throw tooFar(worst / process.scale, tolerance, products.count);
    }
  }
}

function tooFar(residual: number, tolerance: number, products: number): ConvergenceError {
  return new ConvergenceError(
    `extreme eigenvalues: relative residual ${residual.toExponential(2)} after ${products} products, expected ` +
      `${tolerance.toExponential(2)}; more steps, fewer eigenvalues, or a larger tolerance (products in float32 are ` +
      "exact to about 1e-6)",
  );
}
