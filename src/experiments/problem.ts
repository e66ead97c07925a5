/** The regressions of the paper as objectives, with its loss, and their minima. */
import { ConvergenceError } from "../errors.ts";
import { bernoulli } from "../likelihoods/bernoulli.ts";
import { gaussian } from "../likelihoods/gaussian.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { glm, type Objective } from "../objective.ts";
import { naturalGradient } from "../optimizers/naturalGradient.ts";
import type { Step } from "../optimizers/step.ts";

/** An objective at the `mean` scale, and its loss as the paper plots it. */
export interface PaperProblem {
  readonly objective: Objective<Matrix>;
  /** L(θ), prior included; for the Gaussian family without the constant ½ log 2π, which the paper leaves out */
  loss(theta: Float64Array): number;
  /** the paper's loss from a loss of the objective */
  fromObjective(loss: number): number;
}

interface Samples {
  readonly X: Matrix;
  readonly y: Float64Array;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Least squares with unit noise; without `priorVariance` there is no prior. X has its bias column already. */
export function linearRegression({ X, y }: Samples, priorVariance?: number): PaperProblem {
  const likelihood = gaussian();
  return problem(
    glm({ X, y, likelihood, intercept: false, ...(priorVariance ? { priorVariance } : {}) }),
    HALF_LOG_TWO_PI,
  );
}

/** Logistic regression without prior. X has its bias column already, where there is one. */
export function logisticRegression({ X, y }: Samples): PaperProblem {
  return problem(glm({ X, y, likelihood: bernoulli(), intercept: false }), 0);
}

function problem(objective: Objective<Matrix>, constant: number): PaperProblem {
  const fromObjective = (loss: number): number => loss - constant;
  return { objective, fromObjective, loss: (theta) => fromObjective(objective.loss(theta)) };
}

/** Scoring gets this many steps; it needs two for least squares and about six for the logistic problems. */
const SCORING_STEPS = 100;
/** a last step of this size is rounding, relative to 1 + ‖θ‖ */
const ROUNDING = 1e-6;

/**
 * The minimum by Fisher scoring from θ = 0 until rounding stops the gradient's fall. Throws {@link ConvergenceError}
 * or `NotPositiveDefiniteError` where there is none, as for separable classes.
 */
export function minimum(objective: Objective<Matrix>): Float64Array {
  let best: Step | undefined;
  for (const step of naturalGradient(objective, { iterations: SCORING_STEPS })) {
    if (best && !(step.gradientNorm < best.gradientNorm)) {
      if (Math.hypot(...best.step) > ROUNDING * (1 + Math.hypot(...best.theta))) break;
      return best.theta;
    }
    best = step;
  }
  throw new ConvergenceError(
    `Fisher scoring did not end at a minimum: after ${best?.iteration} steps the gradient has the norm ` +
      `${best?.gradientNorm} and the next step the length ${Math.hypot(...(best?.step ?? []))}`,
  );
}
