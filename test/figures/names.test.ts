import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shortened, visible } from "../../src/figures/names.ts";
import { measure } from "../../src/figures/words.ts";

const forbidden = /[\p{Cc}\p{Cs}\ufffe\uffff\u2028\u2029]/u;

describe("visible", () => {
  it("shows what cannot be seen, and leaves alone what can", () => {
    expect(visible("dose (mg/kg)")).toBe("dose (mg/kg)");
    expect(visible("Größe 身長 😀")).toBe("Größe 身長 😀");
    expect(visible("a\nb\u0000\u202ec")).toBe("a\\u{a}b\\u{0}\\u{202e}c");
    expect(visible("\ud800x")).toBe("\\u{d800}x");
    expect(visible("")).toBe("“”");
    expect(visible(" a")).toBe("“ a”");
  });

  it("gives one line that XML allows, whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const text = visible(name);
        expect(forbidden.test(text)).toBe(false);
        expect(text.trim()).toBe(text);
      }),
    );
  });
});

describe("shortened", () => {
  it("keeps both ends of a name, because names that are alike differ there", () => {
    expect(shortened("short", 10)).toBe("short");
    const [one, two] = ["first", "other"].map((end) =>
      shortened(`a very long name of a column, the ${end}`, 14),
    );
    expect(one).toMatch(/^a very.*….*first$/);
    expect(two).not.toBe(one);
  });

  it("is never wider than it may be", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.integer({ min: 3, max: 30 }), (name, width) => {
        expect(measure(shortened(name, width))).toBeLessThanOrEqual(width);
      }),
    );
    expect(measure(shortened("x".repeat(1e6), 9))).toBeLessThanOrEqual(9);
    expect(measure("日本語")).toBe(3);
  });
});
