import { describe, expect, it } from "vitest";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { sampled } from "../../src/curvature/sampled.ts";
import { DomainError, NotPositiveDefiniteError } from "../../src/errors.ts";
import { initialWeights, tinyNetwork } from "../../src/experiments/statements/tinyNetwork.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import { poisson } from "../../src/likelihoods/poisson.ts";
import { fromRows, type Matrix } from "../../src/linalg/matrix.ts";
import { glm, objective } from "../../src/objective.ts";
import { preconditioners } from "../../src/optimizers/catalogue.ts";
import { type CurvedDescentOptions, curved } from "../../src/optimizers/curved.ts";
import {
  empiricalFisherDescent,
  empiricalPreconditioner,
} from "../../src/optimizers/empiricalFisherDescent.ts";
import { gradientDescent } from "../../src/optimizers/gradientDescent.ts";
import { naturalGradient, naturalPreconditioner } from "../../src/optimizers/naturalGradient.ts";
import { newton } from "../../src/optimizers/newton.ts";
import { preconditioned } from "../../src/optimizers/preconditioned.ts";
import type { Step } from "../../src/optimizers/step.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { absoluteError } from "../support/accuracy.ts";
import { eliminate, links, moments, plainData } from "../support/regression.ts";

const families = { gaussian: gaussian(), bernoulli: bernoulli(), poisson: poisson() } as const;
const data = {
  gaussian: plainData(40, 3, (f, random) => f + random.normal()),
  bernoulli: plainData(60, 3, (f, random) => (random.uniform() < links.bernoulli(f)[0] ? 1 : 0)),
  poisson: plainData(50, 3, (f, random) => Math.floor(Math.exp(f / 2) + random.uniform())),
};
type Name = keyof typeof families;
const names = Object.keys(families) as Name[];
const problem = (
  name: Name,
  options: { priorVariance?: number; reduction?: "mean" | "sum" } = {},
) => glm({ ...data[name], likelihood: families[name], intercept: false, ...options });
const last = <T>(items: Iterable<T>): T => [...items].at(-1)!;

describe("natural gradient and empirical-Fisher descent", () => {
  it.each(names)("take the steps of loops written out, with prior and damping (%s)", (name) => {
    const v = 0.7;
    const N = data[name].y.length;
    const start = Float64Array.of(0.1, -0.2, 0.3, 0);
    const options = { start, stepSize: 0.4, damping: 1e-3, iterations: 12 };
    for (const [method, matrix] of [
      [naturalGradient, "fisher"],
      [empiricalFisherDescent, "empirical"],
    ] as const) {
      const steps = method(problem(name, { priorVariance: v }), options);
      let theta = [...start];
      for (const step of steps) {
        expect(absoluteError(step.theta, theta)).toBeLessThan(1e-11);
        const found = moments(data[name], links[name], theta);
        const g = found.gradient.map((gi, i) => gi + theta[i] / (v * N));
        const direction = eliminate(found[matrix], g, 1e-3 + 1 / (v * N));
        expect(
          absoluteError(
            step.step,
            direction.map((d) => 0.4 * d),
          ),
        ).toBeLessThan(1e-10);
        theta = theta.map((t, i) => t - 0.4 * direction[i]);
      }
    }
  });

  it("have one path for a mean and for a sum, if the damping is scaled by N", () => {
    const N = data.bernoulli.y.length;
    for (const method of [naturalGradient, empiricalFisherDescent]) {
      const run = (reduction: "mean" | "sum", damping: number) =>
        last(
          method(problem("bernoulli", { reduction, priorVariance: 2 }), {
            damping,
            stepSize: 0.5,
            iterations: 5,
          }),
        );
      const mean = run("mean", 1e-3);
      const sum = run("sum", 1e-3 * N);
      expect(absoluteError(sum.theta, mean.theta)).toBeLessThan(1e-12);
      expect(sum.loss / N).toBeCloseTo(mean.loss, 12);
    }
  });

  it("agree on the cosine between them with the dot product of the two directions", () => {
    const compareWith = naturalPreconditioner({ damping: 1e-2 });
    const steps = empiricalFisherDescent(problem("bernoulli"), {
      damping: 1e-2,
      stepSize: 0.1,
      iterations: 6,
      compareWith,
    });
    for (const { theta, cosine } of steps) {
      const { gradient, fisher, empirical } = moments(data.bernoulli, links.bernoulli, theta);
      const a = eliminate(empirical, gradient, 1e-2);
      const b = eliminate(fisher, gradient, 1e-2);
      const inner = (x: number[], z: number[]) => x.reduce((s, xi, i) => s + xi * z[i], 0);
      expect(cosine).toBeCloseTo(inner(a, b) / Math.sqrt(inner(a, a) * inner(b, b)), 11);
    }
  });
});

