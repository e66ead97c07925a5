import { describe, expect, it } from "vitest";
import { outcomes, residualMoments } from "../../src/experiments/statements/outcomes.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import type { Likelihood } from "../../src/likelihoods/likelihood.ts";
import { poisson } from "../../src/likelihoods/poisson.ts";

const expectation = (family: Likelihood, f: number[], h: (y: Float64Array) => number): number =>
  outcomes(family, Float64Array.from(f)).reduce((s, o) => s + o.weight * h(o.target), 0);

describe("expectations over the targets of a family", () => {
  it("gaussian: the moments up to degree five", () => {
    const family = gaussian({ variance: 0.25, outputs: 2 });
    const moment = (i: number, j: number) =>
      expectation(family, [1, -2], ([a, b]) => (a - 1) ** i * (b + 2) ** j);
    expect(moment(0, 0)).toBeCloseTo(1, 14);
    expect(moment(1, 0)).toBeCloseTo(0, 14);
    expect(moment(2, 0)).toBeCloseTo(0.25, 14);
    expect(moment(1, 1)).toBeCloseTo(0, 14);
    expect(moment(4, 0)).toBeCloseTo(3 / 16, 14);
    expect(moment(2, 2)).toBeCloseTo(1 / 16, 14);
    expect(moment(0, 5)).toBeCloseTo(0, 14);
  });

  it("bernoulli and categorical: their probabilities", () => {
    expect(expectation(bernoulli(), [0.7], ([y]) => y)).toBeCloseTo(1 / (1 + Math.exp(-0.7)), 15);
    const total = 1 + Math.E + Math.exp(-1);
    expect(expectation(categorical(3), [0, 1, -1], ([y]) => y * y)).toBeCloseTo(
      (Math.E + 4 * Math.exp(-1)) / total,
      14,
    );
  });

  it.each([-3, 0, 2, 5])("poisson with log mean %d: mean and variance", (f) => {
    const mean = Math.exp(f);
    expect(expectation(poisson(), [f], () => 1)).toBeCloseTo(1, 12);
    expect(expectation(poisson(), [f], ([y]) => y) / mean).toBeCloseTo(1, 12);
    expect(expectation(poisson(), [f], ([y]) => (y - mean) ** 2) / mean).toBeCloseTo(1, 10);
  });

  it("of the residual and its outer product", () => {
    const { mean, second, total } = residualMoments(bernoulli(), Float64Array.of(0.7));
    const p = 1 / (1 + Math.exp(-0.7));
    expect(total).toBeCloseTo(1, 15);
    expect(mean[0]).toBeCloseTo(0, 15);
    expect(second.data[0]).toBeCloseTo(p * (1 - p), 15);
  });

  it("has no rule for an unknown family, and says so", () => {
    const family = { ...bernoulli(), name: "cauchy" };
    expect(() => outcomes(family, Float64Array.of(0))).toThrow(
      'no expectations for the family "cauchy", only for gaussian, bernoulli, categorical, poisson',
    );
  });
});
