import { describe, expect, it } from "vitest";
import {
  ConvergenceError,
  DomainError,
  NotPositiveDefiniteError,
  ShapeError,
} from "../../src/errors.ts";
import { fromRows } from "../../src/linalg/matrix.ts";
import { gradientDescent, plainGradient } from "../../src/optimizers/gradientDescent.ts";
import type { DescentOptions } from "../../src/optimizers/options.ts";
import { preconditioned } from "../../src/optimizers/preconditioned.ts";
import type { Preconditioner } from "../../src/optimizers/preconditioner.ts";
import { gradientSign, signDescent } from "../../src/optimizers/signDescent.ts";
import { quadratic, smooth } from "../support/quadratic.ts";

const bowl = quadratic(
  fromRows([
    [3, 1],
    [1, 2],
  ]),
  [1, -2],
  5,
);
const start = Float64Array.of(4, 0.5);

describe("the common core", () => {
  it("agrees with a loop written out", () => {
    const steps = [...gradientDescent(bowl, { start, stepSize: 0.1, iterations: 7 })];
    let [a, b] = [4, 0.5];
    for (let k = 0; k <= 7; k++) {
      const u = 3 * (a - 1) + (b + 2);
      const v = a - 1 + 2 * (b + 2);
      const step = steps[k];
      expect(step.iteration).toBe(k);
      expect(step.theta[0]).toBeCloseTo(a, 13);
      expect(step.theta[1]).toBeCloseTo(b, 13);
      expect(step.loss).toBeCloseTo(5 + ((a - 1) * u + (b + 2) * v) / 2, 12);
      expect(step.gradientNorm).toBeCloseTo(Math.sqrt(u * u + v * v), 12);
      expect(step.step[0]).toBeCloseTo(0.1 * u, 13);
      expect(step.step[1]).toBeCloseTo(0.1 * v, 13);
      a -= 0.1 * u;
      b -= 0.1 * v;
    }
    expect(steps).toHaveLength(8);
  });

  it("converges at the rate 1 − γλ along each eigenvector", () => {
    const diagonal = quadratic(
      fromRows([
        [1, 0],
        [0, 0.25],
      ]),
      [0, 0],
    );
    const steps = [
      ...gradientDescent(diagonal, { start: Float64Array.of(1, 1), stepSize: 0.5, iterations: 40 }),
    ];
    // powers of two and of 7/8: exact in the first coordinate, 40 roundings in the second
    for (const { iteration, theta } of steps) {
      expect(theta[0]).toBe(0.5 ** iteration);
      expect(theta[1] / 0.875 ** iteration).toBeCloseTo(1, 14);
    }
  });

  it("starts at zero, takes 100 steps, and goes on until the caller stops if told to", () => {
    const steps = [...gradientDescent(bowl, { stepSize: 0.1 })];
    expect(steps).toHaveLength(101);
    expect([...steps[0].theta]).toEqual([0, 0]);
    let last = 0;
    for (const { iteration } of gradientDescent(bowl, { stepSize: 0.1, iterations: Infinity })) {
      last = iteration;
      if (iteration === 250) break;
    }
    expect(last).toBe(250);
  });

  it("gives records that are the caller's to keep", () => {
    const mine = start.slice();
    const steps = gradientDescent(bowl, { start: mine, stepSize: 0.1, iterations: 3 });
    mine.fill(99);
    const [first, second] = steps;
    expect([...first.theta]).toEqual([...start]);
    const again = gradientDescent(bowl, { start, stepSize: 0.1, iterations: 3 });
    for (const step of again) {
      if (step.iteration === 1) expect([...step.theta]).toEqual([...second.theta]);
      step.theta.fill(NaN);
      step.step.fill(NaN);
    }
  });

  it("takes a step of zero iterations as a look at the start", () => {
    const steps = [...gradientDescent(bowl, { start, stepSize: 0.1, iterations: 0 })];
    expect(steps.map((s) => s.iteration)).toEqual([0]);
  });
});

describe("cosine", () => {
  it("of the step taken with the other preconditioner's, along the path", () => {
    const steps = [
      ...gradientDescent(bowl, { start, stepSize: 0.1, iterations: 5, compareWith: gradientSign }),
    ];
    for (const { cosine: found, step } of steps) {
      const expected =
        (Math.abs(step[0]) + Math.abs(step[1])) /
        (Math.sqrt(2) * Math.sqrt(step[0] ** 2 + step[1] ** 2));
      expect(found).toBeCloseTo(expected, 14);
    }
    const [alone] = gradientDescent(bowl, { start, stepSize: 0.1 });
    expect("cosine" in alone).toBe(false);
  });

  it("is NaN where one of the steps is zero", () => {
    const flat = quadratic(fromRows([[0]]), [0]);
    const [step] = gradientDescent(flat, { stepSize: 1, compareWith: gradientSign });
    expect(step.cosine).toBeNaN();
  });
});

