import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  counted,
  displayWidth,
  entry,
  numberText,
  numberTexts,
  oneLine,
  pText,
  textTable,
  wrap,
} from "../../src/cli/reportLayout.ts";

describe("numbers", () => {
  it.each([
    [0.0123456, 4, "0.01235"],
    [123.456, 4, "123.5"],
    [99999.6, 4, "100000"],
    [1234567890, 4, "1.235e9"],
    [0.0000123, 3, "1.23e-5"],
    [-2e-300, 2, "-2e-300"],
    [0, 4, "0"],
    [Number.NaN, 4, "–"],
    [Number.POSITIVE_INFINITY, 4, "∞"],
    [Number.NEGATIVE_INFINITY, 4, "-∞"],
  ])("%d with %d digits is %s", (value, digits, text) => {
    expect(numberText(value, digits)).toBe(text);
  });

  it("of a column have the same decimals unless their sizes are far apart", () => {
    expect(numberTexts([0.5, 0.0625, -12], 3)).toEqual(["0.5000", "0.0625", "-12.0000"]);
    expect(numberTexts([1e-9, 3], 3)).toEqual(["1e-9", "3.00"]);
    expect(numberTexts([Number.NaN, 1], 3)).toEqual(["–", "1.00"]);
    expect(numberTexts([], 3)).toEqual([]);
  });

  it.each([
    [0, "<2.2e-16"],
    [2.1e-16, "<2.2e-16"],
    [2.3e-16, "2.3e-16"],
    [0.000099, "9.9e-5"],
    [0.00123, "0.0012"],
    [0.05, "0.050"],
    [1, "1.0"],
    [Number.NaN, "–"],
  ])("p = %d is %s, as R has it", (p, text) => {
    expect(pText(p)).toBe(text);
  });

  it("of things", () => {
    expect([counted(1, "row"), counted(12_345, "row")]).toEqual(["1 row", "12,345 rows"]);
  });
});

describe("text", () => {
  it("has the width of what a terminal shows", () => {
    expect(displayWidth("abc")).toBe(3);
    expect(displayWidth("価格")).toBe(4);
    expect(displayWidth("e\u0301")).toBe(1);
    expect(displayWidth("F̃")).toBe(1);
  });

  it("is wrapped between words, and nothing is lost", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 30 })),
        fc.integer({ min: 3, max: 40 }),
        (words, width) => {
          const text = words.map((word) => word.replaceAll(/\s/g, "_")).join(" ");
          const lines = wrap(text, width);
          for (const line of lines)
            expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(2, width));
          expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
        },
      ),
    );
    expect(entry("label", "aaa bbb", 70)).toEqual([`${"label".padEnd(70)}aaa bbb`]);
  });

  it("that breaks lines is shown as escapes", () => {
    expect(oneLine("a\nb\u0007\u001b[31m")).toBe("a\\nb\\u0007\\u001b[31m");
    expect(oneLine("\u202egpj.exe\u2069\u009b")).toBe("\\u202egpj.exe\\u2069\\u009b");
  });
});

describe("a table", () => {
  it("aligns what is wide, names groups, and gives long names a line of their own", () => {
    const long = "x".repeat(72);
    expect(
      textTable([
        { heading: "", cells: ["価格", long], align: "left" },
        { heading: "a", group: "both of them", cells: ["1.5", "10.5"] },
        { heading: "b", group: "both of them", cells: ["2", "3"] },
        { heading: "c", cells: ["left", "l"], align: "left" },
      ]),
    ).toEqual([
      `${" ".repeat(62)}both of them`,
      `${" ".repeat(68)}a    b  c`,
      `価格${" ".repeat(62)}1.5    2  left`,
      long,
      `${" ".repeat(65)}10.5    3  l`,
    ]);
  });
});
