/** The rows of a regression problem, walked block by block: what every fit reads, whatever holds the table. */
import { DomainError, ShapeError } from "../errors.ts";
import { type Matrix, matrix, requireLength, zeros } from "../linalg/matrix.ts";

/** The name of the column of ones. A source that has it has it last. */
export const INTERCEPT = "(intercept)";

/** One block of consecutive rows. Readers keep nothing of it: a source may overwrite it for the next one. */
export interface RowBlock {
  /** `[n, P]`, the design columns; the intercept, if any, is the last and all ones */
  readonly X: Matrix;
  /** `[n, 1]`: the value, the 0/1 label, the class index or the count */
  readonly y: Matrix;
  /** `[n]`, finite and at least 0; what a weight means is an option of the fit */
  readonly weights?: Float64Array;
  /** `[n, 1]`, added to the linear predictor; not for the categorical family */
  readonly offset?: Matrix;
}

/** A column of labels behind indicator columns. */
export interface SourceFactor {
  readonly column: string;
  readonly base: string | undefined;
  readonly levels: readonly { readonly name: string; readonly rows: number }[];
}

/** Rows that can be walked several times, always in the same order. */
export interface RowSource {
  readonly rows: number;
  /** names of the P design columns, {@link INTERCEPT} last if there is one */
  readonly columns: readonly string[];
  /** the name of the target */
  readonly target: string;
  /** names of the levels in the order of their codes 0, 1, …, for labels */
  readonly classes?: readonly string[];
  /** columns of labels that became indicators: their base level has no column, and few rows of it are worth a warning */
  readonly factors?: readonly SourceFactor[];
  blocks(signal?: AbortSignal): AsyncIterable<RowBlock>;
}

/** Data of {@link arrayRows}. */
export interface ArrayRows {
  /** `[N, p]` without a column of ones */
  readonly X: Matrix;
  /** `[N]` or `[N, 1]` */
  readonly y: ArrayLike<number> | Matrix;
  /** names of the columns of X; default x1, x2, … */
  readonly columns?: readonly string[];
  readonly target?: string;
  readonly classes?: readonly string[];
  /** `[N]` */
  readonly weights?: ArrayLike<number>;
  /** `[N]` */
  readonly offset?: ArrayLike<number>;
  /** append a column of ones; default true */
  readonly intercept?: boolean;
  /** rows a block; default as many as fill about 1 MiB */
  readonly blockRows?: number;
}

/** Entries of one block that is not told otherwise: 1 MiB of doubles. */
const BLOCK_ENTRIES = 2 ** 17;

/** How many rows of `columns` entries a block has where nothing else decides. */
export function defaultBlockRows(columns: number): number {
  return Math.max(256, Math.floor(BLOCK_ENTRIES / Math.max(1, columns)));
}

/**
 * Rows of arrays in memory. Copies X once, to append the intercept. Throws `ShapeError` where lengths disagree,
 * `DomainError` for a name that occurs twice.
 *
 * @example
 * const rows = arrayRows({ X: matrix(3, 1, Float64Array.of(1, 2, 3)), y: [2, 4, 7], columns: ["dose"] });
 * rows.columns; // ["dose", "(intercept)"]
 */
export function arrayRows(data: ArrayRows): RowSource {
  const { X, intercept = true } = data;
  const rows = X.rows;
  const names = data.columns ?? Array.from({ length: X.cols }, (_, j) => `x${j + 1}`);
  requireLength(names.length, X.cols, "names of the columns");
  const columns = intercept ? [...names, INTERCEPT] : [...names];
  requireDistinct(columns);
  const design = intercept ? withOnes(X) : X;
  const y = column(data.y, rows, "target");
  const weights = data.weights && vector(data.weights, rows, "weights");
  const offset = data.offset && column(data.offset, rows, "offset");
  const blockRows = data.blockRows ?? defaultBlockRows(columns.length);
  if (!(Number.isSafeInteger(blockRows) && blockRows >= 1)) {
    throw new DomainError(`blockRows is ${blockRows}, expected a positive integer`);
  }
  return {
    rows,
    columns,
    target: data.target ?? "y",
    ...(data.classes && { classes: data.classes }),
    async *blocks(signal) {
      for (let start = 0; start < rows; start += blockRows) {
        signal?.throwIfAborted();
        const end = Math.min(rows, start + blockRows);
        yield {
          X: slice(design, start, end),
          y: slice(y, start, end),
          ...(weights && { weights: weights.subarray(start, end) }),
          ...(offset && { offset: slice(offset, start, end) }),
        };
      }
    },
  };
}

/** A block in pieces of at most `size` rows, as views. */
export function* pieces(block: RowBlock, size: number): Generator<RowBlock> {
  const { X, y, weights, offset } = block;
  if (X.rows <= size) {
    yield block;
    return;
  }
  for (let start = 0; start < X.rows; start += size) {
    const end = Math.min(X.rows, start + size);
    yield {
      X: slice(X, start, end),
      y: slice(y, start, end),
      ...(weights && { weights: weights.subarray(start, end) }),
      ...(offset && { offset: slice(offset, start, end) }),
    };
  }
}

/** Whether the last column is the intercept. */
export function hasIntercept({ columns }: Pick<RowSource, "columns">): boolean {
  return columns.at(-1) === INTERCEPT;
}

/** Throws {@link DomainError} naming the first name that occurs twice, or {@link INTERCEPT} where it is not the last. */
export function requireDistinct(columns: readonly string[]): void {
  const seen = new Set<string>();
  for (const [j, name] of columns.entries()) {
    if (name === INTERCEPT && j < columns.length - 1) {
      throw new DomainError(
        `column ${j + 1} is named "${INTERCEPT}": the name is reserved for the column of ones, which is the last`,
      );
    }
    if (seen.has(name)) throw new DomainError(`two columns are named "${name}"`);
    seen.add(name);
  }
}

function withOnes(X: Matrix): Matrix {
  const { rows, cols } = X;
  const design = zeros(rows, cols + 1);
  for (let i = 0; i < rows; i++) {
    design.data.set(X.data.subarray(i * cols, (i + 1) * cols), i * (cols + 1));
    design.data[i * (cols + 1) + cols] = 1;
  }
  return design;
}

function vector(values: ArrayLike<number>, rows: number, what: string): Float64Array {
  requireLength(values.length, rows, what);
  return Float64Array.from(values);
}

function column(values: ArrayLike<number> | Matrix, rows: number, what: string): Matrix {
  if ("data" in values) {
    if (values.cols !== 1) {
      throw new ShapeError(`${what}: found ${values.cols} columns, expected 1`);
    }
    return column(values.data, rows, what);
  }
  return matrix(rows, 1, vector(values, rows, what));
}

function slice({ cols, data }: Matrix, start: number, end: number): Matrix {
  return { rows: end - start, cols, data: data.subarray(start * cols, end * cols) };
}
