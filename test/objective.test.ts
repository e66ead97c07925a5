/** Objectives against their definition, and the checks of data. */
import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../src/errors.ts";
import { bernoulli } from "../src/likelihoods/bernoulli.ts";
import { categorical } from "../src/likelihoods/categorical.ts";
import { gaussian } from "../src/likelihoods/gaussian.ts";
import { poisson } from "../src/likelihoods/poisson.ts";
import { fromRows, type Matrix } from "../src/linalg/matrix.ts";
import { fromDense } from "../src/linalg/sparse.ts";
import { linear } from "../src/models/linear.ts";
import { glm, objective } from "../src/objective.ts";
import { distance, numbers, random } from "./support/matrices.ts";
import { problems } from "./support/problems.ts";

describe.each(problems)("$name", ({ objective: mean, sum, theta, exact }) => {
  const { model, likelihood, X, targets, samples: N } = mean;
  const D = theta.length;

  it("has the gradients of its definition", () => {
    expect(distance(mean.gradient(theta), exact.gradient())).toBeLessThan(1e-14);
    expect(
      distance(
        sum.gradient(theta),
        exact.gradient().map((g) => N * g),
      ),
    ).toBeLessThan(1e-13);
    const rows = exact.gradients().flatMap((g) => [...g]);
    for (const problem of [mean, sum]) {
      const found = problem.perExampleGradients(theta);
      expect([found.rows, found.cols]).toEqual([N, D]);
      expect(distance(found.data, rows)).toBeLessThan(1e-14);
    }
  });

  it("has the loss of its definition, with the constants of the family", () => {
    const M = likelihood.outputs;
    const [precision] = likelihood.outputFisher(mean.outputs(theta)).data;
    const logFactorial = (k: number): number => (k < 2 ? 0 : Math.log(k) + logFactorial(k - 1));
    const constants: Record<string, () => number> = {
      gaussian: () => (M / 2) * Math.log((2 * Math.PI) / precision),
      poisson: () => targets.data.reduce((total, k) => total + logFactorial(k) / N, 0),
    };
    const expected = exact.loss() + (constants[likelihood.name]?.() ?? 0);
    expect(Math.abs(mean.loss(theta) - expected)).toBeLessThan(1e-14);
    expect(Math.abs(sum.loss(theta) - N * expected)).toBeLessThan(1e-13);
  });

  it("says what it is made of", () => {
    expect(mean).toMatchObject({ dimension: D, reduction: "mean", weight: 1 / N });
    expect(sum).toMatchObject({ reduction: "sum", weight: 1, priorPrecision: 0 });
    expect([mean.model, mean.X, mean.targets]).toEqual([model, X, targets]);
  });
});

const X = random(6, 2, 1);
const y = [0, 1, 1, 0, 1, 0];
const theta = Float64Array.of(0.4, -0.7, 1.1);

describe("the prior", () => {
  it.each(["mean", "sum"] as const)("adds w/2v ‖θ‖² at the %s scale", (reduction) => {
    const common = { X, y, likelihood: bernoulli(), intercept: true, reduction };
    const free = glm(common);
    const held = glm({ ...common, priorVariance: 0.25 });
    const w = reduction === "mean" ? 1 / 6 : 1;
    expect(held.priorPrecision).toBeCloseTo(4 * w, 15);
    const square = 0.16 + 0.49 + 1.21;
    expect(held.loss(theta) - free.loss(theta)).toBeCloseTo(2 * w * square, 14);
    const gradient = free.gradient(theta).map((g, i) => g + 4 * w * theta[i]);
    expect(distance(held.gradient(theta), gradient)).toBeLessThan(1e-15);
    expect(held.perExampleGradients(theta)).toEqual(free.perExampleGradients(theta));
  });
});

