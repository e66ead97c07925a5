/** Closed forms of generalized linear models, and laws that hold whatever the numbers. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { full } from "../../src/curvature/full.ts";
import type { Kind } from "../../src/curvature/kind.ts";
import { empirical, fisher, gradientCovariance, hessian } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { sampled } from "../../src/curvature/sampled.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import type { Likelihood } from "../../src/likelihoods/likelihood.ts";
import { poisson } from "../../src/likelihoods/poisson.ts";
import type { Blocks, Matrix, Reals } from "../../src/linalg/matrix.ts";
import { fromDense } from "../../src/linalg/sparse.ts";
import { glm, type Objective, objective } from "../../src/objective.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { distance, largest, numbers, product, random, tabulate } from "../support/matrices.ts";
import { problems } from "../support/problems.ts";
import { tanhNetwork } from "../support/testModels.ts";

const N = 9;
const X = random(N, 3, 1);
const theta = numbers(3, 2);
const at = (n: number, j: number): number => X.data[n * 3 + j];
const f = (n: number): number => at(n, 0) * theta[0] + at(n, 1) * theta[1] + at(n, 2) * theta[2];

/** (1/N) Σ_n w_n x_n x_nᵀ */
function weighted(weight: (n: number) => number): Float64Array {
  return tabulate(3, (i, j) => {
    let sum = 0;
    for (let n = 0; n < N; n++) sum += (weight(n) * at(n, i) * at(n, j)) / N;
    return sum;
  }).data;
}

describe("closed forms", () => {
  const closed = (likelihood: Likelihood, y: number[], kind: Kind<Matrix>): Float64Array =>
    curvature(glm({ X, y, likelihood }), theta, kind).dense().data;
  const logistic = (n: number): number => 1 / (1 + Math.exp(-f(n)));
  const labels = [0, 1, 1, 0, 1, 0, 0, 1, 1];
  const counts = [0, 3, 1, 0, 2, 7, 1, 1, 0];

  it.each([fisher<Matrix>(), hessian<Matrix>()])(
    "$name of linear regression is XᵀX/(Nσ²)",
    (kind) => {
      const expected = product(X, X, { transA: true }).data.map((a) => a / (N * 0.3));
      const found = closed(gaussian({ variance: 0.3 }), counts, kind);
      expect(distance(found, expected)).toBeLessThan(1e-14);
    },
  );

  it("of logistic regression weigh x xᵀ by p(1 − p), and by (p − y)²", () => {
    const F = weighted((n) => logistic(n) * (1 - logistic(n)));
    expect(distance(closed(bernoulli(), labels, fisher()), F)).toBeLessThan(1e-15);
    const E = weighted((n) => (logistic(n) - labels[n]) ** 2);
    expect(distance(closed(bernoulli(), labels, empirical()), E)).toBeLessThan(1e-15);
  });

  it("of Poisson regression weigh x xᵀ by the rate λ, and by (λ − y)²", () => {
    const F = weighted((n) => Math.exp(f(n)));
    expect(distance(closed(poisson(), counts, fisher()), F)).toBeLessThan(1e-14);
    const E = weighted((n) => (Math.exp(f(n)) - counts[n]) ** 2);
    expect(distance(closed(poisson(), counts, empirical()), E)).toBeLessThan(1e-13);
  });

  it("of softmax regression are (1/N) Σ (diag(p) − p pᵀ) ⊗ x xᵀ", () => {
    const W = numbers(6, 4);
    const problem = glm({ X, y: labels, likelihood: categorical(2) });
    const p = Array.from({ length: N }, (_, n) => {
      const [a, b] = [0, 1].map((c) =>
        Math.exp(at(n, 0) * W[3 * c] + at(n, 1) * W[3 * c + 1] + at(n, 2) * W[3 * c + 2]),
      );
      return [a / (a + b), b / (a + b)];
    });
    const expected = tabulate(6, (s, t) => {
      const [c, i, d, j] = [Math.floor(s / 3), s % 3, Math.floor(t / 3), t % 3];
      return p.reduce(
        (sum, pn, n) => sum + (((c === d ? pn[c] : 0) - pn[c] * pn[d]) * at(n, i) * at(n, j)) / N,
        0,
      );
    });
    const F = curvature(problem, W, fisher()).dense();
    expect(distance(F.data, expected.data)).toBeLessThan(1e-15);
  });
});

describe("the prior", () => {
  it("is in the gradient, and in no matrix", () => {
    const y = [0, 1, 1, 0, 1, 0, 0, 1, 1];
    const free = glm({ X, y, likelihood: bernoulli() });
    const held = glm({ X, y, likelihood: bernoulli(), priorVariance: 0.1 });
    expect(held.gradient(theta)).not.toEqual(free.gradient(theta));
    for (const kind of [fisher<Matrix>(), empirical<Matrix>(), hessian<Matrix>()]) {
      const [A, B] = [free, held].map((problem) => curvature(problem, theta, kind).dense().data);
      expect(A).toEqual(B);
    }
  });
});

