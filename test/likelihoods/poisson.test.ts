import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.ts";
import { poisson } from "../../src/likelihoods/poisson.ts";
import { type Matrix, matrix } from "../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { relativeError } from "../support/accuracy.ts";
import golden from "./golden/families.json" with { type: "json" };

const column = (...values: number[]): Matrix => matrix(values.length, 1, new Float64Array(values));
const family = poisson();

describe("poisson against 60 digits", () => {
  it.each(golden.poisson)("f = $f, y = $y", ({ f, y, loss, residual, fisher, factor }) => {
    const [outputs, targets] = [column(f), column(y)];
    expect(relativeError(family.negativeLogLikelihood(outputs, targets), loss)).toBeLessThan(1e-14);
    // r = exp f − y: the rounding of exp f is a part of the larger of the two.
    const [r] = family.residual(outputs, targets).data;
    expect(Math.abs(r! - residual)).toBeLessThanOrEqual(3e-16 * Math.max(fisher, y));
    expect(relativeError(family.outputFisher(outputs).data, [fisher])).toBeLessThan(3e-16);
    expect(relativeError(family.outputFactor(outputs).data, [factor])).toBeLessThan(3e-16);
    expect(family.mean(outputs).data).toEqual(family.outputFisher(outputs).data);
  });
});

describe("poisson where the rate leaves the doubles", () => {
  const outputs = column(710, 1e4, Infinity, 710, 1e4, Infinity);
  const targets = column(0, 0, 0, 20, 3, 20);

  it("has infinite loss, residual, Fisher and mean, never NaN", () => {
    const { data } = family.residual(outputs, targets);
    for (const values of [
      family.negativeLogLikelihood(outputs, targets),
      data,
      family.outputFisher(outputs).data,
      family.mean(outputs).data,
    ]) {
      expect(Array.from(values)).toEqual(Array.from({ length: 6 }, () => Infinity));
    }
  });

  it("still has a finite factor up to f = 1419", () => {
    expect(relativeError(family.outputFactor(column(1400)).data, [Math.exp(700)])).toBe(0);
  });

  it("has loss y |f| for a vanishing rate, and 0 for no count", () => {
    const losses = family.negativeLogLikelihood(
      column(-1e4, -1e4, -Infinity, -Infinity),
      column(2, 0, 0, 1),
    );
    expect(relativeError(losses[0]!, 2e4 + Math.log(2))).toBeLessThan(3e-16);
    expect(Array.from(losses.slice(1))).toEqual([0, 0, Infinity]);
  });

  it("overflows earlier in float32, in Λ before S", () => {
    const single = matrix(1, 1, new Float32Array([100]));
    expect(family.outputFisher(single).data[0]).toBe(Infinity);
    expect(family.outputFactor(single).data[0]).toBe(Math.fround(Math.exp(50)));
    expect(family.negativeLogLikelihood(single, column(0))[0]).toBe(Math.exp(100));
  });

  it("refuses to sample there", () => {
    expect(() => family.sample(outputs, new LegacyRandom(0))).toThrow(DomainError);
    expect(() => family.sample(outputs, new LegacyRandom(0))).toThrow("the rate is Infinity");
  });
});

describe("poisson samples of large rates", () => {
  it.each([12, 1000, 1e10])("rate %f: mean and variance within 4 standard errors", (rate) => {
    const N = 20_000;
    const outputs = matrix(N, 1, new Float64Array(N).fill(Math.log(rate)));
    const { data } = family.sample(outputs, new LegacyRandom(6));
    const z = data.map((y) => (y - rate) / Math.sqrt(rate));
    const mean = z.reduce((total, value) => total + value, 0) / N;
    const square = z.reduce((total, value) => total + value * value, 0) / N;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(N));
    // Var(z²) = 2 + 1/rate
    expect(Math.abs(square - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / rate) / N));
  });
});

describe("counts", () => {
  it.each([-1, 0.5, NaN, Infinity, 2 ** 53])("refuses %f", (count) => {
    const check = (): void => family.checkTargets(column(count, 1));
    expect(check).toThrow(DomainError);
    expect(check).toThrow(`poisson: target 0 is ${count}, expected a count`);
  });
});