describe("glm", () => {
  it("puts the constant where it is asked to", () => {
    const at = (intercept: boolean | "first" | "last") =>
      glm({ X, y, likelihood: bernoulli(), intercept });
    const last = Float64Array.of(1, 2, 3);
    const first = Float64Array.of(3, 1, 2);
    expect(at(true).loss(last)).toBe(at("last").loss(last));
    expect(at("first").loss(first)).toBeCloseTo(at("last").loss(last), 15);
    expect(at(false).dimension).toBe(2);
    expect(glm({ X, y, likelihood: bernoulli() }).dimension).toBe(2);
    const ones = fromRows(
      Array.from({ length: 6 }, (_, n) => [X.data[2 * n], X.data[2 * n + 1], 1]),
    );
    expect(glm({ X: ones, y, likelihood: bernoulli() }).loss(last)).toBeCloseTo(
      at("last").loss(last),
      15,
    );
  });

  it("has as many outputs as its likelihood", () => {
    const softmax = glm({ X, y: [0, 1, 2, 0, 1, 2], likelihood: categorical(3), intercept: true });
    expect(softmax.dimension).toBe(9);
    expect(softmax.outputs(numbers(9)).cols).toBe(3);
  });

  it("runs the example of its documentation", () => {
    const four = fromRows([[0.5], [1.5], [2.5], [3.5]]);
    const logistic = glm({ X: four, y: [0, 1, 0, 1], likelihood: bernoulli(), intercept: true });
    expect(logistic.loss(new Float64Array(2))).toBeCloseTo(Math.LN2, 15);
  });

  it("takes targets as a list, a typed array or a matrix", () => {
    const lists = [y, Float64Array.from(y), Uint8Array.from(y), fromRows(y.map((v) => [v]))];
    for (const each of lists) {
      const problem = glm({ X, y: each, likelihood: bernoulli() });
      expect([...problem.targets.data]).toEqual(y);
      expect([problem.targets.rows, problem.targets.cols]).toEqual([6, 1]);
    }
  });
});

describe("one forward pass", () => {
  const model = linear({ inputs: 2 });
  let passes = 0;
  const counting = {
    ...model,
    forward(theta: Float64Array, inputs: Matrix) {
      passes++;
      return model.forward(theta, inputs);
    },
  };
  const problem = objective<Matrix>({ model: counting, likelihood: bernoulli(), X, y });

  it("serves loss, gradient and outputs at the same θ", () => {
    const at = Float64Array.of(1, 2);
    passes = 0;
    problem.loss(at);
    problem.gradient(at);
    problem.perExampleGradients(at.slice());
    expect(passes).toBe(1);
    // what the caller gets is the caller's
    problem.outputs(at).data.fill(0);
    expect(problem.loss(at)).toBe(glm({ X, y, likelihood: bernoulli() }).loss(at));
    expect(passes).toBe(1);
    // the same array with other numbers is another θ
    const before = problem.loss(at);
    at[0] = -1;
    expect(problem.loss(at)).not.toBe(before);
    expect(passes).toBe(2);
  });
});

