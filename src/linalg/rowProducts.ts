/** Rows R `[r, D]` by what they do, held or not. */
import { type Matrix, zeros } from "./matrix.ts";
import { kernels } from "./provider.ts";
import { requireMemory } from "./shapes.ts";

/** R `[r, D]` */
export interface RowProducts {
  /** r */
  readonly count: number;
  /** D */
  readonly dimension: number;
  /** R Rᵀ, `[r, r]` */
  readonly gram: Matrix;
  /** that the rows hold, without the Gram matrix */
  readonly bytes: number;
  /** R v, `[D] → [r]` */
  multiply(v: Float64Array): Float64Array;
  /** Rᵀ u, `[r] → [D]` */
  combine(u: Float64Array): Float64Array;
  /** the sums of squares of the columns, `[D]` */
  squares(): Float64Array;
  /** R itself, where it is held */
  readonly matrix?: Matrix;
}

/** Rows that are held, not copied; their Gram matrix is made here. Throws `ShapeError` where it would not fit. */
export function heldRows(R: Matrix): RowProducts {
  const { rows: count, cols: dimension, data } = R;
  requireMemory(count, count, "Gram matrix of rows");
  const gram = zeros(count, count);
  kernels().syrk(R, gram);
  const product = (x: Float64Array, length: number, transA: boolean): Float64Array => {
    const y = new Float64Array(length);
    kernels().gemv(R, x, y, { transA });
    return y;
  };
  return {
    count,
    dimension,
    gram,
    bytes: data.byteLength,
    matrix: R,
    multiply: (v) => product(v, count, false),
    combine: (u) => product(u, dimension, true),
    squares() {
      const sums = new Float64Array(dimension);
      for (let t = 0; t < data.length; t++) sums[t % dimension] += data[t] ** 2;
      return sums;
    },
  };
}
