/** Small problems of every family over several models, with their brute force. */
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import type { Likelihood } from "../../src/likelihoods/likelihood.ts";
import { poisson } from "../../src/likelihoods/poisson.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import { type Objective, objective } from "../../src/objective.ts";
import { type BruteForce, bruteForce, families, type PlainFamily } from "./bruteForce.ts";
import { numbers, random } from "./matrices.ts";
import { layeredCase, linearCase, networkCase, type TestModel, tiedCase } from "./testModels.ts";

export interface Problem {
  readonly name: string;
  readonly objective: Objective<Matrix>;
  readonly theta: Float64Array;
  readonly exact: BruteForce;
  /** the same data at the other scale */
  readonly sum: Objective<Matrix>;
}

const N = 7;
const P = 2;

interface Family {
  readonly name: string;
  readonly likelihood: Likelihood;
  readonly plain: PlainFamily;
  target(u: number, n: number): number;
}

const all: readonly Family[] = [
  {
    name: "Gaussian",
    likelihood: gaussian({ variance: 0.6 }),
    plain: families.gaussian(0.6),
    target: (u) => 2 * u,
  },
  {
    name: "Gaussian with two outputs",
    likelihood: gaussian({ variance: 2.5, outputs: 2 }),
    plain: families.gaussian(2.5),
    target: (u) => 2 * u,
  },
  {
    name: "Bernoulli",
    likelihood: bernoulli(),
    plain: families.bernoulli(),
    target: (_, n) => n % 2,
  },
  {
    name: "categorical",
    likelihood: categorical(3),
    plain: families.categorical(),
    target: (_, n) => (2 * n) % 3,
  },
  {
    name: "Poisson",
    likelihood: poisson(),
    plain: families.poisson(),
    target: (u) => Math.floor(4 * Math.abs(u)),
  },
];

/** A problem of each family over the model that `make` gives for its number of outputs. */
function problemsOver(label: string, make: (M: number) => TestModel): Problem[] {
  return all.map(({ name, likelihood, plain, target }, i) => {
    const model = make(likelihood.outputs);
    const X = random(N, P, 10 + i);
    const cols = likelihood.targetColumns;
    const data = numbers(N * cols, 20 + i).map((u, t) => target(u, Math.floor(t / cols)));
    const targets = { rows: N, cols, data };
    const theta = numbers(model.model.parameters, 30 + i);
    const common = { model: model.model, likelihood, X, y: targets };
    return {
      name: `${name}, ${label}`,
      objective: objective(common),
      sum: objective({ ...common, reduction: "sum" }),
      theta,
      exact: bruteForce(model, plain, theta, X, targets),
    };
  });
}

/** linear in θ */
export const linearProblems: readonly Problem[] = [
  ...problemsOver("linear", (M) => linearCase(P, M, false)),
  ...problemsOver("linear with last intercept", (M) => linearCase(P, M, "last")),
  ...problemsOver("linear with first intercept", (M) => linearCase(P, M, "first")),
];

/** not linear in θ; the model has forward, jvp and vjp alone */
export const networkProblems: readonly Problem[] = problemsOver("network", (M) =>
  networkCase(P, 2, M),
);

/** networks of layers, with exact second derivatives */
export const layeredProblems: readonly Problem[] = [
  ...problemsOver("layers", (M) => layeredCase(P, M)),
  ...problemsOver("tied layers", (M) => tiedCase(P, M)),
];

export const problems: readonly Problem[] = [
  ...linearProblems,
  ...networkProblems,
  ...layeredProblems,
];