/** The loss times a: what is left is no −log p of labels that it draws, as in every library with `scale`. */
function scaledLoss(likelihood: Likelihood, a: number): Likelihood {
  const times = <V extends Reals>(values: V, by: number): V => values.map((v) => by * v) as V;
  const blocks = <T extends Reals>(S: Blocks<T>, by: number): Blocks<T> => ({
    ...S,
    data: times(S.data, by),
  });
  return {
    ...likelihood,
    negativeLogLikelihood: (F, y) => times(likelihood.negativeLogLikelihood(F, y), a),
    residual<T extends Reals>(F: Matrix<T>, y: Matrix): Matrix<T> {
      const r = likelihood.residual(F, y);
      return { ...r, data: times(r.data, a) };
    },
    outputFisher: (F) => blocks(likelihood.outputFisher(F), a),
    outputFactor: (F) => blocks(likelihood.outputFactor(F), Math.sqrt(a)),
  };
}

describe("a loss scaled by a", () => {
  const a = 3;
  const kinds: (() => Kind<Matrix>)[] = [
    () => fisher(),
    () => hessian(),
    () => empirical(),
    () => gradientCovariance(),
    () => sampled({ draws: 2, random: new LegacyRandom(1) }),
  ];
  const degrees = [1, 1, 2, 2, 2];

  it.each(kinds.map((kind, i) => ({ name: kind().name, kind, degree: degrees[i] })))(
    "scales the $name by a^$degree",
    ({ kind, degree }) => {
      for (const { objective: problem, theta } of problems) {
        const { model, likelihood, X, targets: y } = problem;
        const scaled = objective({ model, likelihood: scaledLoss(likelihood, a), X, y });
        const A = curvature(problem, theta, kind());
        const B = curvature(scaled, theta, kind());
        expect(A.degree).toBe(degree);
        const expected = A.dense().data.map((x) => a ** degree * x);
        expect(distance(B.dense().data, expected)).toBeLessThan(
          1e-11 * Math.max(1, largest(expected)),
        );
      }
    },
  );

  it("shows in the noise of least squares: F ∝ 1/σ², but F̃ ∝ 1/σ⁴", () => {
    const y = numbers(N, 8);
    const of = (variance: number, kind: Kind<Matrix>): Float64Array =>
      curvature(glm({ X, y, likelihood: gaussian({ variance }) }), theta, kind).dense().data;
    const times = (A: Float64Array, by: number): Float64Array => A.map((x) => x * by);
    expect(distance(of(1 / 2, fisher()), times(of(1, fisher()), 2))).toBeLessThan(1e-14);
    expect(distance(of(1 / 2, empirical()), times(of(1, empirical()), 4))).toBeLessThan(1e-14);
  });
});

describe("the gradient covariance", () => {
  it.each(problems)(
    "meets eq. 18, N F̃ = Σ + ∇L ∇Lᵀ with Σ = N C at the sum scale: $name",
    (problem) => {
      const { sum, theta } = problem;
      const count = sum.samples;
      const g = sum.gradient(theta);
      const E = curvature(sum, theta, empirical()).dense();
      const C = curvature(sum, theta, gradientCovariance()).dense();
      const right = tabulate(g.length, (i, j) => count * C.data[i * g.length + j] + g[i] * g[j]);
      const left = E.data.map((e) => count * e);
      expect(distance(left, right.data)).toBeLessThan(1e-12 * largest(left));
    },
  );

  it("is F̃ − ∇ℓ ∇ℓᵀ at the mean scale, without the prior's gradient", () => {
    const y = numbers(N, 8);
    const problem = glm({ X, y, likelihood: gaussian(), priorVariance: 0.5 });
    const g = problem.gradient(theta).map((x, i) => x - problem.priorPrecision * theta[i]);
    const E = curvature(problem, theta, empirical()).dense();
    const C = curvature(problem, theta, gradientCovariance()).dense();
    const expected = tabulate(3, (i, j) => E.data[i * 3 + j] - g[i] * g[j]);
    expect(distance(C.data, expected.data)).toBeLessThan(1e-14);
  });

  it("loses no digits where the gradient is long and its noise small", () => {
    // residuals 1e8 + z: their variance survives only where the mean goes before the squares
    const ones = { rows: N, cols: 1, data: new Float64Array(N).fill(1) };
    const y = numbers(N, 3).map((z) => Math.round(1000 * z));
    const problem = glm({ X: ones, y, likelihood: gaussian() });
    const mean = y.reduce((s, v) => s + v, 0) / N;
    const variance = y.reduce((s, v) => s + (v - mean) ** 2, 0) / N;
    for (const structure of [full(), diagonal(), matrixFree()]) {
      const C = curvature(problem, Float64Array.of(1e8), gradientCovariance(), structure);
      expect(Math.abs(C.multiply(Float64Array.of(1))[0] / variance - 1)).toBeLessThan(1e-9);
      expect(Math.abs(C.trace() / variance - 1)).toBeLessThan(1e-9);
    }
  });
});

