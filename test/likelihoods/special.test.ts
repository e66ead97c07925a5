import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  log1pExp,
  logFactorial,
  logGamma,
  logSumExp,
  sigmoid,
  stirlingRemainder,
} from "../../src/likelihoods/special.ts";
import { relativeError } from "../support/accuracy.ts";
import golden from "./golden/families.json" with { type: "json" };

const { logGamma: gammas, logFactorial: factorials } = golden.special;

describe("logGamma and logFactorial", () => {
  it.each(gammas)("log Γ(%f)", (x, expected) => {
    expect(relativeError(logGamma(x!), expected!)).toBeLessThan(1e-15);
  });

  it.each(factorials)("log %i!", (n, expected) => {
    expect(relativeError(logFactorial(n!), expected!)).toBeLessThan(1e-15);
  });

  it("obeys Γ(x + 1) = x Γ(x)", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (x) => {
        const scale = Math.abs(logGamma(x)) + Math.abs(Math.log(x)) + 1;
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x)) / scale).toBeLessThan(1e-14);
      }),
    );
  });

  it("has its limits", () => {
    expect([0, Infinity, -1, NaN].map(logGamma)).toEqual([Infinity, Infinity, NaN, NaN]);
  });

  it("is continuous where its methods change", () => {
    for (const x of [0.5, 1.5, 2.5, 15]) {
      expect(relativeError(logGamma(x * (1 - 2 ** -52)), logGamma(x))).toBeLessThan(2e-15);
    }
  });

  it("Stirling's remainder is what the formula leaves out", () => {
    // At x = 15 the formula's terms are below 40, so their rounding is below 40 · 2⁻⁵².
    const formula = 14.5 * Math.log(15) - 15 + 0.5 * Math.log(2 * Math.PI);
    const remainder = Math.log(87178291200) - formula;
    expect(Math.abs(stirlingRemainder(15) - remainder)).toBeLessThan(40 * 2 ** -52);
  });
});

describe("sigmoid and log1pExp", () => {
  it.each(golden.bernoulli)("at $f", ({ f, mean, loss }) => {
    expect(relativeError(sigmoid(f), mean)).toBeLessThan(4e-16);
    expect(relativeError(log1pExp(f), loss[0]!)).toBeLessThan(4e-16);
    expect(relativeError(log1pExp(-f), loss[1]!)).toBeLessThan(4e-16);
  });

  it("do not overflow", () => {
    expect([-1e308, 1e308, -Infinity, Infinity].map(sigmoid)).toEqual([0, 1, 0, 1]);
    expect([-1e308, 1e308, -Infinity, Infinity].map(log1pExp)).toEqual([0, 1e308, 0, Infinity]);
    expect([sigmoid(NaN), log1pExp(NaN)]).toEqual([NaN, NaN]);
  });
});

describe("logSumExp", () => {
  it.each(golden.categorical)("of $f is the loss of a class plus its logit", ({ f, loss }) => {
    const top = f.indexOf(Math.max(...f));
    expect(relativeError(logSumExp(f), loss[top]! + f[top]!)).toBeLessThan(4e-16);
  });

  it("has its limits", () => {
    expect(logSumExp([])).toBe(-Infinity);
    expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity);
    expect(logSumExp([-Infinity, 3])).toBe(3);
    expect(logSumExp([Infinity, 3])).toBe(Infinity);
    expect(logSumExp([1e308, 1e308])).toBe(1e308);
    expect(logSumExp([NaN, 3])).toBeNaN();
    expect(logSumExp([3, NaN])).toBeNaN();
  });
});
