/**
 * The Kronecker factors of layers whose rows are Σ_r g_nkr a_nrᵀ, summed over batches of any sizes in float64, in the one
 * normal form that KFAC has: samples × positions × features.
 */
import { ShapeError } from "../errors.ts";
import { type Matrix, type Reals, reals, zeros } from "../linalg/matrix.ts";
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
  /** features of the inputs */
  readonly inputs: number;
  /** whether a constant 1 is appended to them, for a bias */
  readonly bias: boolean;
  /** Σ a aᵀ, `[in, in]` */
  readonly moments: Matrix;
  /** Σ a, `[in]` */
  readonly means: Float64Array;
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
      inputs: I,
      bias: bias !== undefined,
      moments: zeros(I, I),
      means: new Float64Array(I),
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
  addMoments(a, sum.moments);
  for (let t = 0; t < a.data.length; t++) sum.means[t % a.cols] += a.data[t];
  sum.count += a.rows;
  addMoments(g, sum.gradients);
}

/** A = (1/count) Σ ã ãᵀ with ã = (a, 1) for a bias, `[in + 1, in + 1]`. */
export function inputFactor({ moments, means, count, inputs: I, bias }: KroneckerSum): Matrix {
  const width = bias ? I + 1 : I;
  const A = zeros(width, width);
  for (let i = 0; i < I; i++) {
    for (let j = 0; j < I; j++) A.data[i * width + j] = moments.data[i * I + j] / count;
  }
  if (!bias) return A;
  for (let i = 0; i < I; i++) {
    A.data[i * width + I] = means[i] / count;
    A.data[I * width + i] = means[i] / count;
  }
  A.data[I * width + I] = 1;
  return A;
}

/** G = w Σ g gᵀ, `[out, out]`. */
export function gradientFactor({ gradients }: KroneckerSum, weight: number): Matrix {
  return { ...gradients, data: gradients.data.map((x) => weight * x) };
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

/** Adds Σ z zᵀ over the rows z of Z. In float32 they are scaled first, so that squares of small ones are not zero. */
function addMoments<T extends Reals>(Z: Matrix<T>, sum: Matrix): void {
  if (Z.data instanceof Float64Array) {
    kernels().syrk({ ...Z, data: Z.data }, sum, { transA: true, beta: 1 });
    return;
  }
  let most = 0;
  for (let t = 0; t < Z.data.length; t++) most = Math.max(most, Math.abs(Z.data[t]));
  if (most === 0) return;
  const unit = 2 ** Math.floor(Math.log2(most));
  const scaled = reals(Z.data, Z.data.length);
  for (let t = 0; t < scaled.length; t++) scaled[t] = Z.data[t] / unit;
  const C = { rows: Z.cols, cols: Z.cols, data: reals(Z.data, Z.cols ** 2) };
  kernels().syrk({ ...Z, data: scaled }, C, { transA: true });
  for (let t = 0; t < C.data.length; t++) sum.data[t] += unit ** 2 * C.data[t];
}
