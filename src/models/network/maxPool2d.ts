/** Maxima of windows. */
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import type { Layer, Pass } from "./layer.ts";
import { imageSize, type Patches, positionsOf } from "./patches.ts";
import { linesOf, type PoolOptions, pooledPatches, poolOf } from "./pool.ts";
import { type Pair, positivePair } from "./windows.ts";

export interface MaxPool2dOptions extends PoolOptions {
  /** distance of the entries of a window, default 1 */
  readonly dilation?: Pair;
}

/**
 * The largest entry of each window of `kernel` entries, channel by channel: PyTorch's `MaxPool2d` (without its
 * `ceil_mode`). The padding counts as −∞. Where several entries are the largest, the derivative is that of the first
 * of them in row-major order, as in PyTorch; NaN counts as larger than all.
 *
 * Throws `DomainError` for sizes that are no positive integers, or a padding that is negative; the network throws
 * `ShapeError` for inputs that are no `[channels, height, width]`, in which no window fits, or of which some window has
 * nothing but padding.
 *
 * @example
 * maxPool2d(2); // halves height and width
 * maxPool2d(3, { stride: 2, padding: 1 });
 */
export function maxPool2d(kernel: Pair, options: MaxPool2dOptions = {}): Layer {
  const dilation = positivePair(options.dilation ?? 1, "maxPool2d: dilation");
  const pool = poolOf("maxPool2d", kernel, options, dilation);
  return {
    kind: pool.kind,
    options: { ...pool.options, dilation },
    parameters: [],
    outputShape(input) {
      const { channels, vertical, horizontal } = pooledPatches(pool, input);
      return [channels, vertical.windows, horizontal.windows];
    },
    forward: (_w, X, shape) => maximumPass(pooledPatches(pool, shape), X),
  };
}

function maximumPass<T extends Reals>(patches: Patches, X: Matrix<T>): Pass<T> {
  const cols = patches.channels * positionsOf(patches);
  const data = reals(X.data, X.rows * cols);
  // of the largest entry in its image
  const places = new Int32Array(data.length);
  findMaxima(patches, X, data, places);
  return {
    outputs: { rows: X.rows, cols, data },
    bytes: data.byteLength + places.byteLength,
    push: (inputs) => inputs && picked(inputs, places, cols),
    pull: (U) => placed(U, places, X.rows, imageSize(patches)),
  };
}

function findMaxima<T extends Reals>(
  { horizontal, ...patches }: Patches,
  X: Matrix<T>,
  maxima: T,
  places: Int32Array,
): void {
  const { stride } = horizontal;
  const x = X.data;
  const lines = linesOf({ horizontal, ...patches });
  const cols = maxima.length / X.rows;
  // below every entry, but with a place as soon as there is an entry
  maxima.fill(-Infinity);
  places.fill(-1);
  for (let n = 0; n < X.rows; n++) {
    const image = n * X.cols;
    for (let l = 0; l < lines.length; l += 3) {
      const entry = lines[l];
      const to = n * cols + lines[l + 1];
      const count = lines[l + 2];
      for (let p = 0; p < count; p++) {
        const value = x[image + entry + p * stride];
        if (value > maxima[to + p] || places[to + p] < 0 || Number.isNaN(value)) {
          maxima[to + p] = value;
          places[to + p] = entry + p * stride;
        }
      }
    }
  }
}

/** The entries of each image at the places of its windows. */
function picked<T extends Reals>(images: Matrix<T>, places: Int32Array, cols: number): Matrix<T> {
  const data = reals(images.data, images.rows * cols);
  for (let n = 0; n < images.rows; n++) {
    const [from, to] = [n * images.cols, n * cols];
    for (let i = 0; i < cols; i++) data[to + i] = images.data[from + places[to + i]];
  }
  return { rows: images.rows, cols, data };
}

/** The transpose of {@link picked}, with K rows an example. */
function placed<T extends Reals>(
  U: Matrix<T>,
  places: Int32Array,
  samples: number,
  cols: number,
): Matrix<T> {
  const data = reals(U.data, U.rows * cols);
  const K = U.rows / samples;
  for (let r = 0; r < U.rows; r++) {
    const [from, to, example] = [r * U.cols, r * cols, Math.floor(r / K) * U.cols];
    for (let i = 0; i < U.cols; i++) data[to + places[example + i]] += U.data[from + i];
  }
  return { rows: U.rows, cols, data };
}
