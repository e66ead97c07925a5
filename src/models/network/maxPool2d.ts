/** Maxima of windows. */
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import { imageSize, largestEntries, type Patches, positionsOf } from "../../linalg/patches.ts";
import type { Layer, Pass } from "./layer.ts";
import { type PoolOptions, pooledPatches, pooledShape, poolOf } from "./pool.ts";
import { type Pair, positivePair } from "./windows.ts";

export interface MaxPool2dOptions extends PoolOptions {
  /** distance of the entries of a window, default 1 */
  readonly dilation?: Pair;
}

/**
 * The largest entry of each window of `kernel` entries, channel by channel: PyTorch's `MaxPool2d` (without its
 * `ceil_mode`). The padding counts as −∞ and, unlike PyTorch's, may be
 * more than half the kernel, as long as each window has an entry of the image. Where several entries are the largest, the derivative is that of the first
 * of them in row-major order, as in PyTorch. The maximum is NaN where an entry is.
 *
 * Throws `DomainError` for sizes that are no positive integers, or a padding that is negative; the network throws
 * `ShapeError` for inputs that are no `[channels, height, width]`, in which no window fits, of which some window has
 * nothing but padding, or whose windows do not fit into memory.
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
    outputShape: (input) => pooledShape(pool, input),
    forward: (_w, X, shape) => maximumPass(pooledPatches(pool, shape), X),
  };
}

function maximumPass<T extends Reals>(patches: Patches, X: Matrix<T>): Pass<T> {
  const cols = patches.channels * positionsOf(patches);
  const { places, values } = largestEntries(patches, X);
  return {
    outputs: { rows: X.rows, cols, data: values },
    bytes: values.byteLength + places.byteLength,
    push: (inputs) => inputs && picked(inputs, places, cols),
    pull: (U) => placed(U, places, X.rows, imageSize(patches)),
  };
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
