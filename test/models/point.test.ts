import { describe, expect, it } from "vitest";
import { heldPoint } from "../../src/models/point.ts";

describe("a held point", () => {
  it("is a copy, and its own copy", () => {
    const theta = Float64Array.of(1, 2, 3);
    const held = heldPoint(theta, 3);
    theta[0] = 9;
    expect([...held]).toEqual([1, 2, 3]);
    expect(heldPoint(held, 3)).toBe(held);
    expect(heldPoint(theta, 3)).not.toBe(theta);
  });

  it("has the length of the parameters and finite entries", () => {
    expect(() => heldPoint(Float64Array.of(1, 2), 3)).toThrow("theta: found length 2, expected 3");
    expect(() => heldPoint(heldPoint(Float64Array.of(1, 2), 2), 3)).toThrow("found length 2");
    for (let bad = 0; bad < 7; bad++) {
      const theta = new Float32Array(7);
      theta[bad] = bad % 2 ? Number.NaN : Number.NEGATIVE_INFINITY;
      expect(() => heldPoint(theta, 7)).toThrow(`theta: entry ${bad} is ${theta[bad]}`);
    }
  });
});
