/** Normal draws whose precision is a matrix: what a Laplace approximation asks of one. */
import { draws, type Generator, requireGenerator } from "../random/generator.ts";
import type { SolveOptions, SymmetricOperator } from "./operator.ts";

/**
 * One draw from N(0, (A + damping · I)⁻¹), `[D]`: (A + damping · I)^(−1/2) ε with D standard normal ε. Throws as the
 * operator's `inverseSquareRootMultiply`.
 *
 * @example
 * const noise = sampleInverse(F, random, { damping: problem.priorPrecision });
 * const draw = theta.map((t, i) => t + noise[i]); // of the Laplace approximation, F at the `sum` scale
 */
export function sampleInverse(
  A: SymmetricOperator,
  random: Generator,
  options: SolveOptions = {},
): Float64Array {
  requireGenerator(random, "draw from a normal distribution");
  return A.inverseSquareRootMultiply(
    draws(A.dimension, () => random.normal()),
    options,
  );
}
