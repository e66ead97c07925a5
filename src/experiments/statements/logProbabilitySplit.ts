/** The empirical Fisher is a Gauss–Newton matrix of a split that the amended Definition 1 excludes. */
import { curvature } from "../../curvature/curvature.ts";
import { splitReport } from "../../curvature/definition.ts";
import { ggn } from "../../curvature/ggn.ts";
import { canonicalSplit, logProbabilitySplit, type Split } from "../../curvature/split.ts";
import { DomainError } from "../../errors.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import type { Objective } from "../../objective.ts";
import type { Statement } from "../results.ts";
import { type FamilyProblem, familyProblems, withTargets } from "./families.ts";
import {
  empiricalFisherMatrix,
  fisherMatrix,
  gaussNewtonMatrix,
  hessianMatrix,
  type MatrixAt,
} from "./matrices.ts";
import { largest, relativeDistance } from "./measure.ts";

const ROUNDING = 1e-10;

/** What the statements are about; what is handed in is tested in place of the library's. */
export interface SplitSubject {
  readonly seed?: number;
  /** the split said to give the empirical Fisher */
  readonly split?: (problem: FamilyProblem) => Split<Matrix>;
  readonly empiricalFisher?: MatrixAt;
}

/** a = −log b, b = p(y | f), with the largest value of the density for the Gaussian family */
function logSplit({ objective, likelihood }: FamilyProblem): Split<Matrix> {
  if (likelihood.name !== "gaussian") return logProbabilitySplit(objective);
  const variance =
    1 / likelihood.outputFisher(objective.outputs(new Float64Array(objective.dimension))).data[0];
  const supremum = (2 * Math.PI * variance) ** (-likelihood.outputs / 2);
  return logProbabilitySplit(objective, { supremum });
}

/** Eq. 14 and 15: the Gauss–Newton matrix of a = −log b, b = p(y | f) is the empirical Fisher, for every family. */
export function empiricalFisherIsGaussNewton({
  seed = 0,
  split = logSplit,
  empiricalFisher = empiricalFisherMatrix,
}: SplitSubject = {}): Statement {
  const errors = familyProblems({ seed }).map((problem) => {
    const { objective, theta, likelihood } = problem;
    const kind = ggn(split(problem), { definition: "original" });
    const G = curvature(objective, theta, kind).dense();
    const E = empiricalFisher(objective, theta);
    const F = fisherMatrix(objective, theta);
    return { name: likelihood.name, error: relativeDistance(E, G), apart: relativeDistance(E, F) };
  });
  const holds = largest(errors.map(({ error }) => error)) < ROUNDING;
  return {
    id: "empirical-fisher-split",
    source: "Section 4.1, equation 14",
    claim:
      "The empirical Fisher is the generalized Gauss–Newton matrix of the split a = −log b, b = p(y | f(x, θ)).",
    holds,
    measured: Object.fromEntries(
      errors.flatMap(({ name, error, apart }) => [
        [`${name}: empirical Fisher against Gauss–Newton`, error],
        [`${name}: distance of the empirical Fisher from the Fisher`, apart],
      ]),
    ),
    reading: holds
      ? "The two agree to rounding for every family, while the Fisher, the matrix of the canonical split of the same loss, is another one."
      : "The two differ by more than rounding.",
  };
}

/** How a split is judged; handed in to see that the statement can fail. */
export interface DefinitionSubject extends SplitSubject {
  /** whether Definition 1 as amended accepts a split */
  readonly accepts?: (split: Split<Matrix>, problem: FamilyProblem) => boolean;
}

/** Definition 1: the amendment accepts the canonical split and excludes that of the empirical Fisher. */
export function amendedDefinition({
  seed = 0,
  split = logSplit,
  accepts = acceptedByLibrary,
}: DefinitionSubject = {}): Statement {
  const judged = familyProblems({ seed }).map((problem) => {
    const splits = { canonical: canonicalSplit(problem.objective), log: split(problem) };
    return {
      right: accepts(splits.canonical, problem) && !accepts(splits.log, problem),
      canonical: leastDecrement(splits.canonical, problem),
      log: leastDecrement(splits.log, problem),
    };
  });
  const fitted = atFit(familyProblems({ seed })[0]);
  const excluded = judged.filter(({ right }) => right).length;
  const holds =
    excluded === judged.length && fitted.gaussNewton < ROUNDING && fitted.empirical > 1 - ROUNDING;
  return {
    id: "amended-definition",
    source: "Section 4.1, Definition 1",
    claim:
      "Asking that ∇a_n(b) = 0 for some b in the image of b_n keeps the canonical split and excludes that of the empirical Fisher.",
    holds,
    measured: {
      "families where the definition tells the two apart": excluded,
      "canonical split: least ∇aᵀ(∇²a)⁻¹∇a": largest(judged.map(({ canonical }) => canonical)),
      "−log b: least ∇aᵀ(∇²a)⁻¹∇a": Math.min(...judged.map(({ log }) => log)),
      "at a fit, ‖∇²L − G‖ / ‖∇²L‖": fitted.gaussNewton,
      "at a fit, ‖∇²L − F̃‖ / ‖∇²L‖": fitted.empirical,
    },
    reading: holds
      ? "The residual gradient of the canonical split can vanish (in a limit for discrete y), that of −log b is 1 at least in its own units. Where a regression fits all data, the first matrix is the Hessian and the second is zero."
      : "The definition does not tell the two splits apart, or the matrices do not behave as it promises.",
  };
}

/** The least ∇aᵀ(∇²a)⁻¹∇a of the sample where it is largest. */
function leastDecrement(split: Split<Matrix>, { objective, theta }: FamilyProblem): number {
  return splitReport(split, objective, theta).decrement.value;
}

function acceptedByLibrary(split: Split<Matrix>, { objective, theta }: FamilyProblem): boolean {
  try {
    curvature(objective, theta, ggn(split));
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

/** Relative distances from the Hessian where targets are the outputs themselves. */
function atFit({ objective, theta }: FamilyProblem): { gaussNewton: number; empirical: number } {
  const fitted: Objective<Matrix> = withTargets(objective, objective.outputs(theta));
  const H = hessianMatrix(fitted, theta);
  const distance = (matrix: MatrixAt): number => relativeDistance(matrix(fitted, theta), H);
  return { gaussNewton: distance(gaussNewtonMatrix), empirical: distance(empiricalFisherMatrix) };
}