describe("natural gradient", () => {
  it("reaches the minimum of a quadratic loss in one unit step, or comes nearer by 1 − γ", () => {
    const v = 0.3;
    const ridge = problem("gaussian", { priorVariance: v });
    const { gradient, fisher } = moments(data.gaussian, links.gaussian, [0, 0, 0, 0]);
    const minimum = eliminate(fisher, gradient, 1 / (v * 40)).map((t) => -t);
    const start = Float64Array.of(5, -7, 1, 100);
    const [, reached] = naturalGradient(ridge, { start });
    expect(absoluteError(reached.theta, minimum)).toBeLessThan(1e-12);
    for (const step of naturalGradient(ridge, { start, stepSize: 0.25, iterations: 20 })) {
      const expected = minimum.map((m, i) => m + 0.75 ** step.iteration * (start[i] - m));
      expect(absoluteError(step.theta, expected)).toBeLessThan(1e-12);
    }
  });

  it.each(["bernoulli", "poisson"] as const)(
    "with unit steps finds the minimum that an independent Newton method finds (%s)",
    (name) => {
      const found = last(naturalGradient(problem(name), { iterations: 30 })).theta;
      let theta = [0, 0, 0, 0];
      for (let k = 0; k < 30; k++) {
        const { gradient, fisher } = moments(data[name], links[name], theta);
        const step = eliminate(fisher, gradient);
        theta = theta.map((t, i) => t - step[i]);
      }
      expect(absoluteError(found, theta)).toBeLessThan(1e-12);
      const same = last(newton(problem(name), { iterations: 30 }));
      expect(absoluteError(same.theta, theta)).toBeLessThan(1e-12);
      expect(same.gradientNorm).toBeLessThan(1e-14);
    },
  );

  it("does not see a linear change of parameters; gradient descent does", () => {
    // θ = A φ, so that inputs x become Aᵀx
    const A = [
      [2, 1, 0, 0],
      [0, 0.5, 0, 3],
      [1, 0, 4, 0],
      [0, -1, 0, 1],
    ];
    const { X, y } = data.poisson;
    const changed: Matrix = { ...X, data: new Float64Array(X.data.length) };
    for (let n = 0; n < X.rows; n++) {
      for (let j = 0; j < 4; j++) {
        for (let i = 0; i < 4; i++) changed.data[4 * n + j] += X.data[4 * n + i] * A[i][j];
      }
    }
    const original = problem("poisson");
    const other = glm({ X: changed, y, likelihood: poisson(), intercept: false });
    const phi = Float64Array.of(0.1, 0.05, -0.02, 0.03);
    const back = (v: Float64Array) => A.map((row) => row.reduce((s, a, j) => s + a * v[j], 0));
    const start = Float64Array.from(back(phi));
    const distances = (method: typeof gradientDescent, stepSize: number) => {
      const here = [...method(original, { start, stepSize, iterations: 8 })];
      const there = [...method(other, { start: phi, stepSize, iterations: 8 })];
      return here.map((step, k) => absoluteError(back(there[k].theta), step.theta));
    };
    expect(Math.max(...distances(naturalGradient, 0.5))).toBeLessThan(1e-12);
    expect(Math.max(...distances(gradientDescent, 0.05))).toBeGreaterThan(1e-2);
  });
});

