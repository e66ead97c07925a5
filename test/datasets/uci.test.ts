import { describe, expect, it } from "vitest";
import { parseUci } from "../../src/datasets/uci.ts";
import { FormatError } from "../../src/errors.ts";
import { textFile } from "../support/files.ts";

const parse = (data: string, features: string, target: string) =>
  parseUci(
    textFile(data, "data.txt"),
    textFile(features, "index_features.txt"),
    textFile(target, "index_target.txt"),
  );

describe("parseUci", () => {
  it("reads blanks and tabs, an empty last line, and the columns it is told", () => {
    const { X, y } = parse("1.0 \t2 \t3 \n -4\t5   6\n\n", "2\n0\n", "1\n");
    expect([X.rows, X.cols]).toEqual([2, 2]);
    expect([...X.data]).toEqual([3, 1, 6, -4]);
    expect([...y]).toEqual([2, 5]);
  });

  it.each([
    ["ragged rows", "1 2 3\n4 5\n", "0", "1", "data.txt, line 2: found 2 values, expected 3"],
    ["a question mark", "1 ? 3", "0", "1", 'data.txt, line 1: found "?", expected a finite number'],
    ["no data", "", "0", "1", "data.txt: found an empty file"],
    [
      "a feature column too far",
      "1 2",
      "0\n2",
      "1",
      'index_features.txt, line 2: found "2", expected a column number from 0 to 1',
    ],
    ["a negative column", "1 2", "-1", "1", 'index_features.txt, line 1: found "-1"'],
    ["no features", "1 2", "\n", "1", "index_features.txt: found an empty file"],
    [
      "two targets",
      "1 2",
      "0",
      "0\n1",
      "index_target.txt, line 2: found 2 column numbers, expected one",
    ],
    ["a target column too far", "1 2", "0", "7", 'index_target.txt, line 1: found "7"'],
  ])("refuses %s", (_, data, features, target, message) => {
    expect(() => parse(data, features, target)).toThrow(FormatError);
    expect(() => parse(data, features, target)).toThrow(message);
  });
});
