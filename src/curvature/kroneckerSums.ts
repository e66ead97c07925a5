/**
 * The Kronecker factors of layers whose rows are Σ_r g_nkr a_nrᵀ, summed over batches of any sizes in float64, in the one
 * normal form that KFAC has: samples × positions × features.
 */
import { ShapeError } from "../errors.ts";
import { inBlocks } from "../linalg/blocks.ts";
import { type Matrix, type Reals, reals, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { Room } from "../linalg/room.ts";
import type { OuterProducts, WeightRows } from "../models/weightRows.ts";

/** How positions that share a weight are summed up: Eschenhagen et al. 2023, sections 3.2 and 3.3. */
export type Sharing = "expand" | "reduce";

/** The scale of the factors. */
export interface FactorScale {
  /** N */
  readonly samples: number;
  /** w */
  readonly weight: number;
  readonly sharing: Sharing;
}

/** The factors of a weight matrix: sums over the samples so far. */
export interface KroneckerSum {
  /** the layer's name, with the group of a grouped convolution */
  readonly name: string;
  /** the index in θ of entry (o, i) of the joint weight at o · (in + 1) + i, the bias last */
  readonly indices: Int32Array;
  /** A = (1/NR) Σ ã ãᵀ with ã = (a, 1) for a bias, `[in + 1, in + 1]`; R is 1 for `reduce` */
  readonly right: Matrix;
  /** G = w Σ g gᵀ, `[out, out]` */
  readonly left: Matrix;
}

/** An empty sum for each weight matrix of a layer. */
export function kroneckerSums<T extends Reals>(
  { layer }: WeightRows<T>,
  products: readonly OuterProducts<T>[],
  limit: number,
): KroneckerSum[] {
  return products.map(({ inputs: a, gradients: g, weight, bias }, i) => {
    const [I, O] = [a.cols, g.cols];
    const width = bias === undefined ? I : I + 1;
    const bytes = 8 * (width ** 2 + O ** 2);
    if (bytes > limit) {
      throw new ShapeError(
        `Kronecker factors of layer ${layer}, ${O} × ${O} and ${width} × ${width}, take ${(bytes / 2 ** 30).toPrecision(3)} ` +
          `GiB, the limit is ${(limit / 2 ** 30).toPrecision(3)} GiB; use diagonal() or matrixFree()`,
      );
    }
    const indices = new Int32Array(O * width);
    for (let o = 0; o < O; o++) {
      for (let j = 0; j < I; j++) indices[o * width + j] = weight + o * I + j;
      if (bias !== undefined) indices[o * width + I] = bias + o;
    }
    return {
      name: products.length === 1 ? layer : `${layer} (group ${i + 1} of ${products.length})`,
      indices,
      right: zeros(width, width),
      left: zeros(O, O),
    };
  });
}

/** Adds a batch of B samples with K columns each. */
export function addProducts<T extends Reals>(
  { left, right }: KroneckerSum,
  { positions, inputs, gradients, bias }: OuterProducts<T>,
  { samples, weight, sharing }: FactorScale,
): void {
  const reduced = sharing === "reduce" && positions > 1;
  const a = reduced ? groupedRows(inputs, positions, 1 / positions) : inputs;
  const g = reduced ? groupedRows(gradients, positions, 1) : gradients;
  const share = reduced ? 1 / samples : 1 / (samples * positions);
  addMoments(a, share, bias !== undefined, right);
  addMoments(g, weight, false, left);
}

/** Sums of R consecutive rows, times a factor. */
function groupedRows<T extends Reals>(
  { rows, cols, data }: Matrix<T>,
  R: number,
  factor: number,
): Matrix<T> {
  const result = { rows: rows / R, cols, data: reals(data, (rows / R) * cols) };
  const sum = new Float64Array(cols);
  for (let n = 0; n < result.rows; n++) {
    sum.fill(0);
    for (let t = n * R * cols; t < (n + 1) * R * cols; t++) sum[t % cols] += data[t];
    for (let j = 0; j < cols; j++) result.data[n * cols + j] = factor * sum[j];
  }
  return result;
}

/**
 * Adds `scale` · Σ z zᵀ over the rows z of Z, with a constant 1 appended if told. In float32 they are divided by a power of two
 * first, so that squares of small ones are not zero and those of large ones not infinite.
 */
function addMoments<T extends Reals>(
  Z: Matrix<T>,
  scale: number,
  bias: boolean,
  sum: Matrix,
): void {
  const { rows, data } = Z;
  const shape = { rows, cols: sum.cols };
  if (data instanceof Float64Array) {
    const numbers = bias ? divided(Z, 1, bias, new Float64Array(rows * sum.cols)) : data;
    kernels().syrk({ ...shape, data: numbers }, sum, { transA: true, alpha: scale, beta: 1 });
    return;
  }
  const largest = powerOfTwo(data);
  // beside the constant small inputs are nothing
  const unit = bias ? Math.max(1, largest) : largest;
  const numbers = divided(Z, unit, bias, DIVIDED.take(rows * sum.cols));
  const products = { ...sum, data: PRODUCTS.take(sum.data.length) };
  kernels().syrk({ ...shape, data: numbers }, products, { transA: true });
  const factor = scale * unit ** 2;
  inBlocks(sum.data.length, (start, end) => {
    addBlock(factor, products.data, sum.data, start, end);
  });
}

const DIVIDED = new Room();
const PRODUCTS = new Room();

function addBlock(
  factor: number,
  from: Float32Array,
  to: Float64Array,
  start: number,
  end: number,
): void {
  for (let t = start; t < end; t++) to[t] += factor * from[t];
}

/** Writes the rows, with a last 1 if told, divided by `unit`. */
function divided<T extends Reals>(
  { rows, cols, data }: Matrix<Reals>,
  unit: number,
  bias: boolean,
  to: T,
): T {
  const width = bias ? cols + 1 : cols;
  for (let i = 0; i < rows; i++) {
    divideRow(data, i * cols, cols, unit, to, i * width);
    if (bias) to[(i + 1) * width - 1] = 1 / unit;
  }
  return to;
}

function divideRow(
  from: Reals,
  at: number,
  length: number,
  unit: number,
  to: Reals,
  place: number,
): void {
  for (let j = 0; j < length; j++) to[place + j] = from[at + j] / unit;
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
