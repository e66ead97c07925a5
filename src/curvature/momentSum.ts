/** Sums of outer products of rows: what Kronecker factors are made of. */
import { inBlocks } from "../linalg/blocks.ts";
import { powerOfTwo, scale } from "../linalg/elements.ts";
import { type Matrix, type Reals, zeros } from "../linalg/matrix.ts";
import { addScaled } from "../linalg/plain.ts";
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
  add({ rows, cols, data }: Matrix<Reals>, scale: number): void {
    const { order } = this;
    if (data instanceof Float64Array) {
      const Z = { rows, cols, data };
      const A = cols < order ? divided(Z, 1, order, new Float64Array(rows * order)) : Z;
      kernels().syrk(A, this.matrix(), { transA: true, alpha: scale, beta: 1 });
      return;
    }
    // so that squares of small numbers are not zero and those of large ones not infinite; beside the constant small ones are nothing
    const largest = powerOfTwo(data);
    const unit = cols < order ? Math.max(1, largest) : largest;
    const A = divided({ rows, cols, data }, unit, order, DIVIDED.take(rows * order));
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

/** The rows, with a last 1 where they are shorter than `order`, divided by `unit`, a power of two; in `to`. */
function divided<T extends Reals>(
  { rows, cols, data }: Matrix<T>,
  unit: number,
  order: number,
  to: T,
): Matrix<T> {
  if (cols === order) {
    scale(1 / unit, data, to);
  } else {
    for (let i = 0; i < rows; i++) {
      to.set(data.subarray(i * cols, (i + 1) * cols), i * order);
      to[(i + 1) * order - 1] = 1;
    }
    if (unit !== 1) scale(1 / unit, to, to);
  }
  return { rows, cols: order, data: to };
}
