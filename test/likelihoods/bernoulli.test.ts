import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { type Matrix, matrix } from "../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { relativeError } from "../support/accuracy.ts";
import golden from "./golden/families.json" with { type: "json" };

const column = (...values: number[]): Matrix => matrix(values.length, 1, new Float64Array(values));

describe("bernoulli against 9000 digits", () => {
  it.each(golden.bernoulli)("f = $f", ({ f, loss, residual, fisher, factor, mean }) => {
    const family = bernoulli();
    const outputs = column(f, f);
    const targets = column(0, 1);
    expect(relativeError(family.negativeLogLikelihood(outputs, targets), loss)).toBeLessThan(4e-16);
    expect(relativeError(family.residual(outputs, targets).data, residual)).toBeLessThan(4e-16);
    expect(relativeError(family.outputFisher(outputs).data, [fisher, fisher])).toBeLessThan(9e-16);
    expect(relativeError(family.mean(outputs).data, [mean, mean])).toBeLessThan(4e-16);
    // The factor outlives Λ: at f = 1000 it is 7e-218 where Λ is 0.
    expect(relativeError(family.outputFactor(outputs).data, [factor, factor])).toBeLessThan(9e-16);
  });
});

describe("bernoulli beyond 1e4", () => {
  it("has a loss linear in a wrong logit and zero in a right one", () => {
    const outputs = column(1e6, 1e6, -1e300, -1e300, Infinity, -Infinity);
    const targets = column(0, 1, 0, 1, 0, 0);
    expect(Array.from(bernoulli().negativeLogLikelihood(outputs, targets))).toEqual([
      1e6,
      0,
      0,
      1e300,
      Infinity,
      0,
    ]);
    expect(Array.from(bernoulli().residual(outputs, targets).data, (r) => r + 0)).toEqual([
      1, 0, 0, -1, 1, 0,
    ]);
    expect(
      bernoulli()
        .outputFisher(outputs)
        .data.every((v) => v === 0),
    ).toBe(true);
  });
});

describe("the clip of the paper's code", () => {
  const epsilon = 1e-8;
  const family = bernoulli({ clip: epsilon });
  const logits = [-1e4, -40, -18.5, -18.4, -3, -0.1, 0, 0.1, 3, 18.4, 18.5, 40, 1e4];
  const expit = (f: number): number => 1 / (1 + Math.exp(-f));
  const clip = (p: number): number => Math.max(Math.min(p, 1 - epsilon), epsilon);

  it.each(logits)("at f = %f is what the formulas say, written out", (f) => {
    const outputs = column(f, f);
    const targets = column(0, 1);
    const p = clip(expit(f));
    const losses = [-Math.log(clip(expit(-f))), -Math.log(p)];
    expect(relativeError(family.negativeLogLikelihood(outputs, targets), losses)).toBeLessThan(
      4e-16,
    );
    // Near 1 a rounding of σ(f) moves 1 − p by 1.1e-16, up to 1e-8 of it: an absolute comparison there.
    family.residual(outputs, targets).data.forEach((r, y) => {
      expect(Math.abs(r - (p - y))).toBeLessThan(3e-16);
    });
    expect(Math.abs(family.outputFisher(outputs).data[0]! - p * (1 - p))).toBeLessThan(3e-16);
    expect(family.mean(outputs).data[0]).toBeCloseTo(p, 15);
  });

  it("bounds the loss by −log ε and the Fisher from below by ε (1 − ε)", () => {
    const outputs = column(1e4, -1e4, 1e4);
    const losses = family.negativeLogLikelihood(outputs, column(0, 1, 1));
    expect(losses[0]).toBe(-Math.log(epsilon));
    expect(losses[1]).toBe(-Math.log(epsilon));
    expect(losses[2]).toBe(-Math.log(1 - epsilon));
    for (const value of family.outputFisher(outputs).data) {
      expect(relativeError(value, epsilon * (1 - epsilon))).toBeLessThan(1e-8);
    }
  });

  it("samples with the clipped probability", () => {
    const coarse = bernoulli({ clip: 0.25 });
    const N = 10_000;
    const outputs = matrix(N, 1, new Float64Array(N).fill(-50));
    const ones = coarse.sample(outputs, new LegacyRandom(3)).data.reduce((n, y) => n + y, 0);
    expect(Math.abs(ones / N - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / N));
  });

  it.each([0, 0.5, -1, NaN, 1])("refuses ε = %f", (clip) => {
    expect(() => bernoulli({ clip })).toThrow(DomainError);
    expect(() => bernoulli({ clip })).toThrow(
      `clip is ${clip}, expected a number between 0 and 0.5`,
    );
  });
});

describe("labels", () => {
  it.each([-1, 2, 0.5, NaN, Infinity])("refuses %f", (label) => {
    const check = (): void => bernoulli().checkTargets(column(0, 1, label));
    expect(check).toThrow(DomainError);
    expect(check).toThrow(`bernoulli: target 2 is ${label}, expected 0 or 1`);
  });
});
