/** Random probes, what they become under an operator, and the unit vectors that need no luck. */
import { draws, type Generator, requireGenerator } from "../../random/generator.ts";
import { type Matrix, matrix, zeros } from "../matrix.ts";
import { requireMemory } from "../shapes.ts";
import { type CountedProducts, row } from "./products.ts";

/** Probes that are multiplied at once where they need not be kept. */
const BLOCK = 32;

/** Rademacher's: entries ±1 with equal chance, `[count, D]` by rows. Throws `ShapeError` for more than fits, `DomainError` for what is no generator. */
export function signs(random: Generator, count: number, dimension: number): Matrix {
  return drawn(random, count, dimension, () => 2 * random.integer(2) - 1);
}

/** Entries standard normal, so that directions are uniform on the sphere, `[count, D]` by rows. As {@link signs}. */
export function normals(random: Generator, count: number, dimension: number): Matrix {
  return drawn(random, count, dimension, () => random.normal());
}

function drawn(random: Generator, count: number, dimension: number, draw: () => number): Matrix {
  requireGenerator(random, "probes");
  requireMemory(count, dimension, `${count} probes`);
  return matrix(count, dimension, draws(count * dimension, draw));
}

/** Gives `take` each of `count` random probes ω with A ω, and sees that A is symmetric. */
export function eachSign(
  products: CountedProducts,
  random: Generator,
  count: number,
  take: (omega: Float64Array, image: Float64Array) => void,
): void {
  for (let done = 0; done < count; done += BLOCK) {
    const probes = signs(random, Math.min(BLOCK, count - done), products.dimension);
    const images = products.multiplyRows(probes);
    requireSymmetric(products, probes, images);
    for (let i = 0; i < probes.rows; i++) take(row(probes, i), row(images, i));
  }
}

/** Throws `DomainError` where the first two probes show that the operator is not symmetric; costs no product. */
export function requireSymmetric(products: CountedProducts, probes: Matrix, images: Matrix): void {
  if (probes.rows < 2) return;
  products.requireSymmetric(row(probes, 0), row(images, 0), row(probes, 1), row(images, 1));
}

/** The diagonal `[D]` by D products. */
export function exactDiagonal(products: CountedProducts): Float64Array {
  const D = products.dimension;
  const diagonal = new Float64Array(D);
  for (let done = 0; done < D; done += BLOCK) {
    const units = zeros(Math.min(BLOCK, D - done), D);
    for (let i = 0; i < units.rows; i++) units.data[i * D + done + i] = 1;
    const columns = products.multiplyRows(units);
    requireSymmetric(products, units, columns);
    for (let i = 0; i < units.rows; i++) diagonal[done + i] = columns.data[i * D + done + i];
  }
  return diagonal;
}

/** The sum of {@link exactDiagonal}, without an error. */
export function exactTrace(products: CountedProducts): {
  value: number;
  standardError: number;
  products: number;
} {
  const value = exactDiagonal(products).reduce((sum, entry) => sum + entry, 0);
  return { value, standardError: 0, products: products.count };
}
