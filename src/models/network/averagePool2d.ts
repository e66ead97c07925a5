/** Averages of windows. */
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import { imageSize, type Patches, positionsOf } from "../../linalg/patches.ts";
import type { Layer, Pass } from "./layer.ts";
import { type PoolOptions, pooledPatches, poolOf } from "./pool.ts";
import type { Pair } from "./windows.ts";

export interface AveragePool2dOptions extends PoolOptions {
  /**
   * whether the zeros of the padding count as entries of a window, so that all are divided by the size of the kernel;
   * default true, as PyTorch's `count_include_pad`
   */
  readonly countPadding?: boolean;
}

/**
 * The mean of each window of `kernel` entries, channel by channel: PyTorch's `AvgPool2d` (without its `ceil_mode`).
 *
 * Throws `DomainError` for sizes that are no positive integers, or a padding that is negative; the network throws
 * `ShapeError` for inputs that are no `[channels, height, width]`, in which no window fits, or of which some window has
 * nothing but padding.
 *
 * @example
 * averagePool2d(2); // halves height and width
 */
export function averagePool2d(kernel: Pair, options: AveragePool2dOptions = {}): Layer {
  const { countPadding = true } = options;
  const pool = poolOf("averagePool2d", kernel, options);
  return {
    kind: pool.kind,
    options: { ...pool.options, countPadding },
    parameters: [],
    outputShape(input) {
      const { channels, vertical, horizontal } = pooledPatches(pool, input);
      return [channels, vertical.windows, horizontal.windows];
    },
    forward: (_w, X, shape) => averagePass(pooledPatches(pool, shape), countPadding, X),
  };
}

function averagePass<T extends Reals>(
  patches: Patches,
  countPadding: boolean,
  X: Matrix<T>,
): Pass<T> {
  const links = linksOf(patches);
  const size = imageSize(patches);
  const divisors = countPadding ? kernelSizes(patches) : entryCounts(patches, links);
  const averages = (images: Matrix<T>): Matrix<T> => {
    const cols = divisors.length;
    const data = reals(images.data, images.rows * cols);
    for (let n = 0; n < images.rows; n++) {
      addSums(links, images.data, n * size, data, n * cols);
      for (let i = 0; i < cols; i++) data[n * cols + i] /= divisors[i];
    }
    return { rows: images.rows, cols, data };
  };
  const outputs = averages(X);
  return {
    outputs,
    bytes: outputs.data.byteLength,
    push: (inputs) => inputs && averages(inputs),
    pull(U) {
      const data = reals(U.data, U.rows * size);
      const shares = reals(U.data, U.cols);
      for (let r = 0; r < U.rows; r++) {
        for (let i = 0; i < U.cols; i++) shares[i] = U.data[r * U.cols + i] / divisors[i];
        addShares(links, shares, data, r * size);
      }
      return { rows: U.rows, cols: size, data };
    },
  };
}

/** Which entries of an image are in which windows of its channels. */
interface Links {
  readonly entries: Int32Array;
  readonly windows: Int32Array;
}

function linksOf({ channels, vertical, horizontal }: Patches): Links {
  const entries: number[] = [];
  const windows: number[] = [];
  for (let c = 0; c < channels; c++) {
    for (const down of vertical.taps) {
      for (const right of horizontal.taps) {
        for (let o = down.start; o < down.end; o++) {
          const line = c * vertical.size + o * vertical.stride + down.shift;
          const first = (c * vertical.windows + o) * horizontal.windows;
          for (let p = right.start; p < right.end; p++) {
            entries.push(line * horizontal.size + p * horizontal.stride + right.shift);
            windows.push(first + p);
          }
        }
      }
    }
  }
  return { entries: Int32Array.from(entries), windows: Int32Array.from(windows) };
}

/** Adds the entries of an image that starts at `from` to its windows, which start at `to`. */
function addSums(
  { entries, windows }: Links,
  images: Reals,
  from: number,
  sums: Reals,
  to: number,
): void {
  for (let i = 0; i < entries.length; i++) sums[to + windows[i]] += images[from + entries[i]];
}

/** The transpose of {@link addSums}. */
function addShares({ entries, windows }: Links, shares: Reals, images: Reals, to: number): void {
  for (let i = 0; i < entries.length; i++) images[to + entries[i]] += shares[windows[i]];
}

/** For each window the size of the kernel. */
function kernelSizes(patches: Patches): Float64Array {
  const { channels, vertical, horizontal } = patches;
  const size = vertical.taps.length * horizontal.taps.length;
  return new Float64Array(channels * positionsOf(patches)).fill(size);
}

/** For each window how many of its entries are not padding. */
function entryCounts(patches: Patches, { windows }: Links): Float64Array {
  const counts = new Float64Array(patches.channels * positionsOf(patches));
  for (const window of windows) counts[window]++;
  return counts;
}
