/** Generalized Gauss–Newton matrices of splits, and Definition 1 of the paper. */
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { splitReport } from "../../src/curvature/definition.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { full } from "../../src/curvature/full.ts";
import { ggn } from "../../src/curvature/ggn.ts";
import { empirical, fisher, hessian } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { canonicalSplit, logProbabilitySplit, type Split } from "../../src/curvature/split.ts";
import { DomainError, ShapeError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import { poisson } from "../../src/likelihoods/poisson.ts";
import { identity, type Matrix } from "../../src/linalg/matrix.ts";
import { composition } from "../../src/models/composition.ts";
import { glm, type Objective, objective } from "../../src/objective.ts";
import { distance, largest, numbers, random } from "../support/matrices.ts";
import { type Problem, problems } from "../support/problems.ts";
import { tanhNetwork } from "../support/testModels.ts";

const N = 6;
const X = random(N, 2, 1);
const y = numbers(N, 2);
const network = objective({ model: tanhNetwork(2, 2, 1), likelihood: gaussian(), X, y });
const theta = numbers(network.dimension, 3);
const row = (n: number): Matrix => ({ rows: 1, cols: 2, data: X.data.subarray(2 * n, 2 * n + 2) });
const everything = [[-Infinity, Infinity]] as const;

/** the first split of eq. 11 */
const squares: Split<Matrix> = {
  name: "½ (b − y)², b = f",
  outer: {
    value: ([b], { target: [target] }) => (b - target) ** 2 / 2,
    gradient: ([b], { target: [target] }) => Float64Array.of(b - target),
    hessian: () => identity(1),
  },
  inner: () => network.model,
  image: everything,
};

/** p(y | f) is largest at f = y */
function supremum({ objective: { likelihood }, theta }: Problem): number {
  if (likelihood.name !== "gaussian") return 1;
  const M = likelihood.outputs;
  const y = { rows: 1, cols: M, data: new Float64Array(M).fill(theta[0]) };
  return Math.exp(-likelihood.negativeLogLikelihood(y, y)[0]);
}

describe("the matrix of a split", () => {
  it("given by functions is its definition", () => {
    const F = curvature(network, theta, fisher());
    const G = curvature(network, theta, ggn(squares));
    expect(distance(G.dense().data, F.dense().data)).toBeLessThan(1e-14);
    expect(G).toMatchObject({ kind: "generalized Gauss–Newton", degree: 1, scale: "mean" });
  });

  it("is the Hessian for the second split of eq. 11, b = θ, where a has all the curvature", () => {
    // at a point near the minimum of a small-residual problem, where every a_n is convex there
    const D = network.dimension;
    const linearModel = glm({ X, y, likelihood: gaussian() });
    const parameters: Split<Matrix> = {
      name: "½ (f(x, b) − y)², b = θ",
      outer: {
        value: (b, { index, target: [t] }) => (outputAt(b, index) - t) ** 2 / 2,
        gradient: (b, { index, target: [t] }) =>
          row(index).data.map((x) => x * (outputAt(b, index) - t)),
        hessian: (_, { index }) => {
          const [u, v] = row(index).data;
          return { rows: 2, cols: 2, data: Float64Array.of(u * u, u * v, u * v, v * v) };
        },
      },
      inner: () => ({
        parameters: 2,
        outputs: 2,
        checkInputs() {},
        forward: (b, { rows }) => repeated(b, rows),
        jvp: (_, { rows }, v) => repeated(v, rows),
        vjp(_, { rows }, U) {
          const sum = new Float64Array(2);
          for (let i = 0; i < 2 * rows; i++) sum[i % 2] += U.data[i];
          return sum;
        },
      }),
      image: [...everything, ...everything],
    };
    const outputAt = (b: Float64Array, n: number): number =>
      row(n).data[0] * b[0] + row(n).data[1] * b[1];
    const repeated = (b: Float64Array, rows: number): Matrix => ({
      rows,
      cols: 2,
      data: Float64Array.from({ length: 2 * rows }, (_, i) => b[i % 2]),
    });
    expect(D).toBe(6);
    const at = Float64Array.of(0.3, -2);
    const G = curvature(linearModel, at, ggn(parameters), undefined, { batch: 4 });
    const H = curvature(linearModel, at, hessian());
    expect(distance(G.dense().data, H.dense().data)).toBeLessThan(1e-14);
  });

  it("is the Fisher for the margins b = ±f, whose inner map depends on the labels", () => {
    const labels = [0, 1, 1, 0, 1, 0];
    const model = tanhNetwork(2, 2, 1);
    const problem = objective<Matrix>({ model, likelihood: bernoulli(), X, y: labels });
    const signed = (targets: Matrix, U: Matrix): Matrix => {
      expect(U.rows).toBe(targets.rows);
      return { ...U, data: U.data.map((u, n) => (targets.data[n] ? u : -u)) };
    };
    const margins: Split<Matrix> = {
      name: "log(1 + exp(−b)), b = ±f",
      outer: {
        value: ([b]) => Math.log1p(Math.exp(-b)),
        gradient: ([b]) => Float64Array.of(-1 / (1 + Math.exp(b))),
        hessian: ([b]) => identity(1, 1 / (2 + Math.exp(b) + Math.exp(-b))),
      },
      // nothing but what a user must write: rows are taken from it sample by sample
      inner: (targets) => ({
        parameters: model.parameters,
        outputs: 1,
        checkInputs() {},
        forward: (at, inputs) => signed(targets, model.forward(at, inputs)),
        jvp: (at, inputs, v) => signed(targets, model.jvp(at, inputs, v)),
        vjp: (at, inputs, U) => model.vjp(at, inputs, signed(targets, U)),
      }),
      image: everything,
    };
    const { data } = curvature(problem, theta, fisher()).dense();
    const expected = data.filter((_, t) => t % (theta.length + 1) === 0);
    for (const structure of [full(), matrixFree()]) {
      for (const batch of [6, 4]) {
        const G = curvature(problem, theta, ggn(margins), structure, { batch });
        expect(distance(G.dense().data, data)).toBeLessThan(1e-14);
      }
    }
    const d = curvature(problem, theta, ggn(margins), diagonal(), { batch: 4 }).diagonal();
    expect(distance(d, expected)).toBeLessThan(1e-14);
  });

  it.each(problems)(
    "−log b with b = p(y | f) is the empirical Fisher (eq. 14): $name",
    (problem) => {
      const { objective, theta } = problem;
      const split = logProbabilitySplit(objective, { supremum: supremum(problem) });
      const E = curvature(objective, theta, empirical());
      const { data: exact } = E.dense();
      const tolerance = 1e-13 * largest(exact);
      for (const options of [{}, { batch: 3 }]) {
        const kind = () => ggn(split, { definition: "original" });
        const G = curvature(objective, theta, kind(), undefined, options);
        expect(distance(G.dense().data, exact)).toBeLessThan(tolerance);
        const d = curvature(objective, theta, kind(), diagonal(), options);
        expect(distance(d.diagonal(), E.diagonal())).toBeLessThan(tolerance);
        const v = numbers(theta.length, 5);
        const free = curvature(objective, theta, kind(), matrixFree(), options);
        expect(distance(free.multiply(v), E.multiply(v))).toBeLessThan(10 * tolerance);
      }
    },
  );
});

describe("the amended Definition 1", () => {
  it.each(problems)("accepts the canonical split: $name", ({ objective, theta }) => {
    const { mismatch, convexity, decrement } = splitReport(
      canonicalSplit(objective),
      objective,
      theta,
    );
    expect(mismatch).toBeLessThan(1e-15);
    expect(convexity.value).toBeGreaterThan(-1e-14);
    expect(decrement.value).toBeLessThan(1e-8);
  });

  it.each(problems)("excludes −log b, and says so: $name", (problem) => {
    const { objective, theta } = problem;
    const split = logProbabilitySplit(objective, { supremum: supremum(problem) });
    const report = splitReport(split, objective, theta);
    expect(report.mismatch).toBeLessThan(1e-14);
    expect(report.convexity.value).toBe(1);
    expect(report.decrement.value).toBeCloseTo(1, 12);
    expect(() => curvature(objective, theta, ggn(split))).toThrow(
      /^split −log b, b = p\(y \| f\) does not meet the amended Definition 1/,
    );
    expect(() => curvature(objective, theta, ggn(split), diagonal())).toThrow(DomainError);
  });

  it("accepts a minimum that is reached only in the limit, from far away", () => {
    const far = Float64Array.of(300, -500);
    const problem = glm({ X, y: [0, 1, 1, 0, 0, 1], likelihood: bernoulli() });
    expect(splitReport(canonicalSplit(problem), problem, far).decrement.value).toBeLessThan(1e-8);
    const counts = glm({ X, y: [0, 4, 1, 0, 9, 1], likelihood: poisson() });
    const low = Float64Array.of(-30, 20);
    expect(splitReport(canonicalSplit(counts), counts, low).decrement.value).toBeLessThan(1e-8);
  });

  it("excludes a minimum that lies outside the image", () => {
    // squares of numbers that the inner map keeps above 1
    const shifted: Split<Matrix> = {
      ...squares,
      name: "½ b², b ≥ 1",
      outer: {
        value: ([b]) => b * b,
        gradient: ([b]) => Float64Array.of(2 * b),
        hessian: () => identity(1, 2),
      },
      inner: () =>
        composition(network.model, {
          outputs: 1,
          values: (f) => ({ ...f, data: f.data.map((v) => 1 + v * v) }),
          jacobian: (f) => ({ count: f.rows, rows: 1, cols: 1, data: f.data.map((v) => 2 * v) }),
        }),
    };
    // at b = 1: g = 2, H = 2
    const inside = splitReport({ ...shifted, image: [[1, Infinity]] }, network, theta);
    expect(inside.decrement.value).toBeCloseTo(2, 12);
    expect(splitReport({ ...shifted, image: everything }, network, theta).decrement.value).toBe(0);
  });

  it.each([1, -1])("stops at the face of a box, on side %i", (side) => {
    // a = 2 (b₀ − b₁)² + ½ (b₀ + b₁ − 6s)² is least at (3s, 3s). Where s b₀ ≤ 1 it is least at (s, 1.8 s), with
    // ∇a = (−6.4 s, 0) and (∇²a)⁻¹ = [[5, 3], [3, 5]] / 16: the decrement is 12.8
    const twice = (values: Float64Array): Float64Array =>
      Float64Array.from({ length: 2 * values.length }, (_, i) => values[i >> 1]);
    const coupled: Split<Matrix> = {
      name: "coupled",
      outer: {
        value: ([b, c]) => 2 * (b - c) ** 2 + (b + c - 6 * side) ** 2 / 2,
        gradient: ([b, c]) => {
          const [apart, along] = [4 * (b - c), b + c - 6 * side];
          return Float64Array.of(apart + along, along - apart);
        },
        hessian: () => ({ rows: 2, cols: 2, data: Float64Array.of(5, -3, -3, 5) }),
      },
      inner: () =>
        composition(network.model, {
          outputs: 2,
          values: (f) => ({ rows: f.rows, cols: 2, data: twice(f.data.map(Math.tanh)) }),
          jacobian: (f) => ({
            count: f.rows,
            rows: 2,
            cols: 1,
            data: twice(f.data.map((v) => 1 - Math.tanh(v) ** 2)),
          }),
        }),
      image: [
        [-1, 1],
        [-10, 10],
      ],
    };
    expect(splitReport(coupled, network, theta).decrement.value).toBeCloseTo(12.8, 10);
    const wide = { ...coupled, image: [...everything, ...everything] };
    expect(splitReport(wide, network, theta).decrement.value).toBeLessThan(1e-20);
  });

  it("excludes the identity after the loss: a linear a has no curvature and no stationary point", () => {
    const trivial: Split<Matrix> = {
      name: "b, b = ℓ",
      outer: {
        value: ([b]) => b,
        gradient: () => Float64Array.of(1),
        hessian: () => identity(1, 0),
      },
      inner: (targets) =>
        composition(network.model, {
          outputs: 1,
          values: (f) => ({ ...f, data: f.data.map((v, n) => (v - targets.data[n]) ** 2 / 2) }),
          jacobian: (f) => ({
            count: f.rows,
            rows: 1,
            cols: 1,
            data: f.data.map((v, n) => v - targets.data[n]),
          }),
        }),
      image: [[0, Infinity]],
    };
    expect(() => curvature(network, theta, ggn(trivial))).toThrow(/amended Definition 1/);
    const G = curvature(network, theta, ggn(trivial, { definition: "original" }));
    expect(largest(G.dense().data)).toBe(0);
  });

  it("is looked at once for each objective, as it does not depend on θ", () => {
    let values = 0;
    const counted: Split<Matrix> = {
      ...squares,
      outer: {
        ...squares.outer,
        value(b, sample) {
          values++;
          return squares.outer.value(b, sample);
        },
      },
    };
    const kind = ggn(counted);
    curvature(network, theta, kind);
    const first = values;
    expect(first).toBeGreaterThan(0);
    curvature(network, numbers(network.dimension, 8), kind);
    expect(values).toBe(first);
    const { model, likelihood } = network;
    curvature(objective({ model, likelihood, X, y: y.map((v) => -v) }), theta, kind);
    expect(values).toBe(2 * first);
  });
});

describe("what is refused", () => {
  const make = (changes: Partial<Split<Matrix>>) => (): unknown =>
    curvature(network, theta, ggn({ ...squares, ...changes }));

  it("a split of another loss", () => {
    const doubled = {
      ...squares.outer,
      gradient: ([b]: Float64Array, { target: [t] }: { target: Float64Array }) =>
        Float64Array.of(2 * (b - t)),
    };
    expect(make({ outer: doubled })).toThrow(
      /gradient differs from that of the likelihood terms by a relative 0\.33/,
    );
  });

  it("at a minimum too, where the gradients of both are zero", () => {
    const problem: Objective<Matrix> = glm({ X, y, likelihood: gaussian() });
    const best = curvature(problem, Float64Array.of(0, 0), fisher())
      .solve(problem.gradient(Float64Array.of(0, 0)))
      .map((v) => -v);
    const other: Split<Matrix> = {
      ...squares,
      inner: () => problem.model,
      outer: { ...squares.outer, gradient: ([b], { target: [t] }) => Float64Array.of(3 * (b - t)) },
    };
    expect(largest(problem.gradient(best))).toBeLessThan(1e-15);
    expect(() => curvature(problem, best, ggn(other))).toThrow(/by a relative 0\.(5|4999)/);
  });

  it("a concave a, and one that is convex only where θ is", () => {
    const concave = { ...squares.outer, hessian: () => identity(1, -1) };
    expect(make({ outer: concave })).toThrow(
      /expected convex a_n, but for sample 0 .* is -1 times/,
    );
    // f⁴ − f² is concave around 0, which the search for a stationary point crosses
    const cap = {
      ...squares.outer,
      hessian: ([b]: Float64Array) => identity(1, b > 0.02 ? 1 : -1),
    };
    expect(make({ outer: cap })).toThrow(/expected convex a_n/);
  });

  it("values outside the declared image", () => {
    expect(make({ image: [[5, 6]] })).toThrow(
      /component 0 of b is .* for sample 0, its image was declared as \[5, 6\]/,
    );
  });

  it("sizes that do not fit", () => {
    expect(make({ image: [...everything, ...everything] })).toThrow(ShapeError);
    expect(make({ outer: { ...squares.outer, hessian: () => identity(2) } })).toThrow(
      "∇²a is 2 × 2, expected 1 × 1",
    );
  });

  it("curvature that is not finite", () => {
    const infinite = { ...squares.outer, hessian: () => identity(1, Number.NaN) };
    expect(make({ outer: infinite })).toThrow(/∇²a_n is not finite for sample 0/);
  });

  it("a definition that there is not", () => {
    // @ts-expect-error two are known
    expect(() => ggn(squares, { definition: "none" })).toThrow(
      'definition is "none", expected "amended" or "original"',
    );
  });
});
