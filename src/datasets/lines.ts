/** Lines and numbers of text files, with errors that name file and line. */
import { FormatError } from "../errors.ts";
import { type Matrix, zeros } from "../linalg/matrix.ts";
import type { SourceFile } from "./dataset.ts";

/** The error of one line (counted from 1) of a file. */
export function lineError(
  path: string,
  line: number,
  found: string,
  expected: string,
): FormatError {
  return new FormatError(`${path}, line ${line}: found ${found}, expected ${expected}`);
}

/** `token` in quotes, cut where it is long: for messages. */
export function quoted(token: string): string {
  return JSON.stringify(token.length > 40 ? `${token.slice(0, 40)}…` : token);
}

/**
 * The lines of a UTF-8 text, either line ending, without the blank ones at its end.
 * Throws {@link FormatError} where the file is empty, not UTF-8, or has a blank line inside.
 */
export function textLines(file: SourceFile): string[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(file.bytes);
  } catch {
    throw new FormatError(`${file.path}: found bytes that are not UTF-8, expected text`);
  }
  const lines = text.split("\n").map((line) => line.trimEnd());
  while (lines.length > 0 && lines[lines.length - 1] === "") lines.pop();
  if (lines.length === 0) {
    throw new FormatError(`${file.path}: found an empty file, expected one sample a line`);
  }
  const blank = lines.indexOf("");
  if (blank >= 0) throw lineError(file.path, blank + 1, "a blank line", "a sample");
  return lines;
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A finite decimal number, or the {@link FormatError} of its line. */
export function readNumber(token: string, path: string, line: number): number {
  const value = decimal.test(token) ? Number(token) : Number.NaN;
  if (!Number.isFinite(value)) throw lineError(path, line, quoted(token), "a finite number");
  return value;
}

const whole = /^\d{1,15}$/;

/** A whole number from `least` to `most`, or the {@link FormatError} of its line. */
export function readWhole(
  token: string,
  least: number,
  most: number,
  what: string,
  path: string,
  line: number,
): number {
  const value = whole.test(token) ? Number(token) : Number.NaN;
  if (!(value >= least && value <= most)) {
    const range = Number.isFinite(most) ? `from ${least} to ${most}` : `of at least ${least}`;
    throw lineError(path, line, quoted(token), `${what} ${range}`);
  }
  return value;
}

/** How the numbers of a line are set apart. */
export type Separator = "comma" | "blank";

/**
 * The numbers of `lines` from index `first`, one row a line.
 * Throws {@link FormatError} where there is no line, a row has other than `columns` numbers (default: as
 * many as the first row), or something is not a finite number.
 */
export function numericRows(
  path: string,
  lines: readonly string[],
  first: number,
  separator: Separator,
  columns?: number,
): Matrix {
  const split =
    separator === "comma"
      ? (line: string) => line.split(",")
      : (line: string) => line.trim().split(/\s+/);
  if (lines.length <= first) {
    throw lineError(path, lines.length, "the end of the file", "a sample in the next line");
  }
  const cols = columns ?? split(lines[first]).length;
  const rows = zeros(lines.length - first, cols);
  for (let i = 0; i < rows.rows; i++) {
    const line = first + i + 1;
    const tokens = split(lines[first + i]);
    if (tokens.length !== cols) throw lineError(path, line, `${tokens.length} values`, `${cols}`);
    for (let j = 0; j < cols; j++) {
      rows.data[i * cols + j] = readNumber(tokens[j].trim(), path, line);
    }
  }
  return rows;
}

/** Columns `columns` of `A`, in that order, as a new matrix. */
export function selectColumns(A: Matrix, columns: readonly number[]): Matrix {
  const selected = zeros(A.rows, columns.length);
  for (let i = 0; i < A.rows; i++) {
    columns.forEach((from, j) => {
      selected.data[i * columns.length + j] = A.data[i * A.cols + from];
    });
  }
  return selected;
}

/** `A` without its last column, and that column. */
export function splitLastColumn(A: Matrix): { X: Matrix; y: Float64Array } {
  const features = Array.from({ length: A.cols - 1 }, (_, j) => j);
  return { X: selectColumns(A, features), y: selectColumns(A, [A.cols - 1]).data };
}

/** Throws the {@link FormatError} of the first label that is not 0, 1, …, `classes` − 1; row 0 is in line `firstLine`. */
export function checkLabels(
  path: string,
  firstLine: number,
  labels: Float64Array,
  classes: number,
): void {
  labels.forEach((label, i) => {
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw lineError(
        path,
        firstLine + i,
        `label ${label}`,
        `a class index from 0 to ${classes - 1}`,
      );
    }
  });
}
