/**
 * The Kronecker factors of layers whose rows are Σ_r g_nkr a_nrᵀ, summed over batches of any sizes in float64, in the one
 * normal form that KFAC has: samples × positions × features.
 */
import { ShapeError } from "../errors.ts";
import { type Matrix, type Reals, reals, zeros } from "../linalg/matrix.ts";
import { scale } from "../linalg/plain.ts";
import { kernels } from "../linalg/provider.ts";
import type { OuterProducts, WeightRows } from "../models/weightRows.ts";

/** How positions that share a weight are summed up: Eschenhagen et al. 2023, sections 3.2 and 3.3. */
export type Sharing = "expand" | "reduce";

/** Sums over all samples, positions and columns so far; nothing is multiplied by w. */
export interface KroneckerSum {
  /** the layer's name, with the group of a grouped convolution */
  readonly name: string;
  /** the index in θ of entry (o, i) of the joint weight at o · (in + 1) + i, the bias last */
  readonly indices: Int32Array;
  /** Σ ã ãᵀ with ã = (a, 1) for a bias, `[in + 1, in + 1]` */
  readonly inputs: Matrix;
  /** whether there is a bias */
  readonly bias: boolean;
  /** Σ 1: how many a were summed */
  count: number;
  /** Σ g gᵀ, `[out, out]` */
  readonly gradients: Matrix;
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
      inputs: zeros(width, width),
      bias: bias !== undefined,
      count: 0,
      gradients: zeros(O, O),
    };
  });
}

/** Adds a batch of B samples with K columns each. */
export function addProducts<T extends Reals>(
  sum: KroneckerSum,
  { positions: R, inputs, gradients }: OuterProducts<T>,
  sharing: Sharing,
): void {
  const reduced = sharing === "reduce" && R > 1;
  const a = reduced ? groupedRows(inputs, R, 1 / R) : inputs;
  const g = reduced ? groupedRows(gradients, R, 1) : gradients;
  addMoments(a, sum.bias, sum.inputs);
  sum.count += a.rows;
  addMoments(g, false, sum.gradients);
}

/** The factors of the Kronecker product that approximates w times the sum of a layer. */
export interface KroneckerFactors {
  /** G = w Σ g gᵀ, `[out, out]` */
  readonly left: Matrix;
  /** A = (1/count) Σ ã ãᵀ, `[in + 1, in + 1]` */
  readonly right: Matrix;
}

/** Scales the sums in place, which are complete. */
export function factorsOf({ inputs, gradients, count }: KroneckerSum, w: number): KroneckerFactors {
  scale(gradients.data, w);
  scale(inputs.data, 1 / count);
  return { left: gradients, right: inputs };
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
 * Adds Σ z zᵀ over the rows z of Z, with a constant 1 appended if told. In float32 they are divided by a power of two
 * first, so that squares of small ones are not zero and those of large ones not infinite.
 */
function addMoments<T extends Reals>(Z: Matrix<T>, bias: boolean, sum: Matrix): void {
  if (Z.data instanceof Float64Array) {
    const { data } = bias ? divided(Z, 1, bias) : Z;
    const rows = { rows: Z.rows, cols: sum.cols, data: data as Float64Array };
    kernels().syrk(rows, sum, { transA: true, beta: 1 });
    return;
  }
  const largest = powerOfTwo(Z.data);
  // beside the constant small inputs are nothing
  const unit = bias ? Math.max(1, largest) : largest;
  const C = { rows: sum.rows, cols: sum.cols, data: reals(Z.data, sum.data.length) };
  kernels().syrk(divided(Z, unit, bias), C, { transA: true });
  const factor = unit ** 2;
  const { data } = sum;
  for (let t = 0; t < data.length; t++) data[t] += factor * C.data[t];
}

/** The rows, with a last 1 if told, divided by `unit`. */
function divided<T extends Reals>(
  { rows, cols, data }: Matrix<T>,
  unit: number,
  bias: boolean,
): Matrix<T> {
  if (unit === 1 && !bias) return { rows, cols, data };
  const width = bias ? cols + 1 : cols;
  const result = { rows, cols: width, data: reals(data, rows * width) };
  for (let i = 0; i < rows; i++) {
    const [from, to] = [i * cols, i * width];
    for (let j = 0; j < cols; j++) result.data[to + j] = data[from + j] / unit;
    if (bias) result.data[to + cols] = 1 / unit;
  }
  return result;
}

/** The largest power of two that is not above the largest entry; 1 for zeros. */
function powerOfTwo(values: Reals): number {
  let most = 0;
  for (let t = 0; t < values.length; t++) {
    const size = Math.abs(values[t]);
    if (size > most) most = size;
  }
  return most > 0 ? 2 ** Math.floor(Math.log2(most)) : 1;
}
