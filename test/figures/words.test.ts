import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measure, wrap } from "../../src/figures/words.ts";

describe("measure", () => {
  it("knows that characters differ in width", () => {
    expect(measure("iiii")).toBeLessThan(measure("nnnn"));
    expect(measure("nnnn")).toBeLessThan(measure("WWWW"));
    expect(measure("")).toBe(0);
  });
});

describe("wrap", () => {
  it("keeps words whole and the lines about equally long", () => {
    const text = "one two three four five six seven eight";
    const lines = wrap(text, 10);
    expect(lines.join(" ")).toBe(text);
    expect(lines).toHaveLength(2);
    expect(Math.abs(measure(lines[0]!) - measure(lines[1]!))).toBeLessThan(3);
  });

  it("breaks a word that is wider than a line", () => {
    const path = "/a/very/long/folder/without/any/space/in/its/name";
    const lines = wrap(path, 8);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join("")).toBe(path);
  });

  it("loses no character and exceeds no line", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.integer({ min: 3, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join("").replace(/\s/gu, "")).toBe(text.replace(/\s/gu, ""));
        for (const line of lines) expect(measure(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