describe("sparse inputs", () => {
  const labels = Array.from({ length: N }, (_, n) => n % 3);
  it.each(["first", "last", false] as const)(
    "give what dense ones give, intercept %s",
    (intercept) => {
      const thinned = { ...X, data: X.data.map((x) => (Math.abs(x) < 0.4 ? 0 : x)) };
      const common = { y: labels, likelihood: categorical(3), intercept };
      const full = glm({ X: thinned, ...common });
      const thin = glm({ X: fromDense(thinned), ...common });
      const theta = numbers(full.dimension, 6);
      expect(distance(thin.gradient(theta), full.gradient(theta))).toBeLessThan(1e-14);
      expect(Math.abs(thin.loss(theta) - full.loss(theta))).toBeLessThan(1e-14);
      const kinds = [fisher, empirical, hessian, gradientCovariance] as const;
      for (const kind of kinds) {
        for (const batch of [undefined, 2]) {
          const options = batch ? { batch } : {};
          const A = curvature(full, theta, kind(), undefined, options);
          const B = curvature(thin, theta, kind(), undefined, options);
          expect(distance(A.dense().data, B.dense().data)).toBeLessThan(1e-13);
          const a = curvature(full, theta, kind(), diagonal(), options).diagonal();
          const b = curvature(thin, theta, kind(), diagonal(), options).diagonal();
          expect(distance(a, b)).toBeLessThan(1e-13);
          const v = numbers(theta.length, 7);
          const p = curvature(full, theta, kind(), matrixFree(), options).multiply(v);
          const q = curvature(thin, theta, kind(), matrixFree(), options).multiply(v);
          expect(distance(p, q)).toBeLessThan(1e-13);
        }
      }
    },
  );
});

describe("positive semi-definiteness", () => {
  it("holds for every kind but the Hessian, whatever the parameters", () => {
    const y = [0, 1, 2, 0, 1, 2, 0, 1, 2];
    const model = tanhNetwork(3, 2, 3);
    const problem = objective({ model, likelihood: categorical(3), X, y });
    const entry = fc.double({ min: -5, max: 5, noNaN: true });
    const D = model.parameters;
    fc.assert(
      fc.property(fc.array(entry, { minLength: D, maxLength: D }), (values) => {
        const theta = Float64Array.from(values);
        for (const kind of [fisher<Matrix>(), empirical<Matrix>(), gradientCovariance<Matrix>()]) {
          const { values } = curvature(problem, theta, kind).eigen();
          expect(values[0]).toBeGreaterThan(-1e-13 * Math.max(1, values[D - 1]));
        }
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it("does not hold for the Hessian of a network", () => {
    const { objective: problem, theta } = problems.find(({ name }) =>
      /Bernoulli, network/.test(name),
    )!;
    const values = curvature(problem, theta, hessian()).eigen().values;
    expect(values[0]).toBeLessThan(-1e-3);
  });
});

describe("float32", () => {
  it("agrees with float64 to its precision, and matrices are float64", () => {
    const y = [0, 1, 2, 0, 1, 2, 0, 1, 2];
    const X32 = { ...X, data: Float32Array.from(X.data) };
    // both are given the numbers that float32 holds
    const X64 = { ...X, data: Float64Array.from(X32.data) };
    const likelihood = categorical(3);
    const double: Objective<Matrix> = objective({
      model: tanhNetwork(3, 2, 3),
      likelihood,
      X: X64,
      y,
    });
    const single = objective({ model: tanhNetwork<Float32Array>(3, 2, 3), likelihood, X: X32, y });
    const theta32 = Float32Array.from(numbers(double.dimension, 3));
    const theta64 = Float64Array.from(theta32);
    expect(single.gradient(theta32)).toBeInstanceOf(Float32Array);
    expect(distance(single.gradient(theta32), double.gradient(theta64))).toBeLessThan(1e-6);
    for (const kind of [fisher, empirical, gradientCovariance] as const) {
      for (const structure of [diagonal(), matrixFree()]) {
        const A = curvature(double, theta64, kind(), structure, { batch: 4 });
        const B = curvature(single, theta32, kind(), structure, { batch: 4 });
        expect(distance(A.dense().data, B.dense().data)).toBeLessThan(1e-6);
      }
      const A = curvature(double, theta64, kind()).dense();
      const B = curvature(single, theta32, kind()).dense();
      expect(B.data).toBeInstanceOf(Float64Array);
      expect(distance(A.data, B.data)).toBeLessThan(1e-6);
    }
    // differences of float32 gradients
    const H = curvature(double, theta64, hessian()).dense();
    const H32 = curvature(single, theta32, hessian()).dense();
    expect(distance(H.data, H32.data)).toBeLessThan(1e-4);
  });
});
