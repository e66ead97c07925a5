/** A fit taken up again: the same model on the same columns, with other responses or at other parameters. */
import type { Matrix } from "../linalg/matrix.ts";
import { zeros } from "../linalg/matrix.ts";
import { Coordinates } from "./coordinates.ts";
import { inform, information } from "./information.ts";
import type { Problem } from "./problem.ts";
import type { Fit, FitOptions } from "./results.ts";
import type { RowSource } from "./rows.ts";
import { scorer } from "./scorers.ts";
import { score } from "./scoring.ts";

/** The problem that a fit solved, with the coordinates that its curvature gives. */
export function problemOf(
  fit: Fit,
  source: RowSource,
  { signal }: Pick<FitOptions, "signal"> = {},
): Problem {
  const orthogonal = fit.condition.method === "orthogonal";
  return {
    source,
    scorer: scorer(fit.family, fit.outputs + 1, fit.baseline),
    weighting: fit.weighting,
    coordinates: new Coordinates(columnFactor(fit, !orthogonal), orthogonal),
    accurate: orthogonal,
    ridge: fit.ridge * (fit.variance?.kind === "known" ? fit.variance.value : 1),
    intercept: fit.intercept,
    offset: fit.offset,
    baseline: fit.baseline ?? 0,
    ...(signal && { signal }),
  };
}

/**
 * Tᵀ `[P, P]` with the columns' part of the Fisher as T Tᵀ, or its diagonal alone: from the first predictor's block
 * of the factor.
 */
export function columnFactor({ information: { factor }, columns }: Fit, diagonal: boolean): Matrix {
  const P = columns.length;
  const D = factor.rows;
  const lower = zeros(P, P);
  for (let i = 0; i < P; i++) {
    let square = 0;
    for (let j = 0; j <= i; j++) {
      const entry = factor.data[j * D + i];
      if (!diagonal) lower.data[i * P + j] = entry;
      square += entry * entry;
    }
    if (diagonal) lower.data[i * (P + 1)] = Math.sqrt(square);
  }
  return lower;
}

/**
 * The fit to other responses, from the parameters of the first one. What only a report needs (null model, criteria,
 * warnings) is that of the first. Throws `SeparationError`, `ConvergenceError`.
 */
export async function refit(
  fit: Fit,
  source: RowSource,
  options: { signal?: AbortSignal } = {},
): Promise<Fit> {
  const problem = problemOf(fit, source, options);
  const { theta, steps, converged } = await score(problem, fit.theta, {
    maxIterations: 50,
    tolerance: 1e-10,
  });
  const informed = await inform(problem, theta, { exact: false });
  const estimated = fit.variance?.kind === "estimated";
  const { observations } = fit;
  const value = estimated ? informed.deviance / observations : (fit.variance?.value ?? 1);
  return {
    ...fit,
    theta,
    scoring: steps,
    converged,
    deviance: informed.deviance,
    ...(fit.variance && {
      variance: {
        ...fit.variance,
        value,
        unbiased: estimated ? informed.deviance / fit.residualDegreesOfFreedom : value,
      },
    }),
    information: information(problem, informed, {
      variance: value,
      ...(estimated && { observations }),
    }),
  };
}
