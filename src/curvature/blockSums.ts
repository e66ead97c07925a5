/** Σ J_nᵀ S_n S_nᵀ J_n of some of the parameters: rows of a layer, a few samples at a time, and their products. */
import { ShapeError } from "../errors.ts";
import { type Blocks, type Matrix, type Reals, reals, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { MEMORY_LIMIT } from "../linalg/shapes.ts";
import type { Linearization } from "../models/linearization.ts";
import type { ParameterRange } from "../models/model.ts";
import type { LayerPlace } from "../models/secondOrderRows.ts";
import type { WeightRows } from "../models/weightRows.ts";
import { eachGroup } from "../models/writtenRows.ts";
import type { Terms } from "./kind.ts";

/** A block and its sum so far, `[size, size]` in float64. */
export interface BlockSum {
  readonly range: ParameterRange;
  readonly matrix: Matrix;
}

/** Sums of zero. Throws {@link ShapeError}, before memory is taken, where they would take more than `limit` bytes. */
export function blockSums(
  what: string,
  ranges: readonly ParameterRange[],
  limit: number,
): BlockSum[] {
  const bytes = ranges.reduce((sum, { size }) => sum + 8 * size ** 2, 0);
  if (bytes > limit) {
    const { name, size } = ranges.reduce((a, b) => (a.size > b.size ? a : b));
    throw new ShapeError(
      `${what}: exact blocks take ${gibibytes(bytes)}, the limit is ${gibibytes(limit)}; the largest is ${name}, ` +
        `${size} × ${size}; use kfac(), ekfac(), diagonal() or matrixFree()`,
    );
  }
  return ranges.map((range) => ({ range, matrix: zeros(range.size, range.size) }));
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}

/** Adds the terms of a batch, all but the second-order ones. */
export function addBlocks<T extends Reals>(
  { at, factor, centre }: Terms<T>,
  sums: readonly BlockSum[],
): void {
  const left = new Set(sums);
  if (at.layers) {
    for (const rows of at.layers(factor)) {
      const inside = sums.filter(({ range }) => isInside(range, rows));
      if (inside.length > 0) addRows(rows, inside, factor.data, centre);
      for (const sum of inside) left.delete(sum);
    }
  }
  if (left.size > 0) addUnlayered(at, factor, [...left], centre);
}

/** Adds the products of one layer's rows to the blocks that lie in it; `like` says the element type. */
export function addRows<T extends Reals>(
  rows: WeightRows<T>,
  sums: readonly BlockSum[],
  like: T,
  centre?: T,
): void {
  eachGroup(rows, like, (group) => {
    for (const sum of sums) addColumns(group, rows.offset, sum, centre);
  });
}

function isInside({ offset, size }: ParameterRange, layer: LayerPlace): boolean {
  return offset >= layer.offset && offset + size <= layer.offset + layer.size;
}

/** Blocks that lie in no layer: by all rows of the batch, or all entries, whichever is smaller. */
function addUnlayered<T extends Reals>(
  at: Linearization<T>,
  factor: Blocks<T>,
  sums: readonly BlockSum[],
  centre: T | undefined,
): void {
  const D = at.parameters;
  const rows = factor.count * factor.cols;
  const bytes = 8 * D * Math.min(D, rows);
  if (bytes > MEMORY_LIMIT) {
    throw new ShapeError(
      `blocks of a model without layers, or across layers: ${rows} gradients of ${D} parameters take ` +
        `${gibibytes(bytes)}, the limit is ${gibibytes(MEMORY_LIMIT)}; use a smaller option batch`,
    );
  }
  if (rows < D) {
    const all = at.factorRows(factor);
    for (const sum of sums) addColumns(all, 0, sum, centre);
    return;
  }
  const { data } = at.gram(factor, centre);
  for (const { range, matrix } of sums) {
    const { offset, size } = range;
    for (let i = 0; i < size; i++) {
      const from = (offset + i) * D + offset;
      for (let j = 0; j < size; j++) matrix.data[i * size + j] += data[from + j];
    }
  }
}

/** Adds the products of the block's columns of rows whose first column is parameter `first`. */
function addColumns<T extends Reals>(
  { rows, cols, data }: Matrix<T>,
  first: number,
  { range: { offset, size }, matrix }: BlockSum,
  centre: T | undefined,
): void {
  const part = zeros(rows, size);
  for (let r = 0; r < rows; r++) {
    const from = r * cols + offset - first;
    for (let j = 0; j < size; j++) {
      part.data[r * size + j] = data[from + j] - (centre ? centre[offset + j] : 0);
    }
  }
  kernels().syrk(part, matrix, { transA: true, beta: 1 });
}

/**
 * Adds Σ_n Σ_m r_nm ∇²f_nm of a batch: one product with each unit vector of each block, halves averaged so that it is
 * symmetric. None for layers of which it is known to be zero.
 */
export function addSecondOrderBlocks<T extends Reals>(
  at: Linearization<T>,
  residual: Matrix<T>,
  sums: readonly BlockSum[],
): void {
  const parts = at.secondOrderRows?.(residual);
  // products of rows would take longer than these: a row is as long as the block, and there is one for each bent unit
  const zero = parts?.columns === 0 ? parts.layers : [];
  for (const { range, matrix } of sums) {
    if (zero.some((layer) => isInside(range, layer))) continue;
    const { offset, size } = range;
    for (let j = 0; j < size; j++) {
      const unit = reals(residual.data, at.parameters);
      unit[offset + j] = 1;
      const column = at.secondOrder(residual, unit);
      for (let i = 0; i < size; i++) {
        const half = 0.5 * column[offset + i];
        matrix.data[i * size + j] += half;
        matrix.data[j * size + i] += half;
      }
    }
  }
}
