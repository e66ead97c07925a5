/** Averages of windows. */
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import { type Axis, imageSize, type Patches, positionsOf } from "../../linalg/patches.ts";
import type { Layer, Pass } from "./layer.ts";
import { type Pool, type PoolOptions, pooledPatches, pooledShape, poolOf } from "./pool.ts";
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
 * `ShapeError` for inputs that are no `[channels, height, width]`, in which no window fits, of which some window has
 * nothing but padding, or whose windows do not fit into memory. The padding may be more than half the kernel, PyTorch's
 * largest, as long as each window has an entry of the image.
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
    outputShape: (input) => pooledShape(pool, input),
    forward(_w, X, shape) {
      const patches = pooledPatches(pool, shape);
      const links = linksOf(patches);
      const divisors = countPadding ? kernelSizes(pool, patches) : entryCounts(patches, links);
      return averagePass({ patches, links, divisors }, X);
    },
  };
}

/** What is averaged. */
interface Averages {
  readonly patches: Patches;
  readonly links: Links;
  /** of each window of a channel */
  readonly divisors: Float64Array;
}

function averagePass<T extends Reals>(
  { patches, links, divisors }: Averages,
  X: Matrix<T>,
): Pass<T> {
  const { channels } = patches;
  const size = imageSize(patches);
  const plane = size / channels;
  const R = divisors.length;
  const cols = channels * R;
  const averages = (images: Matrix<T>): Matrix<T> => {
    const data = reals(images.data, images.rows * cols);
    for (let i = 0; i < images.rows * channels; i++) {
      addSums(links, images.data, i * plane, data, i * R);
      for (let r = 0; r < R; r++) data[i * R + r] /= divisors[r];
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
      const shares = reals(U.data, R);
      for (let i = 0; i < U.rows * channels; i++) {
        for (let r = 0; r < R; r++) shares[r] = U.data[i * R + r] / divisors[r];
        addShares(links, shares, data, i * plane);
      }
      return { rows: U.rows, cols: size, data };
    },
  };
}

/** Which entries of a channel are in which of its windows. */
interface Links {
  readonly entries: Int32Array;
  readonly windows: Int32Array;
}

function linksOf({ vertical, horizontal }: Patches): Links {
  const count = linksAlong(vertical) * linksAlong(horizontal);
  const entries = new Int32Array(count);
  const windows = new Int32Array(count);
  let i = 0;
  for (const down of vertical.taps) {
    for (const right of horizontal.taps) {
      for (let o = down.start; o < down.end; o++) {
        const line = o * vertical.stride + down.shift;
        for (let p = right.start; p < right.end; p++) {
          entries[i] = line * horizontal.size + p * horizontal.stride + right.shift;
          windows[i++] = o * horizontal.windows + p;
        }
      }
    }
  }
  return { entries, windows };
}

function linksAlong({ taps }: Axis): number {
  return taps.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Adds the entries of a channel that starts at `from` to its windows, which start at `to`. */
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
function kernelSizes({ vertical, horizontal }: Pool, patches: Patches): Float64Array {
  return new Float64Array(positionsOf(patches)).fill(vertical.kernel * horizontal.kernel);
}

/** For each window how many of its entries are not padding. */
function entryCounts(patches: Patches, { windows }: Links): Float64Array {
  const counts = new Float64Array(positionsOf(patches));
  for (const window of windows) counts[window]++;
  return counts;
}
