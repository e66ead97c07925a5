/** Sources of randomness as values. */
import { DomainError } from "../errors.ts";

/** What a source of randomness must offer; every function that draws takes one, none is global. */
export interface Generator {
  /** uniform on [0, 1) with 53 random bits */
  uniform(): number;
  /** standard normal */
  normal(): number;
  /** uniform on {0, …, bound − 1} */
  integer(bound: number): number;
}

/**
 * Throws {@link DomainError} for what is no generator, as a seed or `Math.random`, or was forgotten, which TypeScript would not
 * let pass.
 */
export function requireGenerator(random: Generator, what: string): void {
  const { uniform, normal, integer } = Object(random);
  if ([uniform, normal, integer].every((draw) => typeof draw === "function")) return;
  const found = random === null ? "null" : typeof random;
  throw new DomainError(`${what}: random is ${found}, expected a generator, e.g. stream(0)`);
}

/**
 * `count` calls of `draw`, in order, as a vector.
 *
 * @example
 * const random = new LegacyRandom(0);
 * const noise = draws(1000, () => random.normal());
 */
export function draws(count: number, draw: () => number): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = draw();
  return values;
}
