import { describe, expect, it } from "vitest";
import { asDuration, asNumber, asPower } from "../../src/figures/numbers.ts";

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
