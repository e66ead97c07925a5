/** Where a network fits its data the empirical Fisher is zero, the Fisher and the Hessian are not. */
import { gaussian } from "../../likelihoods/gaussian.ts";
import { type Matrix, matrix } from "../../linalg/matrix.ts";
import { type Objective, objective } from "../../objective.ts";
import { naturalGradient } from "../../optimizers/naturalGradient.ts";
import type { Step } from "../../optimizers/step.ts";
import { draws } from "../../random/generator.ts";
import { stream } from "../../random/streams.ts";
import type { Statement } from "../results.ts";
import { empiricalFisherMatrix, fisherMatrix, hessianMatrix, type MatrixAt } from "./matrices.ts";
import { frobenius, relativeDistance } from "./measure.ts";
import { initialWeights, tinyNetwork } from "./tinyNetwork.ts";

const SAMPLES = 8;
const HIDDEN = 10;
const STEP_SIZE = 0.3;
const DAMPING = 1e-3;
const ITERATIONS = 400;

/** What the statement is about; a matrix handed in is tested in place of the library's. */
export interface FitSubject {
  readonly seed?: number;
  readonly empiricalFisher?: MatrixAt;
  readonly fisher?: MatrixAt;
  readonly hessian?: MatrixAt;
}

/**
 * Section 4.2: a tanh network with 31 weights, Gaussian noise of variance one, trained on 8 random targets by damped
 * natural gradient until it fits them. Frobenius norms at the end, relative to those at the start.
 */
export function overparametrized({
  seed = 0,
  empiricalFisher = empiricalFisherMatrix,
  fisher = fisherMatrix,
  hessian = hessianMatrix,
}: FitSubject = {}): Statement {
  const { problem, first, last } = train(seed);
  const kept = (at: MatrixAt): number =>
    frobenius(at(problem, last.theta)) / frobenius(at(problem, first.theta));
  const left = { empirical: kept(empiricalFisher), fisher: kept(fisher), hessian: kept(hessian) };
  const apart = relativeDistance(fisher(problem, last.theta), hessian(problem, last.theta));
  // the loss of a perfect fit is the constant ½ log 2π
  const excess = last.loss - 0.5 * Math.log(2 * Math.PI);
  const holds =
    excess < 1e-12 &&
    left.empirical < 1e-10 &&
    left.fisher > 0.1 &&
    left.hessian > 0.1 &&
    apart < 1e-4;
  return {
    id: "overparametrized",
    source: "Sections 4.1 and 4.2",
    claim:
      "For a model that can fit all its training data F̃ → 0 as it does, while the Fisher approaches the Hessian, which does not vanish.",
    holds,
    measured: {
      weights: problem.dimension,
      samples: problem.samples,
      "loss above that of a perfect fit": Math.max(excess, 0),
      "‖F̃‖ at the end, of its start": left.empirical,
      "‖F‖ at the end, of its start": left.fisher,
      "‖∇²L‖ at the end, of its start": left.hessian,
      "‖F − ∇²L‖ / ‖∇²L‖ at the end": apart,
    },
    reading: holds
      ? "After training, the empirical Fisher has vanished with the residuals; the Fisher is as large as before and equals the Hessian."
      : "The network does not fit its data, or the matrices do not behave as claimed.",
  };
}

interface Training {
  readonly problem: Objective<Matrix>;
  readonly first: Step;
  readonly last: Step;
}

function train(seed: number): Training {
  const random = stream(seed, "overparametrized");
  const model = tinyNetwork({ inputs: 1, hidden: HIDDEN, outputs: 1 });
  const X = matrix(
    SAMPLES,
    1,
    Float64Array.from({ length: SAMPLES }, (_, n) => (4 * n) / (SAMPLES - 1) - 2),
  );
  const y = draws(SAMPLES, () => random.normal());
  const problem = objective({ model, likelihood: gaussian(), X, y });
  const start = initialWeights(model, random, 2);
  const options = { start, stepSize: STEP_SIZE, damping: DAMPING, iterations: ITERATIONS };
  const [first] = naturalGradient(problem, { ...options, iterations: 0 });
  let last = first;
  for (const step of naturalGradient(problem, options)) last = step;
  return { problem, first, last };
}