describe("empirical-Fisher descent", () => {
  it.each([0.5, 1, 2, 4])("on (x − ½)² + (x + ½)² from %d follows its closed form", (start) => {
    // targets ±½ on a constant: mean gradient x, Fisher 1, empirical Fisher x² + ¼
    const line = glm({
      X: fromRows([[1], [1]]),
      y: [0.5, -0.5],
      likelihood: gaussian(),
      intercept: false,
    });
    const options = { start: Float64Array.of(start), stepSize: 0.5, iterations: 10 };
    let x = start;
    for (const step of empiricalFisherDescent(line, { ...options, damping: 1e-6 })) {
      expect(step.theta[0]).toBeCloseTo(x, 14);
      x -= (0.5 * x) / (x * x + 0.25 + 1e-6);
    }
    let z = start;
    for (const step of naturalGradient(line, { ...options, damping: 1e-6 })) {
      expect(step.theta[0]).toBeCloseTo(z, 14);
      z -= (0.5 * z) / (1 + 1e-6);
    }
  });

  it("takes steps inversely proportional to the gradients: scaled targets scale them down", () => {
    // zero start, y → c y: ∇L → c ∇L, F̃ → c² F̃
    const { X, y } = data.gaussian;
    const [base] = empiricalFisherDescent(problem("gaussian"));
    const scaled = glm({ X, y: y.map((t) => 8 * t), likelihood: gaussian(), intercept: false });
    const [step] = empiricalFisherDescent(scaled);
    expect(
      absoluteError(
        step.step.map((s) => 8 * s),
        base.step,
      ),
    ).toBeLessThan(1e-13);
  });
});

describe("newton", () => {
  const random = new LegacyRandom(4);
  const model = tinyNetwork({ inputs: 1, hidden: 2, outputs: 1 });
  const X = fromRows([[-1.5], [-0.5], [0], [0.5], [1.5]]);
  const y = [-1, -0.3, 0.2, 0.4, 0.9];
  const network = objective({ model, likelihood: gaussian(), X, y, priorVariance: 10 });
  const start = initialWeights(model, random);

  it("refuses an indefinite Hessian, and goes down with a damping beyond it", () => {
    expect(() => [...newton(network, { start })]).toThrow(NotPositiveDefiniteError);
    expect(() => [...newton(network, { start })]).toThrow(
      /^Newton, iteration \d+: the 7 × 7 matrix/,
    );
    const losses = Array.from(
      newton(network, { start, damping: 3, iterations: 50 }),
      (s) => s.loss,
    );
    for (let k = 1; k < losses.length; k++) expect(losses[k]).toBeLessThan(losses[k - 1]);
  });

  it("converges quadratically to a minimum of a model not linear in θ; the natural gradient linearly", () => {
    const near = last(naturalGradient(network, { start, damping: 0.05, iterations: 2000 })).theta;
    const off = near.map((t, i) => t + 1e-3 * Math.cos(i));
    const norms = Array.from(newton(network, { start: off, iterations: 4 }), (s) => s.gradientNorm);
    expect(norms[0]).toBeGreaterThan(1e-6);
    expect(norms[4]).toBeLessThan(1e-13);
    const slow = Array.from(
      naturalGradient(network, { start: off, iterations: 4 }),
      (s) => s.gradientNorm,
    );
    expect(slow[4]).toBeGreaterThan(1e3 * norms[4]);
  });
});

