/** F̃ → F with many samples, but only for a model that is right. */
import { bernoulli } from "../../likelihoods/bernoulli.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { zeros } from "../../linalg/matrix.ts";
import { glm, type Objective } from "../../objective.ts";
import { naturalGradient } from "../../optimizers/naturalGradient.ts";
import type { Generator } from "../../random/generator.ts";
import { stream } from "../../random/streams.ts";
import type { Statement } from "../results.ts";
import { empiricalFisherMatrix, fisherMatrix, type MatrixAt } from "./matrices.ts";
import { relativeDistance } from "./measure.ts";

const SIZES = [200, 800, 3200, 12800] as const;
const REPETITIONS = 8;
const SCORING_STEPS = 8;
/** of the logistic regression that draws its own labels; the last belongs to a constant */
const TRUE_THETA = Float64Array.of(1, -0.5, 0.25);

/** What the statement is about; a matrix handed in is tested in place of the library's. */
export interface SampleSizeSubject {
  readonly seed?: number;
  readonly fisher?: MatrixAt;
  readonly empiricalFisher?: MatrixAt;
}

/**
 * Section 4.2, eq. 17: ‖F̃ − F‖/‖F‖ at the `mean` scale, root mean square over repetitions, against N. Labels from
 * the logistic model itself (at its θ_T and at the minimum), and two Gaussian classes of different width,
 * Figure 2's misspecified case A, for which no logistic regression without constant is right.
 */
export function manySamples({
  seed = 0,
  fisher = fisherMatrix,
  empiricalFisher = empiricalFisherMatrix,
}: SampleSizeSubject = {}): Statement {
  const distance = (problem: Objective<Matrix>, theta: Float64Array): number =>
    relativeDistance(empiricalFisher(problem, theta), fisher(problem, theta));
  const rows = SIZES.map((N) => {
    const sums = { truth: 0, right: 0, wrong: 0 };
    for (let k = 0; k < REPETITIONS; k++) {
      const right = wellSpecified(N, stream(seed, "many samples", N, k));
      const wrong = misspecified(N, stream(seed, "many samples, wrong model", N, k));
      sums.truth += distance(right, TRUE_THETA) ** 2;
      sums.right += distance(right, minimum(right)) ** 2;
      sums.wrong += distance(wrong, minimum(wrong)) ** 2;
    }
    const root = (sum: number): number => Math.sqrt(sum / REPETITIONS);
    return { N, truth: root(sums.truth), right: root(sums.right), wrong: root(sums.wrong) };
  });
  const slope = (value: (row: (typeof rows)[number]) => number): number =>
    logSlope(rows.map((row) => [row.N, value(row)]));
  const slopes = {
    truth: slope((row) => row.truth),
    right: slope((row) => row.right),
    wrong: slope((row) => row.wrong),
  };
  const last = rows[rows.length - 1];
  const halves = (found: number): boolean => Math.abs(found + 0.5) < 0.15;
  const holds =
    halves(slopes.truth) &&
    halves(slopes.right) &&
    slopes.wrong > -0.2 &&
    last.wrong > 10 * last.right;
  return {
    id: "many-samples",
    source: "Section 4.2, equation 17",
    claim:
      "F̃/N → F/N as N → ∞ at the true parameters and at the minimum if the model is well specified, and not if it is misspecified.",
    holds,
    measured: {
      "rate of ‖F̃ − F‖/‖F‖ in N at the true parameters": slopes.truth,
      "rate at the minimum, right model": slopes.right,
      "rate at the minimum, wrong model": slopes.wrong,
      [`‖F̃ − F‖/‖F‖ at N = ${last.N}, right model`]: last.right,
      [`‖F̃ − F‖/‖F‖ at N = ${last.N}, wrong model`]: last.wrong,
    },
    reading: holds
      ? "With the right model the distance falls like 1/√N; with the wrong one it stays, however many samples there are."
      : "The distance does not fall like 1/√N for the right model, or it falls for the wrong one.",
  };
}

/** Logistic regression on two normal features and a constant, labels from the model at {@link TRUE_THETA}. */
function wellSpecified(N: number, random: Generator): Objective<Matrix> {
  const likelihood = bernoulli();
  const X = zeros(N, 3);
  const f = zeros(N, 1);
  for (let n = 0; n < N; n++) {
    X.data.set([random.normal(), random.normal(), 1], 3 * n);
    for (let i = 0; i < 3; i++) f.data[n] += X.data[3 * n + i] * TRUE_THETA[i];
  }
  return glm({ X, y: likelihood.sample(f, random), likelihood });
}

/** Two classes around ±(1.5, 1.5), the first of width 3 and the second of width 1. */
function misspecified(N: number, random: Generator): Objective<Matrix> {
  const X = zeros(N, 2);
  const y = new Float64Array(N);
  for (let n = 0; n < N; n++) {
    y[n] = n % 2;
    const centre = y[n] === 0 ? 1.5 : -1.5;
    const width = y[n] === 0 ? 3 : 1;
    X.data.set([centre + width * random.normal(), centre + width * random.normal()], 2 * n);
  }
  return glm({ X, y, likelihood: bernoulli() });
}

/** By Fisher scoring. */
function minimum(problem: Objective<Matrix>): Float64Array {
  let theta: Float64Array = new Float64Array(problem.dimension);
  for (const step of naturalGradient(problem, { iterations: SCORING_STEPS })) theta = step.theta;
  return theta;
}

/** The slope of log y against log x by least squares. */
function logSlope(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (i: 0 | 1): number => logs.reduce((sum, p) => sum + p[i], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const cross = logs.reduce((sum, p) => sum + (p[0] - x) * (p[1] - y), 0);
  return cross / logs.reduce((sum, p) => sum + (p[0] - x) ** 2, 0);
}
