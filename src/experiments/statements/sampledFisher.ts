/** One sampled label a sample is enough for an unbiased Fisher, at the price of the empirical one. */
import { curvature } from "../../curvature/curvature.ts";
import type { Kind } from "../../curvature/kind.ts";
import { empirical, fisher } from "../../curvature/kinds.ts";
import { sampled } from "../../curvature/sampled.ts";
import { type Matrix, matrix } from "../../linalg/matrix.ts";
import type { Model } from "../../models/model.ts";
import { type Objective, objective } from "../../objective.ts";
import type { Generator } from "../../random/generator.ts";
import { stream } from "../../random/streams.ts";
import type { Statement } from "../results.ts";
import { type FamilyProblem, familyProblems } from "./families.ts";
import {
  combination,
  empiricalFisherMatrix,
  fisherMatrix,
  type MatrixAt,
  outputRow,
} from "./matrices.ts";
import { largest, relativeDistance } from "./measure.ts";
import { type Outcome, outcomes } from "./outcomes.ts";

const ENUMERATED_SAMPLES = 3;
const DRAWS = 2000;
const ROUNDING = 1e-12;
/** standard errors; the largest of some 200 entries is seldom beyond 4 */
const TOLERANCE = 5;

/** What the statement is about; an estimate handed in is tested in place of the library's. */
export interface SampledSubject {
  readonly seed?: number;
  /** an estimate of the Fisher from one label a sample */
  readonly estimate?: (
    objective: Objective<Matrix>,
    theta: Float64Array,
    random: Generator,
  ) => Matrix;
  readonly fisher?: MatrixAt;
}

/**
 * Sections 6 and B: the estimate is averaged over all labellings of three samples, with their probabilities, where
 * labels are few; over seeded draws for every family; and its vector–Jacobian products are counted.
 */
export function sampledFisher({
  seed = 0,
  estimate = (problem, theta, random) => curvature(problem, theta, sampled({ random })).dense(),
  fisher: exact = fisherMatrix,
}: SampledSubject = {}): Statement {
  const random = stream(seed, "sampled Fisher");
  const few = familyProblems({ seed, samples: ENUMERATED_SAMPLES }).filter(
    ({ likelihood }) => likelihood.name === "bernoulli" || likelihood.name === "categorical",
  );
  const bias = largest(
    few.map((problem) =>
      relativeDistance(
        expectation(problem, estimate, random),
        exact(problem.objective, problem.theta),
      ),
    ),
  );
  const deviation = largest(
    familyProblems({ seed }).map((problem) => studentized(problem, estimate, exact, random)),
  );
  const empiricalBias = Math.min(
    ...few.map(({ objective: problem, theta }) =>
      relativeDistance(empiricalFisherMatrix(problem, theta), exact(problem, theta)),
    ),
  );
  const classes = few[few.length - 1];
  const price = {
    sampled: products(classes, (problem, theta) => estimate(problem, theta, random)),
    empirical: products(classes, ofKind(empirical())),
    exact: products(classes, ofKind(fisher())),
  };
  const holds = bias < ROUNDING && deviation < TOLERANCE && price.sampled === price.empirical;
  return {
    id: "sampled-fisher",
    source: "Section 6, Appendix B, equation 38",
    claim:
      "The Fisher estimated with one sampled label a sample is unbiased, at the computational cost of the empirical Fisher.",
    holds,
    measured: {
      "mean over all labellings against the Fisher": bias,
      [`largest deviation of the mean of ${DRAWS} estimates, in standard errors`]: deviation,
      "distance of the empirical Fisher from the Fisher, at least": empiricalBias,
      "vector–Jacobian products: one sampled label": price.sampled,
      "vector–Jacobian products: empirical Fisher": price.empirical,
      "vector–Jacobian products: exact Fisher, three classes": price.exact,
    },
    reading: holds
      ? "Averaged over all labels the estimate is the Fisher to rounding, for every family its mean over seeded draws is within sampling error, and it takes as many products as the empirical Fisher, which is far from the Fisher."
      : "The estimate is biased, or it costs more than the empirical Fisher.",
  };
}

type Estimate = NonNullable<SampledSubject["estimate"]>;

function ofKind(kind: Kind<Matrix>): MatrixAt {
  return (problem, theta) => curvature(problem, theta, kind).dense();
}

/** The mean of the estimate over all labellings, weighed by their probabilities. */
function expectation(
  { objective: problem, theta }: FamilyProblem,
  estimate: Estimate,
  random: Generator,
): Matrix {
  const labellings = Array.from({ length: problem.samples }, (_, n) =>
    outcomes(problem.likelihood, outputRow(problem, theta, n)),
  ).reduce<Outcome[]>(
    (all, one) =>
      all.flatMap((before) =>
        one.map(({ weight, target }) => ({
          weight: before.weight * weight,
          target: Float64Array.of(...before.target, ...target),
        })),
      ),
    [{ weight: 1, target: new Float64Array(0) }],
  );
  return combination(
    labellings.map(({ weight, target }) => {
      const labels = matrix(problem.samples, 1, target);
      const likelihood = { ...problem.likelihood, sample: () => labels };
      return [weight, estimate({ ...problem, likelihood }, theta, random)] as const;
    }),
  );
}

/** The largest |mean − F| over entries, in standard errors of the mean. */
function studentized(
  { objective: problem, theta }: FamilyProblem,
  estimate: Estimate,
  exact: MatrixAt,
  random: Generator,
): number {
  const F = exact(problem, theta).data;
  const sum = new Float64Array(F.length);
  const squares = new Float64Array(F.length);
  for (let k = 0; k < DRAWS; k++) {
    const { data } = estimate(problem, theta, random);
    for (let i = 0; i < F.length; i++) {
      // about F, so that nothing cancels
      sum[i] += data[i] - F[i];
      squares[i] += (data[i] - F[i]) ** 2;
    }
  }
  return largest(
    sum.map((total, i) => {
      const mean = total / DRAWS;
      const variance = squares[i] / DRAWS - mean * mean;
      return Math.abs(mean) / Math.sqrt(variance / (DRAWS - 1));
    }),
  );
}

/** How many products with a transposed Jacobian of one sample a matrix takes. */
function products({ objective: problem, theta }: FamilyProblem, at: MatrixAt): number {
  let count = 0;
  const { model, likelihood, X, targets } = problem;
  const counting: Model<Matrix> = {
    ...model,
    vjp(at, inputs, U) {
      count += U.rows;
      return model.vjp(at, inputs, U);
    },
  };
  at(objective({ model: counting, likelihood, X, y: targets, oneClass: true }), theta);
  return count;
}
