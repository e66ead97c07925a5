/**
 * The Kronecker factors of layers whose rows are Σ_r g_nkr a_nrᵀ, summed over batches of any sizes, in the one
 * normal form that KFAC has: samples × positions × features.
 */
import { ShapeError } from "../errors.ts";
import { type Matrix, type Reals, reals } from "../linalg/matrix.ts";
import type { OuterProducts, WeightRows } from "../models/weightRows.ts";
import { MomentSum } from "./momentSum.ts";

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
  readonly right: MomentSum;
  /** G = w Σ g gᵀ, `[out, out]` */
  readonly left: MomentSum;
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
      right: new MomentSum(width),
      left: new MomentSum(O),
    };
  });
}

/** Adds a batch of B samples with K columns each. */
export function addProducts<T extends Reals>(
  { left, right }: KroneckerSum,
  { positions, inputs, gradients }: OuterProducts<T>,
  { samples, weight, sharing }: FactorScale,
): void {
  const reduced = sharing === "reduce" && positions > 1;
  const a = reduced ? groupedRows(inputs, positions, 1 / positions) : inputs;
  const g = reduced ? groupedRows(gradients, positions, 1) : gradients;
  const share = reduced ? 1 / samples : 1 / (samples * positions);
  right.add(a, share);
  left.add(g, weight);
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
