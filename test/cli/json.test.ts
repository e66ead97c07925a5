import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonText } from "../../src/cli/json.ts";

describe("jsonText", () => {
  it("keeps plain arrays on one line and opens everything else", () => {
    const value = {
      name: "a",
      none: {},
      empty: [],
      path: [
        [1, 2],
        [3, null],
      ],
      deep: { x: [1, 2] },
    };
    expect(jsonText(value)).toBe(
      [
        "{",
        '  "name": "a",',
        '  "none": {},',
        '  "empty": [],',
        '  "path": [',
        "    [1,2],",
        "    [3,null]",
        "  ],",
        '  "deep": {',
        '    "x": [1,2]',
        "  }",
        "}",
        "",
      ].join("\n"),
    );
  });

  it("leaves out members that are undefined, as JSON.stringify does", () => {
    expect(JSON.parse(jsonText({ a: undefined, b: 1 }))).toEqual({ b: 1 });
  });

  it("is read back as the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
