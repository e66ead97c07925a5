import { describe, expect, it } from "vitest";
import {
  asDuration,
  asMeasured,
  asNumber,
  asPower,
  asProbability,
  asShort,
} from "../../src/figures/numbers.ts";

describe("asPower", () => {
  it("gives the exponent of a grid point to three decimals", () => {
    expect(asPower(10 ** -5.125).text).toBe("10<sup>−5.125</sup>");
    expect(asPower(1.3335214321633242).text).toBe("10<sup>0.125</sup>");
    expect(asPower(1).text).toBe("10<sup>0</sup>");
  });
});

describe("asNumber", () => {
  it("keeps the digits asked for", () => {
    expect(asNumber(10.94741559, 9).text).toBe("10.9474156");
    expect(asNumber(0.464742, 3).text).toBe("0.465");
    expect(asNumber(0.00051583, 3).text).toBe("5.16 × 10<sup>−4</sup>");
    expect(asNumber(-0.52, 2).text).toBe("−0.52");
    expect(asNumber(9.9999, 2).text).toBe("10");
    expect(asNumber(3.1e12, 2).text).toBe("3.1 × 10<sup>12</sup>");
  });

  it("writes whole numbers in full, and a dash for what is no number", () => {
    expect(asNumber(997981).text).toBe("997,981");
    expect(asNumber(-3).text).toBe("−3");
    expect(asNumber(null).text).toBe("–");
    expect(asNumber(Number.NaN).text).toBe("–");
  });
});

describe("asDuration", () => {
  it("reads as a person would say it", () => {
    expect(asDuration(0.125)).toBe("0.13 s");
    expect(asDuration(4.56)).toBe("4.6 s");
    expect(asDuration(59.7)).toBe("60 s");
    expect(asDuration(143.2)).toBe("2 min 23 s");
    expect(asDuration(119.9)).toBe("2 min 0 s");
  });
});

describe("asShort", () => {
  it("leaves out zeros at the end", () => {
    expect(asShort(1.5).text).toBe("1.5");
    expect(asShort(-2.0004).text).toBe("−2");
    expect(asShort(12345.6).text).toBe("12,300");
    expect(asShort(0.00012345, 2).text).toBe("0.00012");
    expect(asShort(9.996e-7).text).toBe("1 × 10<sup>−6</sup>");
    expect(asShort(2.5e8).text).toBe("2.5 × 10<sup>8</sup>");
    expect(asShort(0).text).toBe("0");
    expect(asShort(Number.POSITIVE_INFINITY).text).toBe("–");
  });
});

describe("asMeasured", () => {
  const texts = (values: number[], errors: number[]): string[] =>
    asMeasured(values, errors).map(({ text }) => text);

  it("gives three digits of the standard error, the same decimals for all that are alike", () => {
    expect(texts([0.561479, -0.1], [0.0594, 0.0329])).toEqual(["0.5615", "−0.1000"]);
    expect(texts([1234.56, 0.01], [10, 0.0002])).toEqual(["1234.6", "0.010000"]);
    expect(texts([5.76, -2.0004], [1, 1])).toEqual(["5.76", "−2.00"]);
  });

  it("falls back to five digits without a standard error, or for extreme ones", () => {
    expect(texts([0.5], [0])).toEqual(["0.50000"]);
    expect(texts([0.5, Number.NaN], [Number.NaN, 0.1])).toEqual(["0.50000", "–"]);
    expect(texts([1.5e-12], [1e-13])).toEqual(["1.5000 × 10<sup>−12</sup>"]);
    expect(texts([123456789012], [1e7])).toEqual(["1.2346 × 10<sup>11</sup>"]);
  });
});

describe("asProbability", () => {
  it("is not more precise than a double beside 1", () => {
    expect(asProbability(0.046).text).toBe("0.046");
    expect(asProbability(8.04e-9).text).toBe("8 × 10<sup>−9</sup>");
    expect(asProbability(0).text).toBe("&lt;\u00a02.2 × 10<sup>−16</sup>");
    expect(asProbability(Number.NaN).text).toBe("–");
  });
});
