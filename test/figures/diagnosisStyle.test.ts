import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percent, ratioTicks, roundTicks, wholeTicks } from "../../src/figures/diagnosisStyle.ts";

const values = (ticks: readonly { readonly value: number }[]): number[] =>
  ticks.map(({ value }) => value);

describe("roundTicks", () => {
  it("takes multiples of 1, 2 or 5, both ends included", () => {
    expect(values(roundTicks(0, 1, 6))).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(values(roundTicks(-0.31, 0.42, 5))).toEqual([-0.2, 0, 0.2, 0.4]);
    expect(values(roundTicks(1e6 - 1, 1e6 + 1, 5))).toEqual([
      999999, 999999.5, 1e6, 1000000.5, 1000001,
    ]);
    expect(roundTicks(-1, 1, 3)[0].text).toBe("−1");
    expect(roundTicks(1, 1, 5)).toEqual([]);
  });

  it("has at least one and not more than it may", () => {
    const ends = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        ends,
        fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
        fc.integer({ min: 3, max: 9 }),
        (low, span, count) => {
          const found = values(roundTicks(low, low + span, count));
          expect(found.length).toBeLessThanOrEqual(count);
          expect(found.length).toBeGreaterThan(0);
          for (const value of found) {
            expect(value).toBeGreaterThanOrEqual(low - 1e-6 * span);
            expect(value).toBeLessThanOrEqual(low + span * (1 + 1e-6));
          }
        },
      ),
    );
  });
});

describe("ratioTicks", () => {
  it("writes ratios as people do, and powers of ten where they span decades", () => {
    expect(values(ratioTicks([0.45, 2.1]))).toEqual([0.5, 1, 2]);
    expect(values(ratioTicks([0.75, 1.3]))).toEqual([0.8, 1, 1.25]);
    expect(values(ratioTicks([0.09, 12]))).toEqual([0.1, 0.2, 0.5, 1, 2, 5, 10]);
    const wide = ratioTicks([1e-4, 1e2]).filter(({ text }) => text !== undefined);
    expect(wide.map(({ text }) => text)).toContain("10⁻²");
  });
});

describe("wholeTicks", () => {
  it("takes multiples of a round number", () => {
    expect(wholeTicks(0, 4)).toEqual([0, 1, 2, 3, 4]);
    expect(wholeTicks(1, 51, 12)).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
    expect(wholeTicks(0, 20_000, 4)).toEqual([0, 5000, 10_000, 15_000, 20_000]);
    expect(wholeTicks(0, 0)).toEqual([0]);
  });
});

describe("percent", () => {
  it("writes a probability", () => {
    expect(percent(0.95)).toBe("95 %");
    expect(percent(0.999)).toBe("99.9 %");
    expect(percent(1 - 0.95)).toBe("5 %");
  });
});
