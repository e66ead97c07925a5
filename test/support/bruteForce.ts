/** Curvature matrices from their definitions: exact derivatives of log p, loops over samples, sums over labels. */
import type { Likelihood } from "../../src/likelihoods/likelihood.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import type { Generator } from "../../src/random/generator.ts";
import { type Jet, total } from "./jet.ts";
import type { TestModel } from "./testModels.ts";

/** A family written again: −log p up to constants, and labels that stand for E over y ~ p(y | f). */
export interface PlainFamily {
  loss(f: readonly Jet[], y: ArrayLike<number>): Jet;
  /** weights and labels; E is exact for what is quadratic in y, and for all of a discrete family */
  expectation(f: readonly number[]): { weight: number; y: number[] }[];
}

export const families = {
  gaussian: (variance: number): PlainFamily => ({
    loss: (f, y) =>
      total(
        f.map((fm, m) =>
          fm
            .plus(-y[m])
            .times(fm.plus(-y[m]))
            .times(0.5 / variance),
        ),
      ),
    // two points for each output have the mean and the variance of a normal
    expectation: (f) =>
      f.reduce<{ weight: number; y: number[] }[]>(
        (points, fm) =>
          points.flatMap(({ weight, y }) =>
            [-1, 1].map((sign) => ({
              weight: weight / 2,
              y: [...y, fm + sign * Math.sqrt(variance)],
            })),
          ),
        [{ weight: 1, y: [] }],
      ),
  }),
  bernoulli: (): PlainFamily => ({
    loss: ([f], y) => f.exp().plus(1).log().plus(f.times(-y[0])),
    expectation([f]) {
      const p = 1 / (1 + Math.exp(-f));
      return [
        { weight: p, y: [1] },
        { weight: 1 - p, y: [0] },
      ];
    },
  }),
  categorical: (): PlainFamily => ({
    loss: (f, y) =>
      total(f.map((fm) => fm.exp()))
        .log()
        .plus(f[y[0]].times(-1)),
    expectation(f) {
      const sum = f.reduce((s, fm) => s + Math.exp(fm), 0);
      return f.map((fm, c) => ({ weight: Math.exp(fm) / sum, y: [c] }));
    },
  }),
  poisson: (): PlainFamily => ({
    loss: ([f], y) => f.exp().plus(f.times(-y[0])),
    expectation([f]) {
      const rate = Math.exp(f);
      return [-1, 1].map((sign) => ({ weight: 0.5, y: [rate + sign * Math.sqrt(rate)] }));
    },
  }),
} as const;

/** Everything about one problem, by definition, at the `mean` scale. */
export interface BruteForce {
  readonly D: number;
  loss(): number;
  gradient(): Float64Array;
  /** g_n */
  gradients(): Float64Array[];
  fisher(): Float64Array;
  empirical(): Float64Array;
  hessian(): Float64Array;
  covariance(): Float64Array;
  /** (1/Nk) Σ_n Σ_j g̃ g̃ᵀ with labels drawn sample by sample */
  sampled(likelihood: Likelihood, k: number, random: Generator): Float64Array;
}

export function bruteForce(
  { model, jets }: TestModel,
  family: PlainFamily,
  theta: Float64Array,
  X: Matrix,
  targets: Matrix,
): BruteForce {
  const D = model.parameters;
  const N = X.rows;
  const samples = Array.from({ length: N }, (_, n) => ({
    f: jets(theta, X.data.subarray(n * X.cols, (n + 1) * X.cols)),
    y: targets.data.subarray(n * targets.cols, (n + 1) * targets.cols),
  }));
  const losses = samples.map(({ f, y }) => family.loss(f, y));
  const gradients = losses.map(({ gradient }) => gradient);
  const mean = (vectors: readonly Float64Array[]): Float64Array => {
    const sum = new Float64Array(vectors[0].length);
    for (const v of vectors) for (let i = 0; i < sum.length; i++) sum[i] += v[i] / N;
    return sum;
  };
  const outer = (g: Float64Array, weight = 1): Float64Array =>
    Float64Array.from({ length: D * D }, (_, t) => weight * g[Math.floor(t / D)] * g[t % D]);
  const expected = (labels: (f: Jet[]) => { weight: number; y: ArrayLike<number> }[]) =>
    mean(
      samples.flatMap(({ f }) =>
        labels(f).map(({ weight, y }) => outer(family.loss(f, y).gradient, weight)),
      ),
    );
  return {
    D,
    loss: () => losses.reduce((sum, { value }) => sum + value / N, 0),
    gradient: () => mean(gradients),
    gradients: () => gradients,
    fisher: () => expected((f) => family.expectation(f.map(({ value }) => value))),
    empirical: () => mean(gradients.map((g) => outer(g))),
    hessian: () => mean(losses.map(({ hessian }) => hessian)),
    covariance() {
      const centre = mean(gradients);
      return mean(gradients.map((g) => outer(g.map((x, i) => x - centre[i]))));
    },
    sampled: (likelihood, k, random) =>
      expected((f) => {
        const data = Float64Array.from(f, ({ value }) => value);
        return Array.from({ length: k }, () => ({
          weight: 1 / k,
          y: likelihood.sample({ rows: 1, cols: data.length, data }, random).data,
        }));
      }),
  };
}
