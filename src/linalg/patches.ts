/**
 * Patches of images as the columns of a matrix, with which a convolution is a product (im2col), and back. In
 * WebAssembly, whose memory every provider of kernels reads: a tenth of the time of plain loops.
 */
import { bytes } from "./imageKernels.generated.ts";
import { type Matrix, type Reals, reals } from "./matrix.ts";
import { WasmMemory } from "./wasmMemory.ts";

/** Windows along an axis of `size` entries. */
export interface Axis {
  readonly size: number;
  /** how many windows there are */
  readonly windows: number;
  readonly stride: number;
  /** one for each entry of a window, in order */
  readonly taps: readonly Tap[];
}

/**
 * One entry of the windows along an axis: that of window o lies at o · stride + shift. The windows from `start` up to
 * `end` have it on the axis, the others in the padding.
 */
export interface Tap {
  readonly shift: number;
  readonly start: number;
  /** at least `start`, at most the number of windows */
  readonly end: number;
}

/** The patches of images `[channels, height, width]`: what is in the windows along both axes. */
export interface Patches {
  readonly channels: number;
  readonly vertical: Axis;
  readonly horizontal: Axis;
}

/** R, the number of patches of an image. */
export function positionsOf({ vertical, horizontal }: Patches): number {
  return vertical.windows * horizontal.windows;
}

/** The number of entries of an image. */
export function imageSize({ channels, vertical, horizontal }: Patches): number {
  return channels * vertical.size * horizontal.size;
}

/** The number of entries of a patch, of all channels. */
export function patchSize({ channels, vertical, horizontal }: Patches): number {
  return channels * vertical.taps.length * horizontal.taps.length;
}

/** Room for the patches of one image; until the next one is asked for. */
export interface PatchRoom<T extends Reals> {
  /** `[patchSize, R]`: row (channel, tap down, tap across), column (window down, window across) */
  readonly patches: T;
  /** Fills {@link patches} with those of the image that starts at `start`; 0 in the padding. */
  gather(images: T, start: number): void;
  /** The transpose of {@link gather}: writes the sum of {@link patches}, each where it belongs, over the image. */
  scatter(images: T, start: number): void;
}

/** Room of the element type of `like`. Throws `ShapeError` where 4 GiB do not suffice. */
export function patchRoom<T extends Reals>(patches: Patches, like: T): PatchRoom<T> {
  const { channels, vertical, horizontal } = patches;
  const size = imageSize(patches);
  const entries = patchSize(patches) * positionsOf(patches);
  const table = [...vertical.taps, ...horizontal.taps].flatMap(({ shift, start, end }) => [
    shift,
    start,
    end,
  ]);
  memory.release();
  const element = like.BYTES_PER_ELEMENT;
  const [taps, image, columns] = memory.reserve(
    4 * table.length,
    element * size,
    element * entries,
  );
  memory.integers(taps, table.length).set(table);
  const imageView = memory.view(like, image, size);
  const call = (kernel: PatchKernel): void =>
    kernel(
      channels,
      vertical.size,
      horizontal.size,
      vertical.stride,
      horizontal.stride,
      vertical.windows,
      horizontal.windows,
      vertical.taps.length,
      horizontal.taps.length,
      taps,
      image,
      columns,
    );
  const { gather32, gather64, scatter32, scatter64 } = memory.exports;
  const double = like instanceof Float64Array;
  return {
    patches: memory.view(like, columns, entries),
    gather(images, start) {
      imageView.set(images.subarray(start, start + size));
      call(double ? gather64 : gather32);
    },
    scatter(images, start) {
      imageView.fill(0);
      call(double ? scatter64 : scatter32);
      images.set(imageView, start);
    },
  };
}

/** The largest entry of each patch of each channel. */
export interface Largest<T extends Reals> {
  /** where it lies in its image, `[B, channels · R]` */
  readonly places: Int32Array;
  /** `[B, channels · R]` */
  readonly values: T;
}

/**
 * The largest entry of each patch of each channel (its last NaN, if it has one; the first of equal ones) of images X
 * `[B, imageSize]`. What is in the padding does not count; each patch must have an entry that is not.
 */
export function largestEntries<T extends Reals>(patches: Patches, X: Matrix<T>): Largest<T> {
  const { channels, vertical, horizontal } = patches;
  const plane = vertical.size * horizontal.size;
  const R = positionsOf(patches);
  const table = entriesOfPatches(patches);
  memory.release();
  const count = channels * R;
  const element = X.data.BYTES_PER_ELEMENT;
  const [entries, image, place, value] = memory.reserve(
    4 * table.length,
    element * X.cols,
    4 * count,
    element * count,
  );
  memory.integers(entries, table.length).set(table);
  const imageView = memory.view(X.data, image, X.cols);
  const [foundPlaces, foundValues] = [
    memory.integers(place, count),
    memory.view(X.data, value, count),
  ];
  const { largest32, largest64 } = memory.exports;
  const largest = X.data instanceof Float64Array ? largest64 : largest32;
  const places = new Int32Array(X.rows * count);
  const values = reals(X.data, X.rows * count);
  for (let n = 0; n < X.rows; n++) {
    imageView.set(X.data.subarray(n * X.cols, (n + 1) * X.cols));
    largest(channels, plane, R, table.length / R, entries, image, place, value);
    places.set(foundPlaces, n * count);
    values.set(foundValues, n * count);
  }
  return { places, values };
}

/**
 * The entries of each patch of a channel as indices in it, `[taps, R]`, row-major taps. In place of those in the padding
 * comes the first that is not.
 */
function entriesOfPatches({ vertical, horizontal }: Patches): Int32Array {
  const taps = vertical.taps.length * horizontal.taps.length;
  const R = vertical.windows * horizontal.windows;
  const table = new Int32Array(R * taps);
  const columnsOf = inside(horizontal);
  let r = 0;
  for (const lines of inside(vertical)) {
    for (const columns of columnsOf) {
      const missing = taps - lines.length * columns.length;
      const first = lines[0] * horizontal.size + columns[0];
      for (let t = 0; t < missing; t++) table[t * R + r] = first;
      let t = missing;
      for (const line of lines) {
        for (const column of columns) table[t++ * R + r] = line * horizontal.size + column;
      }
      r++;
    }
  }
  return table;
}

/** The entries of each window that are not in the padding. */
function inside({ windows, stride, taps }: Axis): number[][] {
  return Array.from({ length: windows }, (_, o) =>
    taps.filter(({ start, end }) => start <= o && o < end).map(({ shift }) => o * stride + shift),
  );
}

type PatchKernel = (
  channels: number,
  height: number,
  width: number,
  strideDown: number,
  strideAcross: number,
  windowsDown: number,
  windowsAcross: number,
  tapsDown: number,
  tapsAcross: number,
  taps: number,
  image: number,
  patches: number,
) => void;

type LargestKernel = (
  channels: number,
  plane: number,
  windows: number,
  size: number,
  entries: number,
  image: number,
  places: number,
  values: number,
) => void;

/** The exports of `assembly/images.ts`. */
interface ImageExports {
  readonly gather32: PatchKernel;
  readonly gather64: PatchKernel;
  readonly scatter32: PatchKernel;
  readonly scatter64: PatchKernel;
  readonly largest32: LargestKernel;
  readonly largest64: LargestKernel;
}

const memory: WasmMemory<ImageExports> = new WasmMemory(bytes);
