import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLibsvm } from "../../src/datasets/libsvm.ts";
import { FormatError } from "../../src/errors.ts";
import { textFile } from "../support/files.ts";

describe("parseLibsvm", () => {
  it("reads rows, indices from 1, and labels as class indices", () => {
    const text = "-1 1:0.5 4:-2\n+1 \n-1 2:1 3:1e1 \n";
    const { X, y } = parseLibsvm(textFile(text), { columns: 5, labels: [-1, 1] });
    expect([X.rows, X.cols]).toEqual([3, 5]);
    expect([...X.rowPointers]).toEqual([0, 2, 2, 4]);
    expect([...X.columns]).toEqual([0, 3, 1, 2]);
    expect([...X.values]).toEqual([0.5, -2, 1, 10]);
    expect([...y]).toEqual([0, 1, 0]);
  });

  it("takes the largest index as width and labels as targets where it is not told them", () => {
    const { X, y } = parseLibsvm(textFile("-7.5 3:1\n2 2:1"));
    expect(X.cols).toBe(3);
    expect([...y]).toEqual([-7.5, 2]);
  });

  it.each([
    ["an empty file", "", "found an empty file"],
    ["a label not in the list", "2 1:1", 'line 1: found label "2", expected one of -1, 1'],
    ["a label that is no number", "yes 1:1", 'line 1: found "yes", expected a finite number'],
    ["a pair without colon", "1 1:1\n-1 17", 'line 2: found "17", expected index:value'],
    ["index 0", "1 0:1", 'line 1: found "0", expected an index from 1 to 5'],
    ["an index out of range", "1 6:1", 'line 1: found "6", expected an index from 1 to 5'],
    ["a broken index", "1 1.5:1", 'line 1: found "1.5", expected an index'],
    [
      "indices that do not ascend",
      "1 3:1 2:1",
      "line 1: found index 2 after 3, expected ascending indices",
    ],
    ["an index twice", "1 3:1 3:1", "line 1: found index 3 after 3"],
    ["a missing value", "1 3:", 'line 1: found "", expected a finite number'],
    ["NaN", "1 3:nan", 'line 1: found "nan", expected a finite number'],
  ])("refuses %s", (_, text, message) => {
    const parse = () => parseLibsvm(textFile(text), { columns: 5, labels: [-1, 1] });
    expect(parse).toThrow(FormatError);
    expect(parse).toThrow(message);
  });

  it("reads back any sparse table", () => {
    const row = fc.dictionary(
      fc.integer({ min: 1, max: 30 }).map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
        // whole-number keys of an object come in ascending order
        const text = rows.map((pairs) =>
          ["1", ...Object.entries(pairs).map(([index, value]) => `${index}:${value}`)].join(" "),
        );
        const { X } = parseLibsvm(textFile(text.join("\n")), { columns: 30 });
        rows.forEach((pairs, i) => {
          const [from, to] = [X.rowPointers[i], X.rowPointers[i + 1]];
          expect([...X.columns.subarray(from, to)]).toEqual(Object.keys(pairs).map((k) => +k - 1));
          expect([...X.values.subarray(from, to)].map((v) => v + 0)).toEqual(
            Object.values(pairs).map((v) => v + 0),
          );
        });
      }),
    );
  });

  it("either reads or refuses with a FormatError", () => {
    const symbol = fc.constantFrom(..."0123456789:: \n.-+e");
    fc.assert(
      fc.property(fc.string({ unit: symbol, maxLength: 40 }), (text) => {
        try {
          const { X, y } = parseLibsvm(textFile(text));
          expect(X.rowPointers.length).toBe(y.length + 1);
          expect(X.columns.every((column) => column < X.cols)).toBe(true);
          expect(X.values.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
