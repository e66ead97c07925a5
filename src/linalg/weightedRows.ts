/**
 * Some rows of a design matrix and a weighted copy of them, in the memory of a WebAssembly instance: writing the copy
 * there takes a third of the time of a plain loop, and every provider of kernels reads both.
 */
import { type Matrix, requireLength } from "./matrix.ts";
import { bytes } from "./rowKernels.generated.ts";
import { requireMemory } from "./shapes.ts";
import { decodeBase64 } from "./wasm.ts";

interface RowExports {
  weightRows(
    rows: number,
    cols: number,
    X: number,
    weights: number,
    last: number,
    panel: number,
  ): void;
  multiplyRows(rows: number, cols: number, X: number, theta: number, outputs: number): void;
  sumRows(rows: number, cols: number, X: number, factors: number, sums: number): void;
  largestOfRows(rows: number, cols: number, X: number, largest: number): void;
}

const PAGE = 65536;

let compiled: WebAssembly.Module | undefined;

/** Instances that are not in use: each holds an address space, of which a process has few. */
const idle: WeightedRows[] = [];
const KEPT = 8;

/** Room as {@link WeightedRows} has it, used before if there is such a one. Give it back to {@link returnRows}. */
export function borrowRows(capacity: number, cols: number): WeightedRows {
  const found = idle.findIndex((rows) => rows.capacity === capacity && rows.cols === cols);
  return found < 0 ? new WeightedRows(capacity, cols) : idle.splice(found, 1)[0];
}

/** Lets others use it. */
export function returnRows(rows: WeightedRows): void {
  idle.push(rows);
  if (idle.length > KEPT) idle.shift();
}

/** Room for `capacity` rows of `cols` columns. Throws `ShapeError` for more than 2 GiB. */
export class WeightedRows {
  readonly capacity: number;
  readonly cols: number;
  /** w, `[capacity]` */
  readonly weights: Float64Array;
  /** what becomes the last column of the panel, `[capacity]` */
  readonly last: Float64Array;
  readonly #X: Float64Array;
  readonly #panel: Float64Array;
  readonly #ofColumns: Float64Array;
  readonly #outputs: Float64Array;
  readonly #exports: RowExports;

  constructor(capacity: number, cols: number) {
    this.capacity = capacity;
    this.cols = cols;
    requireMemory(capacity + 1, 2 * cols + 4, "rows to be weighted");
    const size = (capacity * (2 * cols + 4) + cols) * Float64Array.BYTES_PER_ELEMENT;
    const memory = new WebAssembly.Memory({ initial: 1 + Math.ceil(size / PAGE) });
    // The first page belongs to the kernel's constants.
    let top = PAGE;
    const take = (length: number): Float64Array => {
      const view = new Float64Array(memory.buffer, top, length);
      top += view.byteLength;
      return view;
    };
    this.#X = take(capacity * cols);
    this.#panel = take(capacity * (cols + 1));
    this.weights = take(capacity);
    this.last = take(capacity);
    this.#outputs = take(capacity);
    this.#ofColumns = take(cols);
    compiled ??= new WebAssembly.Module(decodeBase64(bytes));
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
    this.#exports = exports as unknown as RowExports;
  }

  /** Copies rows X `[n, cols]`, n ≤ capacity, and returns them as they lie here, until the next load. */
  load({ rows, cols, data }: Matrix): Matrix {
    requireLength(cols, this.cols, "columns of rows to be weighted");
    this.#X.set(data);
    return { rows, cols, data: this.#X.subarray(0, rows * cols) };
  }

  /** The first n of the loaded rows as [w_n x_n, last_n], `[n, cols + 1]`, until the next call. */
  panel(rows: number): Matrix {
    const cols = this.cols + 1;
    this.#exports.weightRows(
      rows,
      this.cols,
      this.#X.byteOffset,
      this.weights.byteOffset,
      this.last.byteOffset,
      this.#panel.byteOffset,
    );
    return { rows, cols, data: this.#panel.subarray(0, rows * cols) };
  }

  /**
   * X θ of the first n of the loaded rows, `[n]`, until the next call. Here and not by a `dgemv`, whose threads wait
   * for each other: on a busy machine that takes longer than the product.
   */
  multiply(rows: number, theta: Float64Array): Float64Array {
    requireLength(theta.length, this.cols, "coefficients of rows");
    this.#ofColumns.set(theta);
    this.#exports.multiplyRows(
      rows,
      this.cols,
      this.#X.byteOffset,
      this.#ofColumns.byteOffset,
      this.#outputs.byteOffset,
    );
    return this.#outputs.subarray(0, rows);
  }

  /** Σ_n last_n x_n over the first n of the loaded rows, `[cols]`, until the next call of any method. */
  sum(rows: number): Float64Array {
    this.#exports.sumRows(
      rows,
      this.cols,
      this.#X.byteOffset,
      this.last.byteOffset,
      this.#ofColumns.byteOffset,
    );
    return this.#ofColumns;
  }

  /** The largest |x| of each column of the first n of the loaded rows, `[cols]`, NaN included, until the next call. */
  largest(rows: number): Float64Array {
    this.#exports.largestOfRows(rows, this.cols, this.#X.byteOffset, this.#ofColumns.byteOffset);
    return this.#ofColumns;
  }
}
