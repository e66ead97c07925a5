import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contourLevels,
  iterationTicks,
  linearTicks,
  logMargin,
  logTicks,
  plain,
  power,
} from "../../src/figures/ticks.ts";

const spoken = (range: [number, number]): (string | undefined)[] =>
  logTicks(range)
    .filter((tick) => tick.text)
    .map((tick) => tick.text);

describe("numbers on axes", () => {
  it("have a true minus sign", () => {
    expect(plain(-1.5)).toBe("−1.5");
    expect(linearTicks([-1, 0]).map((tick) => tick.text)).toEqual(["−1", "0"]);
  });

  it("are powers of ten with raised exponents", () => {
    expect(power(-10)).toBe("10⁻¹⁰");
    expect(power(23)).toBe("10²³");
  });
});

describe("logTicks", () => {
  it("names the powers of ten and marks their multiples", () => {
    expect(spoken([0.0005, 0.8])).toEqual(["10⁻³", "10⁻²", "10⁻¹"]);
    expect(logTicks([1, 10]).map((tick) => tick.value)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("names multiples where fewer than two powers are in sight", () => {
    expect(spoken([0.28, 1])).toEqual(["4×10⁻¹", "6×10⁻¹", "10⁰"]);
    expect(spoken([35, 200])).toEqual(["4×10¹", "6×10¹", "10²", "2×10²"]);
    expect(spoken([11, 14])).toEqual([]);
    expect(spoken([20, 45])).toEqual(["2×10¹", "3×10¹", "4×10¹"]);
  });

  it("thins powers over many decades, and leaves out multiples there", () => {
    const ticks = logTicks([1e-20, 1e10]);
    const exponents = ticks.filter((t) => t.text).map((t) => Math.round(Math.log10(t.value)));
    expect(exponents).toEqual([-18, -12, -6, 0, 6]);
    expect(ticks).toHaveLength(31);
  });

  it("stays within the axis", () => {
    const positive = fc.double({ min: 1e-12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(positive, fc.double({ min: 1.01, max: 1e9, noNaN: true }), (low, factor) => {
        const high = low * factor;
        for (const { value } of logTicks([low, high])) {
          expect(value).toBeGreaterThanOrEqual(low * (1 - 1e-8));
          expect(value).toBeLessThanOrEqual(high * (1 + 1e-8));
        }
      }),
    );
  });
});

describe("logMargin", () => {
  it("adds the same number of decades on both sides", () => {
    const [low, high] = logMargin([1e-3, 1e2], 0.1);
    expect(Math.log10(low)).toBeCloseTo(-3.5, 12);
    expect(Math.log10(high)).toBeCloseTo(2.5, 12);
  });

  it("opens a range of one value", () => {
    const [low, high] = logMargin([3, 3]);
    expect(low).toBeLessThan(3);
    expect(high).toBeGreaterThan(3);
  });
});

describe("iterationTicks", () => {
  it("takes quarters, else halves, else the ends", () => {
    expect(iterationTicks(100)).toEqual([0, 25, 50, 75, 100]);
    expect(iterationTicks(50)).toEqual([0, 25, 50]);
    expect(iterationTicks(7)).toEqual([0, 7]);
  });
});

describe("contourLevels", () => {
  it("takes the steps of the paper's plots", () => {
    expect(contourLevels(0.5, 30.2, 5)).toEqual([5, 10, 15, 20, 25, 30]);
    expect(contourLevels(0.532, 0.561, 4)).toEqual([0.534, 0.54, 0.546, 0.552, 0.558]);
    expect(contourLevels(-1, 1, 4)).toEqual([-0.8, -0.4, 0, 0.4, 0.8]);
  });

  it("has none on a plane or on nothing", () => {
    expect(contourLevels(2, 2, 4)).toEqual([]);
    expect(contourLevels(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 4)).toEqual([]);
  });

  it("gives between half of and two more than the count, strictly inside, at equal distances", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.double({ min: 1e-2, max: 1e4, noNaN: true }),
        fc.integer({ min: 2, max: 12 }),
        (low, range, count) => {
          const levels = contourLevels(low, low + range, count);
          expect(levels.length).toBeGreaterThanOrEqual(Math.floor(count / 2));
          expect(levels.length).toBeLessThanOrEqual(count + 2);
          expect(levels.every((level) => level > low && level < low + range)).toBe(true);
          const gaps = levels.slice(1).map((level, i) => level - levels[i]!);
          for (const gap of gaps) expect(gap / gaps[0]!).toBeCloseTo(1, 6);
        },
      ),
    );
  });
});
