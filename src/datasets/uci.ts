/** Blank-separated tables with the columns of features and target in files of their own. */
import type { Matrix } from "../linalg/matrix.ts";
import type { SourceFile } from "./dataset.ts";
import { lineError, numericRows, readWhole, selectColumns, textLines } from "./lines.ts";

/**
 * Reads `X` `[N, P]` and `y` `[N]` from `data` (numbers set apart by blanks or tabs, a sample a line), `features`
 * and `target` (column numbers counted from 0, one a line; the target has one).
 * Throws `FormatError` with file and line.
 */
export function parseUci(
  data: SourceFile,
  features: SourceFile,
  target: SourceFile,
): { X: Matrix; y: Float64Array } {
  const table = numericRows(data.path, textLines(data), 0, "blank");
  const targets = columnNumbers(target, table.cols);
  if (targets.length !== 1) {
    throw lineError(target.path, 2, `${targets.length} column numbers`, "one");
  }
  return {
    X: selectColumns(table, columnNumbers(features, table.cols)),
    y: selectColumns(table, targets).data,
  };
}

function columnNumbers(file: SourceFile, columns: number): number[] {
  return textLines(file).map((line, i) =>
    readWhole(line.trim(), 0, columns - 1, "a column number", file.path, i + 1),
  );
}
