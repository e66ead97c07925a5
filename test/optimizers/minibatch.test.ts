import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { fromRows, type Matrix } from "../../src/linalg/matrix.ts";
import { fromDense } from "../../src/linalg/sparse.ts";
import type { LinearInputs } from "../../src/models/linear.ts";
import type { Inputs, Model } from "../../src/models/model.ts";
import { glm, type Objective, objective } from "../../src/objective.ts";
import { adam } from "../../src/optimizers/adam.ts";
import { gradientDescent } from "../../src/optimizers/gradientDescent.ts";
import { minibatchGradient } from "../../src/optimizers/minibatch.ts";
import type { Generator } from "../../src/random/generator.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { absoluteError } from "../support/accuracy.ts";

const X = fromRows([
  [1, 0.5],
  [1, -2],
  [1, 0.25],
  [1, 3],
]);
const y = [1, 0, 0, 1];
const theta = Float64Array.of(0.3, -0.4);
const problem = (reduction: "mean" | "sum") =>
  glm<LinearInputs>({ X, y, likelihood: bernoulli(), reduction, priorVariance: 2 });

/** a generator whose integers are given */
const scripted = (integers: number[]): Generator => ({
  uniform: () => 0,
  normal: () => 0,
  integer: (bound) => integers.shift()! % bound,
});

describe("the gradient of a minibatch", () => {
  it.each(["mean", "sum"] as const)(
    "averages over all batches to the gradient (%s)",
    (reduction) => {
      const objective = problem(reduction);
      // the first two of a partial shuffle: 4 · 3 equally likely ordered pairs
      const average = new Float64Array(2);
      for (let i = 0; i < 4; i++) {
        for (let j = 0; j < 3; j++) {
          const gradient = minibatchGradient(objective, { size: 2, random: scripted([i, j]) })(
            theta,
          );
          for (const k of [0, 1]) average[k] += gradient[k] / 12;
        }
      }
      expect(absoluteError(average, objective.gradient(theta))).toBeLessThan(1e-15);
    },
  );

  it("is the scaled sum over its samples, plus the whole prior", () => {
    const objective = problem("mean");
    const single = objective.perExampleGradients(theta).data;
    // samples 2 and then, after the swap of 0 and 2, place 1 + 0: sample 1
    const found = minibatchGradient(objective, { size: 2, random: scripted([2, 0]) })(theta);
    for (const k of [0, 1]) {
      const expected = (single[4 + k] + single[2 + k]) / 2 + theta[k] / (2 * 4);
      expect(found[k]).toBeCloseTo(expected, 15);
    }
  });

  it("works on its samples alone, and gives the same for inputs that cannot be gathered", () => {
    const dense = problem("mean");
    const rows: number[] = [];
    const { model, likelihood, targets: labels } = dense;
    const watched = {
      ...model,
      vjp(at: Float64Array, inputs: LinearInputs, U: Matrix) {
        rows.push(inputs.rows);
        return model.vjp(at, inputs, U);
      },
    };
    const common = { model: watched, likelihood, y: labels, priorVariance: 2 };
    const thin = objective<LinearInputs>({ ...common, X: fromDense(X) });
    // inputs whose rows this library cannot pick
    const opaque: Model<Inputs & { X: Matrix }> = {
      parameters: 2,
      outputs: 1,
      checkInputs() {},
      forward: (at, inputs) => model.forward(at, inputs.X),
      jvp: (at, inputs, v) => model.jvp(at, inputs.X, v),
      vjp: (at, inputs, U) => watched.vjp(at, inputs.X, U),
    };
    const whole = objective({ ...common, model: opaque, X: { rows: 4, cols: 2, X } });
    const batch = () => ({ size: 2, random: scripted([2, 0]) });
    const expected = minibatchGradient(dense, batch())(theta);
    for (const each of [thin, whole]) {
      const found = minibatchGradient(each as Objective, batch())(theta);
      expect(absoluteError(found, expected)).toBeLessThan(1e-15);
    }
    expect(rows).toEqual([2, 4]);
  });

  it("with all samples is the gradient, so that the descent is the full one", () => {
    const objective = problem("mean");
    const batch = { size: 4, random: new LegacyRandom(0) };
    const some = [...gradientDescent(objective, { stepSize: 0.5, iterations: 10, batch })];
    const full = [...gradientDescent(objective, { stepSize: 0.5, iterations: 10 })];
    some.forEach((step, k) => {
      expect(absoluteError(step.theta, full[k].theta)).toBeLessThan(1e-14);
    });
  });

  it("steers the step while the record keeps the full loss and gradient", () => {
    const objective = problem("mean");
    const batch = { size: 1, random: new LegacyRandom(3) };
    const steps = [...adam(objective, { stepSize: 0.1, iterations: 5, batch })];
    for (const step of steps) {
      expect(step.loss).toBe(objective.loss(step.theta));
      expect(step.gradientNorm).toBeCloseTo(Math.hypot(...objective.gradient(step.theta)), 14);
    }
    const again = adam(objective, {
      stepSize: 0.1,
      iterations: 5,
      batch: { size: 1, random: new LegacyRandom(3) },
    });
    expect(Array.from(again, (s) => s.loss)).toEqual(steps.map((s) => s.loss));
  });

  it.each([0, 5, 1.5, NaN])("refuses a batch of %d", (size) => {
    const run = () =>
      gradientDescent(problem("mean"), {
        stepSize: 1,
        batch: { size, random: new LegacyRandom(0) },
      });
    expect(run).toThrow(DomainError);
    expect(run).toThrow(`batch: size is ${size}, expected a whole number from 1 to 4`);
  });
});
