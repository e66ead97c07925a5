import { describe, expect, it } from "vitest";
import {
  logChiSquareTail,
  logNormalTail,
  logStudentTail,
  normalQuantile,
  studentQuantile,
  twoSided,
} from "../../src/statistics/distributions.ts";
import { relativeError } from "../support/accuracy.ts";
import golden from "./golden/distributions.json" with { type: "json" };

describe("upper tails", () => {
  it("of the normal distribution agree with mpmath and SciPy", () => {
    for (const [z, log, p] of golden.normal as [number, number, number | null][]) {
      expect(relativeError(logNormalTail(z), log), `z = ${z}`).toBeLessThan(2e-14);
      if (p !== null) expect(relativeError(Math.exp(logNormalTail(z)), p)).toBeLessThan(1e-12);
    }
  });

  it("of Student's t agree with mpmath and SciPy", () => {
    for (const [t, nu, log, p] of golden.student as [number, number, number, number | null][]) {
      const found = logStudentTail(t, nu);
      expect(relativeError(found, log), `t = ${t}, ${nu} degrees`).toBeLessThan(1e-13);
      if (p !== null) expect(relativeError(Math.exp(found), p)).toBeLessThan(1e-12);
    }
  });

  it("of χ² agree with mpmath and SciPy", () => {
    for (const [x, k, log, p] of golden.chiSquare as [number, number, number, number | null][]) {
      const found = logChiSquareTail(x, k);
      expect(relativeError(Math.exp(found), Math.exp(log)), `x = ${x}, ${k} degrees`).toBeLessThan(
        1e-12,
      );
      if (log < -1) expect(relativeError(found, log)).toBeLessThan(1e-13);
      if (p !== null) expect(relativeError(Math.exp(found), p)).toBeLessThan(1e-12);
    }
  });

  it("are found however far out, where z² is all that counts", () => {
    for (let k = 0; k < 400; k++) {
      const z = 10 ** (6 + k / 40) * (1 + Math.sin(k) / 3);
      // the rest of Mills' ratio is 1 / z² < 1e-12 of a term that is itself small beside z² / 2
      const expected = -0.5 * z * z - Math.log(z) - 0.5 * Math.log(2 * Math.PI);
      expect(relativeError(logNormalTail(z), expected), `z = ${z}`).toBeLessThan(1e-15);
      expect(relativeError(logChiSquareTail(z * z, 1), expected + Math.LN2)).toBeLessThan(1e-15);
    }
  });

  it("have their limits", () => {
    expect(logStudentTail(0, 3)).toBe(-Math.LN2);
    expect(logStudentTail(Infinity, 3)).toBe(-Infinity);
    expect(logStudentTail(1.7, Infinity)).toBe(logNormalTail(1.7));
    expect(logChiSquareTail(0, 3)).toBe(0);
    expect(logChiSquareTail(Infinity, 3)).toBe(-Infinity);
    expect(logNormalTail(Number.NaN)).toBeNaN();
    expect(logStudentTail(Number.NaN, 3)).toBeNaN();
    expect(logChiSquareTail(Number.NaN, 3)).toBeNaN();
    expect(twoSided(logNormalTail(-1))).toEqual({ pValue: 1, logPValue: 0 });
    expect(twoSided(logNormalTail(0)).pValue).toBe(1);
  });

  it("refuse degrees of freedom that are not positive", () => {
    expect(() => logStudentTail(1, 0)).toThrow("degrees of freedom: found 0");
    expect(() => logChiSquareTail(1, Number.NaN)).toThrow("found NaN, expected a positive number");
  });
});

describe("quantiles", () => {
  it("agree with mpmath", () => {
    for (const [tail, nu, x] of golden.quantiles as [number, number | null, number][]) {
      const found = nu === null ? normalQuantile(tail) : studentQuantile(tail, nu);
      expect(relativeError(found, x), `tail ${tail}, ${nu} degrees`).toBeLessThan(1e-12);
    }
  });

  it("refuse a probability of 0 or 1", () => {
    expect(() => normalQuantile(0)).toThrow("expected a number between 0 and 1");
    expect(() => studentQuantile(1, 3)).toThrow("expected a number between 0 and 1");
  });
});