describe("bad data", () => {
  const likelihood = bernoulli();
  const make = (changes: object) => () => glm({ X, y, likelihood, ...changes });

  it("of sizes that do not agree", () => {
    expect(make({ y: [0, 1] })).toThrow(new ShapeError("X has 6 samples, y has 2"));
    expect(make({ X: { rows: 0, cols: 2, data: new Float64Array(0) }, y: [] })).toThrow(
      new ShapeError("X has 0 rows, expected at least one sample"),
    );
    expect(make({ X: { rows: 6, cols: 0, data: new Float64Array(0) } })).toThrow(
      new ShapeError("X has 0 columns, expected at least one"),
    );
    expect(make({ likelihood: gaussian({ outputs: 2 }) })).toThrow(
      "y is a list, the gaussian likelihood has 2 targets a sample: expected a matrix",
    );
    expect(make({ y: random(6, 2), likelihood: gaussian() })).toThrow(ShapeError);
    expect(make({ y: { rows: 6, cols: 1, data: new Float64Array(5) } })).toThrow(
      "y, a 6 × 1 matrix: found length 5, expected 6",
    );
    const model = linear({ inputs: 2, outputs: 3 });
    expect(() => objective({ model, likelihood, X, y })).toThrow(
      new ShapeError("the model has 3 outputs, the bernoulli likelihood takes 1"),
    );
    expect(() => objective({ model: linear({ inputs: 3 }), likelihood, X, y })).toThrow(
      "X has 2 columns, expected 3",
    );
  });

  it("with NaN or infinity, by row and column", () => {
    const broken = { ...X, data: X.data.map((x, i) => (i === 7 ? Number.NaN : x)) };
    expect(make({ X: broken })).toThrow(
      new DomainError("X: row 3, column 1 (counted from 0) is NaN, expected a finite number"),
    );
    const thin = fromDense(X);
    thin.values[4] = Infinity;
    expect(make({ X: thin })).toThrow("X: row 2, column 0 (counted from 0) is Infinity");
    expect(make({ y: [0, 1, 2.5, Number.NaN, 1, 1], likelihood: gaussian() })).toThrow(
      new DomainError("gaussian: target 3 is NaN, expected a finite number"),
    );
  });

  it("with labels that the family does not have", () => {
    expect(make({ y: [0, 1, 2, 0, 1, 0] })).toThrow(
      new DomainError("bernoulli: target 2 is 2, expected 0 or 1"),
    );
    expect(make({ y: [-1, 1, 1, 1, -1, 1] })).toThrow("target 0 is -1");
    expect(make({ y: [0, 1, 2, 3, 0, 0], likelihood: categorical(3) })).toThrow(
      "target 3 is 3, expected a class index from 0 to 2",
    );
    expect(make({ y: [0, 1, 2, -3, 0, 0], likelihood: poisson() })).toThrow("target 3 is -3");
  });

  it("of one class only, unless that is wanted", () => {
    const one = [1, 1, 1, 1, 1, 1];
    expect(make({ y: one })).toThrow(
      new DomainError("all 6 targets are of class 1, expected at least two classes"),
    );
    expect(make({ y: one, likelihood: categorical(3) })).toThrow(DomainError);
    expect(make({ y: one, oneClass: true })).not.toThrow();
    // counts and values may all be the same
    expect(make({ y: one, likelihood: poisson() })).not.toThrow();
    expect(make({ y: one, likelihood: gaussian() })).not.toThrow();
  });

  it("in options", () => {
    for (const priorVariance of [0, -1, Number.NaN, Infinity]) {
      expect(make({ priorVariance })).toThrow(
        new DomainError(`priorVariance is ${priorVariance}, expected a positive finite number`),
      );
    }
    expect(make({ reduction: "median" })).toThrow(
      'reduction is "median", expected "mean" or "sum"',
    );
  });

  it("that are missing or of no use, where there are no types", () => {
    const model = linear({ inputs: 2 });
    const all = { model, likelihood: gaussian(), X, y };
    const cases = [
      [{ ...all, y: undefined }, "y is missing, expected a list of targets or a matrix"],
      [{ ...all, y: null }, "y is null, expected"],
      [{ ...all, X: undefined }, "X is missing, expected inputs, e.g. a matrix"],
      [{ ...all, likelihood: gaussian }, "likelihood is a function, expected a likelihood"],
    ] as const;
    for (const [options, message] of cases) {
      for (const make of [objective, glm] as ((given: unknown) => unknown)[]) {
        expect(() => make(options)).toThrow(DomainError);
        expect(() => make(options)).toThrow(message);
      }
    }
    expect(() => objective({ ...all, model: "linear" as never })).toThrow(
      'model is "linear", expected a model',
    );
  });

  it("in θ", () => {
    const problem = glm({ X, y, likelihood });
    const methods = [
      problem.loss,
      problem.gradient,
      problem.outputs,
      problem.perExampleGradients,
    ] as const;
    for (const method of methods) {
      expect(() => method(new Float64Array(3))).toThrow(
        new ShapeError("theta: found length 3, expected 2"),
      );
      expect(() => method(Float64Array.of(0, Number.NaN))).toThrow(
        new DomainError("theta: entry 1 is NaN, expected a finite number"),
      );
      expect(() => method(Float64Array.of(-Infinity, 0))).toThrow("theta: entry 0 is -Infinity");
    }
  });
});
