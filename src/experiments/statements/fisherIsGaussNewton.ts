/** Proposition 1: for an exponential family the Fisher is the generalized Gauss–Newton matrix. */
import type { Statement } from "../results.ts";
import { familyProblems } from "./families.ts";
import {
  expectedOuterProduct,
  fisherMatrix,
  gaussNewtonMatrix,
  type MatrixAt,
} from "./matrices.ts";
import { largest, relativeDistance } from "./measure.ts";

const ROUNDING = 1e-12;

/** What the statement is about; a matrix handed in is tested in place of the library's. */
export interface Proposition1Subject {
  readonly seed?: number;
  readonly fisher?: MatrixAt;
  readonly gaussNewton?: MatrixAt;
}

/**
 * Proposition 1 on a network for every family. Three ways to one matrix: the expectation of outer products
 * summed over all outcomes, the library's Fisher, the Gauss–Newton matrix of the split a = −log p(y | ·), b = f.
 */
export function fisherIsGaussNewton({
  seed = 0,
  fisher = fisherMatrix,
  gaussNewton = gaussNewtonMatrix,
}: Proposition1Subject = {}): Statement {
  const problems = familyProblems({ seed });
  const distances = problems.map(({ objective, theta, likelihood }) => {
    const F = fisher(objective, theta);
    const fromDefinition = relativeDistance(F, expectedOuterProduct(objective, theta));
    const fromGgn = relativeDistance(gaussNewton(objective, theta), F);
    return { name: likelihood.name, fromDefinition, fromGgn };
  });
  const worst = largest(distances.flatMap((d) => [d.fromDefinition, d.fromGgn]));
  const holds = worst < ROUNDING;
  return {
    id: "proposition-1",
    source: "Proposition 1",
    claim:
      "For an exponential family with natural parameters f the Fisher is the generalized Gauss–Newton matrix of the split a = −log p(y | b), b = f(x, θ).",
    holds,
    measured: Object.fromEntries(
      distances.flatMap(({ name, fromDefinition, fromGgn }) => [
        [`${name}: Fisher against its definition`, fromDefinition],
        [`${name}: Gauss–Newton against Fisher`, fromGgn],
      ]),
    ),
    reading: holds
      ? `On a network with each of the ${problems.length} families the two and the definition differ by rounding only.`
      : "The matrices differ by more than rounding.",
  };
}
