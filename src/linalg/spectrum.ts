/** What all operators do with their eigenvalues once they have them. */
import { DomainError, NotPositiveDefiniteError } from "../errors.ts";
import { type Matrix, zeros } from "./matrix.ts";
import type { Eigenpairs } from "./operator.ts";
import { requireMemory } from "./shapes.ts";

/**
 * Throws {@link NotPositiveDefiniteError} unless all eigenvalues plus damping are positive beyond rounding, of which
 * `order` (the number of terms in the sums that made them) times ε of the largest is expected.
 */
export function requirePositiveValues(
  values: Float64Array,
  damping: number,
  order: number,
  what: string,
): void {
  let [least, largest] = [Infinity, 0];
  for (const value of values) {
    if (value < least) least = value;
    if (Math.abs(value) > largest) largest = Math.abs(value);
  }
  const rounding = order * Number.EPSILON * largest;
  if (values.length === 0 || least + damping > rounding) return;
  throw new NotPositiveDefiniteError(
    `the ${what} is not positive definite with damping ${damping}: its smallest eigenvalue is ${least}, its ` +
      `largest ${largest}; use a damping above ${(Math.max(0, -least) + rounding).toPrecision(2)}`,
    values.indexOf(least),
  );
}

/** Σ log(value + damping) */
export function logSum(values: Float64Array, damping: number): number {
  let sum = 0;
  for (const value of values) sum += Math.log(value + damping);
  return sum;
}

/** The indices of the `count` largest values, largest first; of equal ones the first. */
export function largestFirst(values: ArrayLike<number>, count: number): number[] {
  const order = Array.from({ length: values.length }, (_, i) => i);
  return order.sort((a, b) => values[b] - values[a]).slice(0, count);
}

/** Checks the number of eigenpairs and the room for them. Throws {@link DomainError}, `ShapeError`. */
export function requirePairs(count: number, dimension: number): void {
  if (!(Number.isInteger(count) && count >= 1 && count <= dimension)) {
    throw new DomainError(
      `eigenpairs: a count of ${count}, expected an integer from 1 to the dimension, ${dimension}`,
    );
  }
  requireMemory(dimension, count, "eigenvectors");
}

/** Eigenpairs from all eigenvalues and a function that writes the eigenvector of one into a column. */
export function selectedPairs(
  values: Float64Array,
  count: number,
  write: (index: number, vectors: Matrix, column: number) => void,
): Eigenpairs {
  const order = largestFirst(values, count);
  const vectors = zeros(values.length, count);
  order.forEach((index, column) => {
    write(index, vectors, column);
  });
  return { values: Float64Array.from(order, (index) => values[index]), vectors };
}

/** Checks the factor of a multiple. Throws {@link DomainError}. */
export function requireFactor(c: number): void {
  if (!Number.isFinite(c)) {
    throw new DomainError(`multiple of a matrix: found ${c}, expected a finite number`);
  }
}
