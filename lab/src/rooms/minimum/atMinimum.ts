/** What the matrices of the library say at a minimum. */
import { curvature } from "../../../../src/curvature/curvature.ts";
import { empirical, fisher, hessian } from "../../../../src/curvature/kinds.ts";
import { generalizedEigenvalues } from "../../../../src/linalg/eigen.ts";
import { type Matrix, matrix } from "../../../../src/linalg/matrix.ts";
import { fitModel } from "../../../../src/statistics/fit.ts";
import { informationMatrixTest } from "../../../../src/statistics/informationMatrixTest.ts";
import { arrayRows } from "../../../../src/statistics/rows.ts";
import type { PlanarData, PlanarProblem, Point, Symmetric } from "../../compute/planar.ts";

/** `mean` scale. */
export interface AtMinimum {
  readonly theta: Point;
  /** prior included */
  readonly loss: number;
  /** share of samples on the right side, of a logistic regression */
  readonly accuracy?: number;
  readonly fisher: Symmetric;
  readonly empirical: Symmetric;
  /** prior included: what the loss is, to second order */
  readonly hessian: Symmetric;
  /** of (F̃, F), ascending */
  readonly eigenvalues: Point;
}

export function atMinimum({ reference, data }: PlanarProblem, theta: Point): AtMinimum {
  const at = Float64Array.from(theta);
  const F = curvature(reference, at, fisher()).dense();
  const E = curvature(reference, at, empirical()).dense();
  const H = symmetric(curvature(reference, at, hessian()).dense());
  const { priorPrecision } = reference;
  const [low, high] = generalizedEigenvalues(E, F);
  return {
    theta,
    loss: reference.loss(at),
    ...(data.family === "bernoulli" && { accuracy: accuracy(data, theta) }),
    fisher: symmetric(F),
    empirical: symmetric(E),
    hessian: [H[0] + priorPrecision, H[1], H[2] + priorPrecision],
    eigenvalues: [low, high],
  };
}

function symmetric({ data }: Matrix): Symmetric {
  return [data[0], data[1], data[3]];
}

function accuracy({ X, y }: PlanarData, [a, b]: Point): number {
  let right = 0;
  for (let n = 0; n < y.length; n++) {
    if (X[2 * n] * a + X[2 * n + 1] * b > 0 === (y[n] === 1)) right++;
  }
  return right / y.length;
}

/** White's test, or why there is none. */
export type TestResult =
  | {
      readonly statistic: number;
      readonly degreesOfFreedom: number;
      readonly pValue: number;
      readonly logPValue: number;
    }
  | { readonly reason: string };

/** The information matrix test of the library, noise of variance 1 where the model is linear. */
export async function whiteTest({ family, X, y, priorVariance }: PlanarData): Promise<TestResult> {
  if (priorVariance !== null) return { reason: "there is no such test with a prior" };
  const rows = arrayRows({ X: matrix(y.length, 2, X), y, intercept: false });
  try {
    const known = family === "gaussian" ? { variance: 1 } : {};
    const fit = await fitModel(rows, { family, ...known });
    const { statistic, degreesOfFreedom, pValue, logPValue } = await informationMatrixTest(
      rows,
      fit,
    );
    return { statistic, degreesOfFreedom, pValue, logPValue };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
