/** Comma-separated tables in the three layouts that scikit-learn's data folder uses; the target is the last column. */
import type { Matrix } from "../linalg/matrix.ts";
import type { SourceFile } from "./dataset.ts";
import {
  checkLabels,
  lineError,
  numericRows,
  quoted,
  readWhole,
  splitLastColumn,
  textLines,
} from "./lines.ts";

/** What a CSV file holds: `X` `[N, P]`, `y` `[N]`. */
export interface CsvTable {
  readonly X: Matrix;
  readonly y: Float64Array;
  /** the names in the header: of the classes, or of the columns with the target's last; none without header */
  readonly names: readonly string[];
}

/**
 * A first line `N,P,name of class 0,name of class 1,…`, then N lines of P features and a class index.
 *
 *     parseLabelledCsv(file)   // 150,4,setosa,versicolor,virginica
 *
 * Throws `FormatError` where the file is not that, for example shorter than its first line says.
 */
export function parseLabelledCsv(file: SourceFile): CsvTable {
  const lines = textLines(file);
  const { rows, columns, rest } = sizes(file.path, lines[0]);
  if (rest.length === 0 || rest.includes("")) {
    throw lineError(file.path, 1, quoted(lines[0]), "N,P and the names of the classes");
  }
  const table = counted(file.path, lines, 1, rows, columns);
  checkLabels(file.path, 2, table.y, rest.length);
  return { ...table, names: rest };
}

/**
 * A first line `N,P,,…`, a second line with the quoted names of the columns, then N lines of P features and a
 * real target. Throws `FormatError` where the file is not that.
 */
export function parseNamedCsv(file: SourceFile): CsvTable {
  const lines = textLines(file);
  const { rows, columns } = sizes(file.path, lines[0]);
  const names = (lines[1] ?? "").split(",").map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
  if (names.length !== columns + 1) {
    throw lineError(file.path, 2, `${names.length} names`, `${columns + 1}`);
  }
  return { ...counted(file.path, lines, 2, rows, columns), names };
}

/** No header: features, then a class index below `classes`. Throws `FormatError` where the file is not that. */
export function parsePlainCsv(file: SourceFile, classes: number): CsvTable {
  const table = numericRows(file.path, textLines(file), 0, "comma");
  if (table.cols < 2) throw lineError(file.path, 1, "1 value", "at least one feature and a label");
  const { X, y } = splitLastColumn(table);
  checkLabels(file.path, 1, y, classes);
  return { X, y, names: [] };
}

function sizes(path: string, line: string): { rows: number; columns: number; rest: string[] } {
  const tokens = line.split(",").map((token) => token.trim());
  const rows = readWhole(tokens[0], 1, 1e9, "a number of rows", path, 1);
  const columns = readWhole(tokens[1] ?? "", 1, 1e6, "a number of features", path, 1);
  return { rows, columns, rest: tokens.slice(2) };
}

function counted(
  path: string,
  lines: readonly string[],
  first: number,
  rows: number,
  columns: number,
): { X: Matrix; y: Float64Array } {
  const table = numericRows(path, lines, first, "comma", columns + 1);
  if (table.rows !== rows) {
    throw lineError(path, lines.length, `${table.rows} samples`, `${rows}, as line 1 says`);
  }
  return splitLastColumn(table);
}
