/** The sparse text format of LIBSVM: `label index:value index:value …`, indices counted from 1 and ascending. */
import { type SparseMatrix, sparse } from "../linalg/sparse.ts";
import type { SourceFile } from "./dataset.ts";
import { lineError, quoted, readNumber, readWhole, textLines } from "./lines.ts";

export interface LibsvmOptions {
  /** P. Default: the largest index found */
  readonly columns?: number;
  /** the labels of the file, in the order of the class indices that they get; without it labels are real targets */
  readonly labels?: readonly number[];
}

/**
 * Reads `[N, P]` sparse rows and `[N]` targets.
 *
 *     parseLibsvm(file, { columns: 119, labels: [-1, 1] })   // y: −1 → 0, +1 → 1
 *
 * Throws `FormatError` with the line of a pair that is not `index:value`, an index out of range or not above the
 * one before it, a value that is not finite, or a label that is not among `labels`.
 */
export function parseLibsvm(
  file: SourceFile,
  options: LibsvmOptions = {},
): { X: SparseMatrix; y: Float64Array } {
  const lines = textLines(file);
  const { labels } = options;
  const most = options.columns ?? 2 ** 31 - 1;
  const y = new Float64Array(lines.length);
  const rowPointers = new Int32Array(lines.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  let largest = 0;
  lines.forEach((text, i) => {
    const line = i + 1;
    const [label, ...pairs] = text.trim().split(/\s+/);
    const value = readNumber(label, file.path, line);
    y[i] = labels ? labels.indexOf(value) : value;
    if (y[i] < 0 && labels) {
      throw lineError(file.path, line, `label ${quoted(label)}`, `one of ${labels.join(", ")}`);
    }
    let previous = 0;
    for (const pair of pairs) {
      const colon = pair.indexOf(":");
      if (colon < 0) throw lineError(file.path, line, quoted(pair), "index:value");
      const index = readWhole(pair.slice(0, colon), 1, most, "an index", file.path, line);
      if (index <= previous) {
        throw lineError(file.path, line, `index ${index} after ${previous}`, "ascending indices");
      }
      previous = index;
      columns.push(index - 1);
      values.push(readNumber(pair.slice(colon + 1), file.path, line));
    }
    largest = Math.max(largest, previous);
    rowPointers[line] = columns.length;
  });
  const X = sparse(
    lines.length,
    options.columns ?? largest,
    rowPointers,
    Int32Array.from(columns),
    Float64Array.from(values),
  );
  return { X, y };
}
