/** Sums of outer products of rows: what Kronecker factors are made of. */
import { eachRow, inBlocks } from "../linalg/blocks.ts";
import { type Matrix, type Reals, zeros } from "../linalg/matrix.ts";
import { addScaled, writeScaled } from "../linalg/plain.ts";
import { kernels } from "../linalg/provider.ts";
import { Room } from "../linalg/room.ts";

/** `factor` times a matrix in single precision. */
interface Products {
  readonly data: Float32Array;
  readonly factor: number;
}

const DIVIDED = new Room();
const PRODUCTS = new Room();

/**
 * Σ scale · z zᵀ over the rows of all batches, `[order, order]`, added up in float64. The products of one batch of a float32
 * model have no more digits than float32 has, and stay in it until they are added to or asked for: half the memory.
 */
export class MomentSum {
  readonly order: number;
  #first: Products | undefined;
  #total: Matrix | undefined;

  constructor(order: number) {
    this.order = order;
  }

  /** Adds `scale` · Σ z zᵀ for the rows z of Z, with a constant 1 appended where they are one entry too short. */
  add<T extends Reals>(Z: Matrix<T>, scale: number): void {
    const { order } = this;
    const { rows, data } = Z;
    if (data instanceof Float64Array) {
      const numbers = Z.cols < order ? divided(Z, 1, order, new Float64Array(rows * order)) : data;
      const A = { rows, cols: order, data: numbers };
      kernels().syrk(A, this.matrix(), { transA: true, alpha: scale, beta: 1 });
      return;
    }
    // so that squares of small numbers are not zero and those of large ones not infinite; beside the constant small ones are nothing
    const largest = powerOfTwo(data);
    const unit = Z.cols < order ? Math.max(1, largest) : largest;
    const A = { rows, cols: order, data: divided(Z, unit, order, DIVIDED.take(rows * order)) };
    const isFirst = !this.#first && !this.#total;
    const products = isFirst ? new Float32Array(order ** 2) : PRODUCTS.take(order ** 2);
    kernels().syrk(A, { rows: order, cols: order, data: products }, { transA: true });
    const batch = { data: products, factor: scale * unit ** 2 };
    if (isFirst) this.#first = batch;
    else addProducts(batch, this.matrix());
  }

  /** Of all that was added. Not a copy, and not to be changed. */
  matrix(): Matrix {
    this.#total ??= zeros(this.order, this.order);
    if (this.#first) addProducts(this.#first, this.#total);
    this.#first = undefined;
    return this.#total;
  }
}

function addProducts({ data, factor }: Products, sum: Matrix): void {
  inBlocks(data.length, (start, end) => {
    addScaled(factor, data, start, sum.data, start, end - start);
  });
}

/** Writes the rows, with a last 1 where they are shorter than `order`, divided by `unit`, a power of two. */
function divided<T extends Reals>(
  { rows, cols, data }: Matrix<Reals>,
  unit: number,
  order: number,
  to: T,
): T {
  eachRow(rows, (i) => {
    writeScaled(1 / unit, data, i * cols, to, i * order, cols);
    if (cols < order) to[(i + 1) * order - 1] = 1 / unit;
  });
  return to;
}

/** The largest power of two that is not above the largest entry; 1 for zeros. */
function powerOfTwo(values: Reals): number {
  let most = 0;
  inBlocks(values.length, (start, end) => {
    most = Math.max(most, largestIn(values, start, end));
  });
  return most > 0 ? 2 ** Math.floor(Math.log2(most)) : 1;
}

function largestIn(values: Reals, start: number, end: number): number {
  let most = 0;
  for (let t = start; t < end; t++) most = Math.max(most, Math.abs(values[t]));
  return most;
}
