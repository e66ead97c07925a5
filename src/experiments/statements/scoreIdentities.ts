/** E[∇ log p] = 0 and E[∇ log p ∇ log pᵀ] = −E[∇² log p]. */
import { type Matrix, zeros } from "../../linalg/matrix.ts";
import type { Objective } from "../../objective.ts";
import type { Statement } from "../results.ts";
import { type FamilyProblem, familyProblems, singleSample } from "./families.ts";
import { combination, hessianMatrix, type MatrixAt, outer, outputRow } from "./matrices.ts";
import { largest, relativeDistance } from "./measure.ts";
import { outcomes } from "./outcomes.ts";

const ROUNDING = 1e-10;
/** what fourth-order differences of gradients leave of the relative error */
const DIFFERENCES = 1e-8;

/** What the statement is about; what is handed in is tested in place of the library's. */
export interface ScoreSubject {
  readonly seed?: number;
  /** ∇(−log p) */
  readonly gradient?: (objective: Objective<Matrix>, theta: Float64Array) => Float64Array;
  /** ∇²(−log p) */
  readonly hessian?: MatrixAt;
}

/**
 * Eq. 4 and Appendix A: both identities for the weights of a network and one input, for every family, the
 * expectation over y being a sum over all outcomes (a quadrature for Gaussian y). The Hessian has the second
 * derivatives of the network in it, which vanish only on average; that it is the derivative of the gradient is
 * checked against differences.
 */
export function scoreIdentities({
  seed = 0,
  gradient = (objective, theta) => objective.gradient(theta),
  hessian = hessianMatrix,
}: ScoreSubject = {}): Statement {
  const errors = familyProblems({ seed, samples: 2 }).map((problem) => ({
    name: problem.likelihood.name,
    ...identities(problem, gradient, hessian),
  }));
  const holds =
    largest(errors.flatMap((e) => [e.mean, e.second])) < ROUNDING &&
    largest(errors.map((e) => e.derivative)) < DIFFERENCES;
  return {
    id: "score-identities",
    source: "Equation 4, Appendix A",
    claim: "E[∇ log p] = 0 and E[∇ log p ∇ log pᵀ] = −E[∇² log p] under y ~ p(y | x, θ).",
    holds,
    measured: Object.fromEntries(
      errors.flatMap(({ name, mean, second, derivative }) => [
        [`${name}: |E ∇ log p| of E |∇ log p|`, mean],
        [`${name}: relative distance of the two matrices`, second],
        [`${name}: ∇² log p against differences of ∇ log p`, derivative],
      ]),
    ),
    reading: holds
      ? "Summed over all outcomes, both identities hold to rounding for every family, with a network between θ and f."
      : "At least one identity fails by more than rounding.",
  };
}

/** The errors of both identities and of the Hessian as a derivative, the larger of the two samples. */
function identities(
  { objective, theta, likelihood }: FamilyProblem,
  gradient: NonNullable<ScoreSubject["gradient"]>,
  hessian: MatrixAt,
): { mean: number; second: number; derivative: number } {
  const errors = [0, 1].map((n) => {
    const drawn = outcomes(likelihood, outputRow(objective, theta, n)).map(({ weight, target }) => {
      const one = singleSample(objective, n, target);
      return { weight, target, g: gradient(one, theta), H: hessian(one, theta) };
    });
    const mean = theta.map((_, i) => drawn.reduce((sum, { weight, g }) => sum + weight * g[i], 0));
    const size = drawn.reduce((sum, { weight, g }) => sum + weight * Math.hypot(...g), 0);
    const squares = combination(drawn.map(({ weight, g }) => [weight, outer(g)] as const));
    const bends = combination(drawn.map(({ weight, H }) => [weight, H] as const));
    const one = singleSample(objective, n, drawn[drawn.length - 1].target);
    return {
      mean: Math.hypot(...mean) / size,
      second: relativeDistance(bends, squares),
      derivative: relativeDistance(hessian(one, theta), differences(one, theta, gradient)),
    };
  });
  return {
    mean: largest(errors.map((e) => e.mean)),
    second: largest(errors.map((e) => e.second)),
    derivative: largest(errors.map((e) => e.derivative)),
  };
}

/** The Jacobian of the gradient by central differences of fourth order, `[D, D]`. */
function differences(
  objective: Objective<Matrix>,
  theta: Float64Array,
  gradient: NonNullable<ScoreSubject["gradient"]>,
): Matrix {
  const h = 1e-3;
  const D = theta.length;
  const J = zeros(D, D);
  for (let i = 0; i < D; i++) {
    const at = (t: number): Float64Array =>
      gradient(
        objective,
        theta.map((x, k) => (k === i ? x + t : x)),
      );
    const [a, b, c, d] = [-2 * h, -h, h, 2 * h].map(at);
    for (let j = 0; j < D; j++) J.data[i * D + j] = (a[j] - 8 * b[j] + 8 * c[j] - d[j]) / (12 * h);
  }
  return J;
}
