import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";
import { ratioBand } from "../../src/statistics/ratioBand.ts";

/** B rows of D normal logarithms with these standard deviations around `center`. */
function rowsOf(
  B: number,
  deviations: readonly number[],
  center: number,
  seed: number,
): Float64Array[] {
  const random = stream(seed, "ratios");
  return Array.from({ length: B }, () =>
    Float64Array.from(deviations, (deviation) => center + deviation * random.normal()),
  );
}

describe("the band of ratios", () => {
  it("holds all coefficients of 95 % of other fits at once, each in its own width", () => {
    const deviations = [0.05, 0.05, 1];
    const inside = (found: ReturnType<typeof ratioBand>, row: Float64Array): boolean =>
      row.every((v, t) => Math.exp(v) >= found!.lower[t] && Math.exp(v) <= found!.upper[t]);
    const others = rowsOf(2000, deviations, -1.5, 1);
    const shares = Array.from({ length: 20 }, (_, k) => {
      const found = ratioBand(rowsOf(199, deviations, -1.5, 2 + k), 0.95);
      return others.filter((row) => inside(found, row)).length / others.length;
    });
    // each band's coverage varies by about .02; the mean of 20 by .005
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(Math.abs(mean - 0.95)).toBeLessThan(0.02);
    const found = ratioBand(rowsOf(999, deviations, -1.5, 0), 0.95)!;
    // Šidák: the quantile of |z| for three independent ones is 2.39
    for (let t = 0; t < 3; t++) {
      expect(Math.log(found.median[t])).toBeCloseTo(-1.5, t === 2 ? 0 : 1);
      expect(Math.log(found.upper[t] / found.lower[t]) / 2 / deviations[t] / 2.39).toBeCloseTo(
        1,
        0,
      );
    }
  });

  it("keeps the sides of a skewed coefficient apart", () => {
    const random = stream(3, "ratios");
    const rows = Array.from({ length: 400 }, () => {
      const z = random.normal();
      return Float64Array.of(z > 0 ? z : 0.1 * z);
    });
    const { lower, median, upper } = ratioBand(rows, 0.95)!;
    const [below, above] = [-Math.log(lower[0] / median[0]), Math.log(upper[0] / median[0])];
    expect(above / below).toBeGreaterThan(6);
  });

  it("leaves out fits without standard errors, and is not made from fewer than 19", () => {
    const rows = rowsOf(19, [0.1], 0, 5);
    const broken = Float64Array.of(Number.NaN);
    expect(ratioBand([...rows, broken], 0.95)).toEqual(ratioBand(rows, 0.95));
    expect(ratioBand(rows.slice(1), 0.95)).toBeUndefined();
    expect(
      ratioBand(
        Array.from({ length: 199 }, () => broken),
        0.95,
      ),
    ).toBeUndefined();
  });

  it("is a point where nothing varies", () => {
    const { lower, median, upper } = ratioBand(
      Array.from({ length: 30 }, () => Float64Array.of(Math.log(2))),
      0.95,
    )!;
    expect([lower[0], median[0], upper[0]]).toEqual([2, 2, 2].map((v) => Math.exp(Math.log(v))));
  });
});
