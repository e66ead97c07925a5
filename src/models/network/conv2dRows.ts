/** The rows of a convolution, from patches that are made when they are asked for. */
import { rowSums } from "../../linalg/elements.ts";
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import { patchRoom } from "../../linalg/patches.ts";
import { kernels } from "../../linalg/provider.ts";
import type { OuterProducts, WeightRows } from "../weightRows.ts";
import { type RowsPlace, writtenRows } from "../writtenRows.ts";
import { type Convolution, groupSizes, rowBlock } from "./convolution.ts";

/** The rows of U `[B · K, out]` at inputs X `[B, in]`. */
export function convolutionRows<T extends Reals>(
  convolution: Convolution,
  X: Matrix<T>,
  U: Matrix<T>,
  place: RowsPlace,
): WeightRows<T> {
  const { groups, positions: R, outChannels, bias } = convolution;
  const K = place.columns;
  const size = groupSizes(convolution);
  const written = writtenRows<T>(place, X.data, (start, end, target, column) => {
    const room = patchRoom(convolution.patches, X.data);
    for (let n = start; n < end; n++) {
      room.gather(X.data, n * X.cols);
      for (let r = n * K; r < (n + 1) * K; r++) {
        const at = (r - start * K) * target.cols + column;
        for (let g = 0; g < groups; g++) {
          const G = rowBlock(U.data, r * U.cols, g, size.out, R);
          const P = rowBlock(room.patches, 0, g, size.in, R);
          const W = rowBlock(target.data, at, g, size.out, size.in);
          kernels().gemm(G, P, W, { transB: true });
        }
        if (!bias) continue;
        const channels = rowBlock(U.data, r * U.cols, 0, outChannels, R);
        target.data.set(rowSums(channels), at + place.size - outChannels);
      }
    }
  });
  let products: readonly OuterProducts<T>[] | undefined;
  return {
    ...written,
    get kronecker() {
      products ??= Array.from({ length: groups }, (_, g) =>
        groupProducts(convolution, X, U, place, g),
      );
      return products;
    },
  };
}

function groupProducts<T extends Reals>(
  convolution: Convolution,
  X: Matrix<T>,
  U: Matrix<T>,
  { offset, size: parameters }: RowsPlace,
  group: number,
): OuterProducts<T> {
  const { positions: R, outChannels, bias } = convolution;
  const size = groupSizes(convolution);
  let inputs: Matrix<T> | undefined;
  let gradients: Matrix<T> | undefined;
  return {
    positions: R,
    get inputs() {
      inputs ??= patchRows(convolution, X, group);
      return inputs;
    },
    get gradients() {
      gradients ??= positionRows(U.rows, R, size.out, U.data, (r) =>
        rowBlock(U.data, r * U.cols, group, size.out, R),
      );
      return gradients;
    },
    weight: offset + group * size.out * size.in,
    ...(bias && { bias: offset + parameters - outChannels + group * size.out }),
  };
}

/** a of one group, `[B · R, in]` */
function patchRows<T extends Reals>(
  convolution: Convolution,
  X: Matrix<T>,
  group: number,
): Matrix<T> {
  const { positions: R } = convolution;
  const size = groupSizes(convolution);
  const room = patchRoom(convolution.patches, X.data);
  return positionRows(X.rows, R, size.in, X.data, (n) => {
    room.gather(X.data, n * X.cols);
    return rowBlock(room.patches, 0, group, size.in, R);
  });
}

/** The transposes of `count` matrices `[cols, R]`, one below the other: `[count · R, cols]`. */
function positionRows<T extends Reals>(
  count: number,
  R: number,
  cols: number,
  like: T,
  block: (index: number) => Matrix<T>,
): Matrix<T> {
  const data = reals(like, count * R * cols);
  for (let n = 0; n < count; n++) {
    const { data: from } = block(n);
    const to = n * R * cols;
    for (let r = 0; r < R; r++) {
      for (let j = 0; j < cols; j++) data[to + r * cols + j] = from[j * R + r];
    }
  }
  return { rows: count * R, cols, data };
}
