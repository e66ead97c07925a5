/** One small problem for each family: a network, so that f is not linear in θ, and targets that it does not fit. */
import { bernoulli } from "../../likelihoods/bernoulli.ts";
import { categorical } from "../../likelihoods/categorical.ts";
import { gaussian } from "../../likelihoods/gaussian.ts";
import type { Likelihood } from "../../likelihoods/likelihood.ts";
import { poisson } from "../../likelihoods/poisson.ts";
import { type Matrix, matrix } from "../../linalg/matrix.ts";
import { type Objective, objective } from "../../objective.ts";
import { draws } from "../../random/generator.ts";
import { stream } from "../../random/streams.ts";
import { initialWeights, tinyNetwork } from "./tinyNetwork.ts";

/** A family, an objective with it, and where to look at it. */
export interface FamilyProblem {
  readonly likelihood: Likelihood;
  readonly objective: Objective<Matrix>;
  readonly theta: Float64Array;
}

const INPUTS = 2;
const HIDDEN = 3;

/** Every family of the library. */
export function families(): Likelihood[] {
  return [gaussian({ variance: 0.5, outputs: 2 }), bernoulli(), categorical(3), poisson()];
}

/** A problem for each of {@link families}: networks 2-3-M, labels drawn at other weights than θ. */
export function familyProblems({
  seed = 0,
  samples = 6,
}: {
  readonly seed?: number;
  readonly samples?: number;
} = {}): FamilyProblem[] {
  return families().map((likelihood) => {
    const random = stream(seed, "families", likelihood.name);
    const model = tinyNetwork({ inputs: INPUTS, hidden: HIDDEN, outputs: likelihood.outputs });
    const X = matrix(
      samples,
      INPUTS,
      draws(samples * INPUTS, () => random.normal()),
    );
    const y = likelihood.sample(model.forward(initialWeights(model, random), X), random);
    return {
      likelihood,
      objective: objective({ model, likelihood, X, y, oneClass: true }),
      theta: initialWeights(model, random),
    };
  });
}

/** The same objective with other targets `[N, targetColumns]`. */
export function withTargets(
  { model, likelihood, X, reduction }: Objective<Matrix>,
  y: Matrix,
): Objective<Matrix> {
  return objective({ model, likelihood, X, y, reduction, oneClass: true });
}

/** Sample n alone, with the given target, at the `sum` scale. */
export function singleSample(
  { model, likelihood, X }: Objective<Matrix>,
  n: number,
  target: Float64Array,
): Objective<Matrix> {
  return objective({
    model,
    likelihood,
    X: matrix(1, X.cols, X.data.subarray(n * X.cols, (n + 1) * X.cols)),
    y: matrix(1, target.length, target),
    reduction: "sum",
    oneClass: true,
  });
}
