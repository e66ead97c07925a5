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
  const lines = linesOf(patches);
  const { stride } = patches.horizontal;
  const divisors = countPadding ? kernelSizes(patches) : entryCounts(patches, lines);
  const averages = (images: Matrix<T>): Matrix<T> => {
    const cols = divisors.length;
    const data = reals(images.data, images.rows * cols);
    for (let n = 0; n < images.rows; n++) {
      const [image, first] = [n * images.cols, n * cols];
      for (let l = 0; l < lines.length; l += 3) {
        const [from, to, count] = [image + lines[l], first + lines[l + 1], lines[l + 2]];
        for (let p = 0; p < count; p++) data[to + p] += images.data[from + p * stride];
      }
      for (let i = 0; i < cols; i++) data[first + i] /= divisors[i];
    }
    return { rows: images.rows, cols, data };
  };
  const outputs = averages(X);
  return {
    outputs,
    bytes: outputs.data.byteLength,
    push: (inputs) => inputs && averages(inputs),
    pull(U) {
      const cols = imageSize(patches);
      const data = reals(U.data, U.rows * cols);
      const shares = reals(U.data, U.cols);
      for (let r = 0; r < U.rows; r++) {
        for (let i = 0; i < U.cols; i++) shares[i] = U.data[r * U.cols + i] / divisors[i];
        for (let l = 0; l < lines.length; l += 3) {
          const [to, from, count] = [r * cols + lines[l], lines[l + 1], lines[l + 2]];
          for (let p = 0; p < count; p++) data[to + p * stride] += shares[from + p];
        }
      }
      return { rows: U.rows, cols, data };
    },
  };
}

/**
 * How entries of an image enter the windows of its channels: three numbers for each line, the index of its first entry in
 * the image, the index of its first window in the outputs, and how many there are. Entries are a horizontal stride
 * apart, windows follow each other.
 */
function linesOf({ channels, vertical, horizontal }: Patches): Int32Array {
  const lines: number[] = [];
  for (let c = 0; c < channels; c++) {
    for (const down of vertical.taps) {
      for (const right of horizontal.taps) {
        const count = right.end - right.start;
        for (let o = down.start; count > 0 && o < down.end; o++) {
          const line = c * vertical.size + o * vertical.stride + down.shift;
          const entry = line * horizontal.size + right.start * horizontal.stride + right.shift;
          const window = (c * vertical.windows + o) * horizontal.windows + right.start;
          lines.push(entry, window, count);
        }
      }
    }
  }
  return Int32Array.from(lines);
}

/** For each window the size of the kernel. */
function kernelSizes(patches: Patches): Float64Array {
  const { channels, vertical, horizontal } = patches;
  const size = vertical.taps.length * horizontal.taps.length;
  return new Float64Array(channels * positionsOf(patches)).fill(size);
}

/** For each window how many of its entries are not padding. */
function entryCounts(patches: Patches, lines: Int32Array): Float64Array {
  const counts = new Float64Array(patches.channels * positionsOf(patches));
  for (let l = 0; l < lines.length; l += 3) {
    for (let p = 0; p < lines[l + 2]; p++) counts[lines[l + 1] + p]++;
  }
  return counts;
}
