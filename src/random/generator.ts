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
