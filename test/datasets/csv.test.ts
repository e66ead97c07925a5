import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLabelledCsv, parseNamedCsv, parsePlainCsv } from "../../src/datasets/csv.ts";
import { FormatError } from "../../src/errors.ts";
import { textFile } from "../support/files.ts";

const small = "2,3,no,yes\n1,-2.5,3e2,0\n.5,+4,6.,1\n";

describe("parseLabelledCsv", () => {
  it("reads shape, names, features and labels", () => {
    const { X, y, names } = parseLabelledCsv(textFile(small));
    expect([X.rows, X.cols]).toEqual([2, 3]);
    expect([...X.data]).toEqual([1, -2.5, 300, 0.5, 4, 6]);
    expect([...y]).toEqual([0, 1]);
    expect(names).toEqual(["no", "yes"]);
  });

  it("takes carriage returns, a byte-order mark and blank lines at the end", () => {
    const other = `\ufeff${small.replaceAll("\n", "\r\n")}\r\n\n`;
    expect(parseLabelledCsv(textFile(other))).toEqual(parseLabelledCsv(textFile(small)));
  });

  it.each([
    ["an empty file", "", "some.txt: found an empty file, expected one sample a line"],
    ["blank lines alone", "\n\r\n", "found an empty file"],
    ["another header", "a,b\n1,2\n", 'line 1: found "a", expected a number of rows from 1'],
    [
      "no class names",
      "1,1\n1,0\n",
      'line 1: found "1,1", expected N,P and the names of the classes',
    ],
    [
      "no samples",
      "1,1,a\n",
      "line 1: found the end of the file, expected a sample in the next line",
    ],
    [
      "a missing line",
      small.replace(/\n.5.*/, ""),
      "line 2: found 1 samples, expected 2, as line 1 says",
    ],
    ["an additional line", `${small}1,2,3,0\n`, "line 4: found 3 samples, expected 2"],
    ["a short row", small.replace(",-2.5", ""), "line 2: found 3 values, expected 4"],
    ["a long row", small.replace("\n.5,", "\n.5,7,"), "line 3: found 5 values, expected 4"],
    ["NaN", small.replace("-2.5", "NaN"), 'line 2: found "NaN", expected a finite number'],
    ["infinity", small.replace("3e2", "3e999"), 'line 2: found "3e999", expected a finite number'],
    ["an empty value", small.replace("-2.5", ""), 'line 2: found "", expected a finite number'],
    ["a hexadecimal", small.replace("-2.5", "0x10"), 'line 2: found "0x10"'],
    ["text", small.replace("+4", "four"), 'line 3: found "four"'],
    [
      "a label too large",
      small.replace(",1\n", ",2\n"),
      "line 3: found label 2, expected a class index from 0 to 1",
    ],
    ["a negative label", small.replace(",0\n", ",-1\n"), "line 2: found label -1"],
    ["half a label", small.replace(",0\n", ",0.5\n"), "line 2: found label 0.5"],
    [
      "a blank line inside",
      small.replace("\n.5", "\n\n.5"),
      "line 3: found a blank line, expected a sample",
    ],
  ])("refuses %s", (_, text, message) => {
    expect(() => parseLabelledCsv(textFile(text))).toThrow(FormatError);
    expect(() => parseLabelledCsv(textFile(text))).toThrow(message);
  });

  it("refuses bytes that are not UTF-8", () => {
    const bytes = Uint8Array.from([0x31, 0xff, 0xfe]);
    expect(() => parseLabelledCsv({ path: "x.csv", bytes })).toThrow(
      "x.csv: found bytes that are not UTF-8, expected text",
    );
  });
});

describe("parseNamedCsv", () => {
  const named = '2,1,,\n"A","MEDV"\n1,24\n2,-21.6\n';

  it("reads two header lines and real targets", () => {
    const { X, y, names } = parseNamedCsv(textFile(named));
    expect([...X.data]).toEqual([1, 2]);
    expect([...y]).toEqual([24, -21.6]);
    expect(names).toEqual(["A", "MEDV"]);
  });

  it.each([
    ["no second line", "2,1\n", "line 2: found 1 names, expected 2"],
    ["a name too few", named.replace('"A",', ""), "line 2: found 1 names, expected 2"],
    ["no samples", '2,1\n"A","B"\n', "line 2: found the end of the file"],
    ["a missing sample", '2,1\n"A","B"\n1,2', "line 3: found 1 samples, expected 2"],
  ])("refuses %s", (_, text, message) => {
    expect(() => parseNamedCsv(textFile(text))).toThrow(message);
  });
});

describe("parsePlainCsv", () => {
  it("reads features and labels without header", () => {
    const { X, y } = parsePlainCsv(textFile("0,5,9\n1,2,0\n"), 10);
    expect([...X.data]).toEqual([0, 5, 1, 2]);
    expect([...y]).toEqual([9, 0]);
  });

  it.each([
    [
      "a single column",
      "1\n2\n",
      "line 1: found 1 value, expected at least one feature and a label",
    ],
    [
      "a label outside",
      "1,2\n1,10\n",
      "line 2: found label 10, expected a class index from 0 to 9",
    ],
    ["ragged rows", "1,2\n1,2,3\n", "line 2: found 3 values, expected 2"],
  ])("refuses %s", (_, text, message) => {
    expect(() => parsePlainCsv(textFile(text), 10)).toThrow(message);
  });
});

describe("any input", () => {
  const real = fc.double({ noNaN: true, noDefaultInfinity: true });
  const table = fc.integer({ min: 1, max: 5 }).chain((columns) =>
    fc.array(fc.tuple(fc.array(real, { minLength: columns, maxLength: columns }), fc.nat(2)), {
      minLength: 1,
      maxLength: 8,
    }),
  );

  it("is read back exactly when it is a table", () => {
    fc.assert(
      fc.property(table, (rows) => {
        const lines = rows.map(([x, label]) => [...x, label].join(","));
        const text = [`${rows.length},${rows[0][0].length},a,b,c`, ...lines].join("\n");
        const { X, y } = parseLabelledCsv(textFile(text));
        // +0: text does not tell −0 from 0
        expect([...X.data].map((x) => x + 0)).toEqual(rows.flatMap(([x]) => x.map((v) => v + 0)));
        expect([...y]).toEqual(rows.map(([, label]) => label));
      }),
    );
  });

  it("is either read or refused with a FormatError", () => {
    const symbol = fc.constantFrom(...'0123456789,,,\n\n.-e ax\r"');
    fc.assert(
      fc.property(fc.string({ unit: symbol, maxLength: 40 }), (text) => {
        for (const parse of [
          parseLabelledCsv,
          parseNamedCsv,
          (file: ReturnType<typeof textFile>) => parsePlainCsv(file, 10),
        ]) {
          try {
            const { X, y } = parse(textFile(text));
            expect(X.rows).toBe(y.length);
            expect([...X.data, ...y].every(Number.isFinite)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