describe("divergence", () => {
  const valley = (lowest: number) => quadratic(fromRows([[1]]), [0], lowest);
  const losses = (lowest: number, divergence?: number) =>
    Array.from(
      gradientDescent(valley(lowest), {
        start: Float64Array.of(1),
        stepSize: 3, // θ doubles its size each step, the loss above the lowest quadruples
        iterations: 10,
        ...(divergence && { divergence }),
      }),
      (step) => step.loss - lowest,
    );

  it("stops after the first loss beyond the multiple of the first", () => {
    expect(losses(0, 100)).toEqual([0.5, 2, 8, 32, 128]);
    expect(losses(0)).toHaveLength(11);
  });

  it("counts from a negative first loss by its size", () => {
    // first loss −0.5, bound −0.5 + 99 · 0.5 = 49
    expect(losses(-1, 100)).toEqual([0.5, 2, 8, 32, 128]);
  });
});

describe("what goes wrong says where", () => {
  const options: DescentOptions = { start, stepSize: 0.1 };
  it.each([
    ["stepSize is undefined", { stepSize: undefined }, DomainError],
    ["stepSize is Infinity", { stepSize: Infinity }, DomainError],
    ["stepSize is NaN", { stepSize: NaN }, DomainError],
    ["stepSize is -1", { stepSize: -1 }, DomainError],
    ["iterations is 2.5", { iterations: 2.5 }, DomainError],
    ["iterations is -1", { iterations: -1 }, DomainError],
    ["divergence is 0.5", { divergence: 0.5 }, DomainError],
    ["divergence is NaN", { divergence: NaN }, DomainError],
    ["start: found length 3, expected 2", { start: new Float64Array(3) }, ShapeError],
    ["start: entry 1 is NaN", { start: Float64Array.of(0, NaN) }, DomainError],
  ])("%s", (message, wrong, type) => {
    // at the call, before a step is asked for
    const call = () => preconditioned(bowl, plainGradient, { ...options, ...(wrong as object) });
    expect(call).toThrow(type);
    expect(call).toThrow(`gradient descent: ${message}`);
  });

  it("θ that leaves the finite numbers", () => {
    const steep = smooth(
      1,
      () => 1,
      (theta) => theta.map(() => (theta[0] > 1e300 ? -1e308 : -1e301)),
    );
    const run = () => [...gradientDescent(steep, { stepSize: 10 })];
    expect(run).toThrow(ConvergenceError);
    expect(run).toThrow("gradient descent, iteration 2: θ is Infinity, expected a finite number");
  });

  it("a loss or a gradient that does", () => {
    const cliff = smooth(
      1,
      (theta) => (theta[0] < 0 ? NaN : theta[0]),
      () => Float64Array.of(1),
    );
    expect(() => [...gradientDescent(cliff, { start: Float64Array.of(2.5), stepSize: 1 })]).toThrow(
      "iteration 3: the loss is NaN",
    );
    const wall = smooth(
      2,
      () => 0,
      (theta) => Float64Array.of(1, theta[0] < -1 ? Infinity : 0),
    );
    expect(() => [...gradientDescent(wall, { stepSize: 1 })]).toThrow(
      "iteration 2: the gradient is Infinity (entry 1)",
    );
  });

  it("a matrix that cannot be solved with", () => {
    const fails: Preconditioner = {
      name: "brittle",
      direction(_objective, theta, gradient) {
        if (theta[0] !== 4) throw new NotPositiveDefiniteError("pivot 1 is 0", 1);
        return gradient.slice();
      },
    };
    const steps = preconditioned(bowl, fails, { start, stepSize: 0.1 });
    expect(steps.next().done).toBe(false);
    let error: unknown;
    try {
      steps.next();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(NotPositiveDefiniteError);
    expect((error as NotPositiveDefiniteError).message).toContain(
      "brittle, iteration 1: pivot 1 is 0",
    );
    expect((error as NotPositiveDefiniteError).pivot).toBe(1);
    expect((error as Error).cause).toBeInstanceOf(NotPositiveDefiniteError);
  });

  it("an inner iteration that does not converge, and a direction of the wrong length", () => {
    const slow: Preconditioner = {
      name: "slow",
      direction() {
        throw new ConvergenceError("no convergence in 10 products");
      },
    };
    expect(() => preconditioned(bowl, slow, options).next()).toThrow(
      "slow, iteration 0: no convergence in 10 products",
    );
    const short: Preconditioner = { name: "short", direction: () => new Float64Array(1) };
    expect(() => preconditioned(bowl, short, options).next()).toThrow(
      "short: direction: found length 1, expected 2",
    );
    const other: Preconditioner = {
      name: "other",
      direction() {
        throw new RangeError("not ours");
      },
    };
    expect(() => preconditioned(bowl, other, options).next()).toThrow(new RangeError("not ours"));
  });
});

describe("sign descent", () => {
  it("moves each parameter by the step size, and not where the derivative is zero", () => {
    const far = quadratic(
      fromRows([
        [1, 0, 0],
        [0, 1e6, 0],
        [0, 0, 0],
      ]),
      [3, -1e-3, 0],
    );
    const steps = [...signDescent(far, { stepSize: 0.25, iterations: 3 })];
    expect([...steps[3].theta]).toEqual([0.75, -0.25, 0]);
  });
});