describe("structures and kinds", () => {
  it("diagonal: the gradient by the diagonal", () => {
    const options: CurvedDescentOptions = { structure: diagonal(), damping: 0.1 };
    const [step] = empiricalFisherDescent(problem("bernoulli"), options);
    const { gradient, empirical } = moments(data.bernoulli, links.bernoulli, [0, 0, 0, 0]);
    const expected = gradient.map((g, i) => g / (empirical[i][i] + 0.1));
    expect(absoluteError(step.step, expected)).toBeLessThan(1e-14);
  });

  it("matrix-free: the dense path to the tolerance of the solves", () => {
    const structure = matrixFree({ tolerance: 1e-13 });
    const free = last(naturalGradient(problem("poisson"), { structure, iterations: 10 }));
    const full = last(naturalGradient(problem("poisson"), { iterations: 10 }));
    expect(absoluteError(free.theta, full.theta)).toBeLessThan(1e-9);
  });

  it("any kind: sampled labels, the same path for the same seed", () => {
    const run = (seed: number) => {
      const kind = sampled({ draws: 5, random: new LegacyRandom(seed) });
      const method = curved("sampled natural gradient", kind, { damping: 1e-2 });
      return last(preconditioned(problem("bernoulli"), method, { stepSize: 0.5, iterations: 40 }));
    };
    const minimum = last(naturalGradient(problem("bernoulli"), { iterations: 20 }));
    expect([...run(1).theta]).toEqual([...run(1).theta]);
    expect([...run(1).theta]).not.toEqual([...run(2).theta]);
    expect(absoluteError(run(1).theta, minimum.theta)).toBeLessThan(1e-3);
  });

  it("all of the catalogue lower the loss of a logistic regression", () => {
    const logistic = problem("bernoulli");
    for (const [name, make] of Object.entries(preconditioners)) {
      const losses = Array.from(
        preconditioned(logistic, make(), { stepSize: 0.05, iterations: 20 }),
        (s) => s.loss,
      );
      expect(losses.at(-1)!, name).toBeLessThan(losses[0] - 1e-3);
    }
    const damped = (name: string, damping: number) =>
      preconditioned(logistic, preconditioners[name]({ damping }), { stepSize: 1 }).next()
        .value as Step;
    for (const name of ["NGD", "EFGD", "Newton", "variance"]) {
      // a huge damping leaves the direction of the gradient
      const { step, gradientNorm } = damped(name, 1e8);
      const g = logistic.gradient(new Float64Array(4));
      const inner = step.reduce((s, x, i) => s + x * g[i], 0);
      expect(inner / (Math.hypot(...step) * gradientNorm)).toBeCloseTo(1, 12);
    }
  });
});

describe("what cannot be solved with", () => {
  const wide = glm({
    X: fromRows([
      [1, 0, 2],
      [2, 0, 1],
    ]),
    y: [1, 2],
    likelihood: gaussian(),
    intercept: false,
  });

  it.each([
    ["natural gradient", naturalGradient],
    ["empirical-Fisher descent", empiricalFisherDescent],
  ])("says so with the iteration: %s", (name, method) => {
    expect(() => [...method(wide)]).toThrow(NotPositiveDefiniteError);
    expect(() => [...method(wide)]).toThrow(
      `${name}, iteration 0: the 3 × 3 matrix is not positive`,
    );
    expect([...method(wide, { damping: 1e-3, stepSize: 0.1, iterations: 3 })]).toHaveLength(4);
  });

  it("stands still at a stationary point, singular or not", () => {
    const fitted = glm({
      X: fromRows([
        [1, 0],
        [2, 0],
      ]),
      y: [3, 6],
      likelihood: gaussian(),
      intercept: false,
    });
    const start = Float64Array.of(3, 1);
    for (const method of [naturalGradient, empiricalFisherDescent, newton]) {
      expect([...last(method(fitted, { start, iterations: 3 })).theta]).toEqual([3, 1]);
    }
  });

  it("refuses a negative damping before anything runs", () => {
    for (const call of [
      () => naturalGradient(wide, { damping: -1 }),
      () => empiricalFisherDescent(wide, { damping: -1 }),
      () => newton(wide, { damping: NaN }),
      () => empiricalPreconditioner({ damping: Infinity }),
    ]) {
      expect(call).toThrow(DomainError);
      expect(call).toThrow("damping: found");
    }
  });
});
