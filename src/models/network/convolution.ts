/** A convolution as products of matrices: sizes, and what its passes and its rows share. */
import type { Matrix, Reals } from "../../linalg/matrix.ts";
import { type Patches, patchSize } from "../../linalg/patches.ts";

/** A convolution of images of a size. */
export interface Convolution {
  readonly patches: Patches;
  /** R, the pixels of an output channel */
  readonly positions: number;
  readonly outChannels: number;
  readonly groups: number;
  readonly bias: boolean;
}

/** Sizes of the product of one group: W `[out, in]` times patches `[in, R]`. */
export interface GroupSizes {
  readonly in: number;
  readonly out: number;
}

export function groupSizes({ patches, outChannels, groups }: Convolution): GroupSizes {
  return { in: patchSize(patches) / groups, out: outChannels / groups };
}

/** Rows `index` · `rows` … of a matrix whose first row is at `start` of `data`, not copied. */
export function rowBlock<T extends Reals>(
  data: T,
  start: number,
  index: number,
  rows: number,
  cols: number,
): Matrix<T> {
  const from = start + index * rows * cols;
  return { rows, cols, data: data.subarray(from, from + rows * cols) as T };
}
