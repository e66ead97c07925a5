import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.ts";
import { axpy, cosine, dot, norm } from "../../src/linalg/vector.ts";
import { numbers } from "../support/matrices.ts";

const vectors = fc.array(fc.integer({ min: -99, max: 99 }), { maxLength: 20 });

describe("vector", () => {
  it("dot is the sum of products, in both types", () => {
    fc.assert(
      fc.property(vectors, (x) => {
        const y = x.map((value, i) => value - i);
        const sum = x.reduce((s, value, i) => s + value * y[i], 0);
        expect(dot(Float64Array.from(x), Float64Array.from(y)) + 0).toBe(sum + 0);
        expect(dot(Float32Array.from(x), Float32Array.from(y)) + 0).toBe(sum + 0);
      }),
    );
  });

  it("norm stays in the range of doubles", () => {
    expect(norm(new Float64Array(0))).toBe(0);
    expect(norm(new Float64Array(3))).toBe(0);
    expect(norm(Float64Array.of(3, -4))).toBe(5);
    for (const scale of [2 ** -1060, 2 ** -600, 2 ** 600, 2 ** 1020]) {
      expect(norm(Float64Array.of(3 * scale, -4 * scale))).toBe(5 * scale);
    }
    expect(norm(Float64Array.of(1, -Infinity))).toBe(Infinity);
    expect(norm(Float64Array.of(Infinity, Number.NaN))).toBeNaN();
  });

  it("axpy adds in place", () => {
    const y = Float64Array.of(1, 2);
    axpy(3, Float64Array.of(10, 20), y);
    expect([...y]).toEqual([31, 62]);
  });

  it("cosine does not depend on lengths", () => {
    const [x, y] = [numbers(9, 1), numbers(9, 2)];
    const expected = dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
    expect(cosine(x, y)).toBeCloseTo(expected, 14);
    const far = y.map((v) => v * 1e-200);
    expect(
      cosine(
        x.map((v) => v * 1e200),
        far,
      ),
    ).toBeCloseTo(expected, 14);
    expect(cosine(x, x)).toBeLessThanOrEqual(1);
    expect(cosine(x, new Float64Array(9))).toBeNaN();
  });

  it("refuses lengths that differ", () => {
    const [a, b] = [new Float64Array(2), new Float64Array(3)];
    expect(() => dot(a, b)).toThrow(ShapeError);
    expect(() => axpy(1, a, b)).toThrow(ShapeError);
    expect(() => cosine(a, b)).toThrow(ShapeError);
  });
});
