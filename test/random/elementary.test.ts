import { describe, expect, it } from "vitest";
import { exp, log } from "../../src/random/elementary.ts";
import golden from "./golden/elementary.json" with { type: "json" };

describe("log", () => {
  it("is the double nearest to the logarithm (mpmath, 200 bits)", () => {
    expect(golden.log.x.map(log)).toEqual(golden.log.y);
  });

  it("keeps the limits of the real function", () => {
    expect([0, Infinity, -1, NaN].map(log)).toEqual([-Infinity, Infinity, NaN, NaN]);
    expect(log(1)).toBe(0);
  });
});

describe("exp", () => {
  it("is the double nearest to the exponential (mpmath, 200 bits)", () => {
    expect(golden.exp.x.map(exp)).toEqual(golden.exp.y);
  });

  it("overflows to Infinity, underflows to 0, and passes NaN on", () => {
    expect([710, 1e308, Infinity, -746, -Infinity, NaN].map(exp)).toEqual([
      Infinity,
      Infinity,
      Infinity,
      0,
      0,
      NaN,
    ]);
  });

  it("reaches the subnormal numbers", () => {
    expect(exp(-745)).toBe(5e-324);
    expect(exp(-720) / 2.03e-313).toBeCloseTo(1, 2);
  });
});
