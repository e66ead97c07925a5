/** Patches of an image as the columns of a matrix, with which a convolution is a product (im2col), and back. */
import type { Reals } from "../../linalg/matrix.ts";
import type { Axis, Tap } from "./windows.ts";

/** The patches of images `[channels, height, width]`, row-major. */
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

/**
 * Writes the patches of the image that starts at `image` of `images` as the columns of `target` `[patchSize, R]`, row
 * (channel, tap down, tap across); 0 in the padding.
 */
export function gatherPatches<T extends Reals>(
  patches: Patches,
  images: T,
  image: number,
  target: T,
): void {
  const { channels, vertical, horizontal } = patches;
  const across = horizontal.taps.length;
  const R = positionsOf(patches);
  for (let c = 0; c < channels; c++) {
    const plane = image + c * vertical.size * horizontal.size;
    const block = c * vertical.taps.length * across;
    horizontal.taps.forEach((right, j) => {
      vertical.taps.forEach((down, i) => {
        const to = (block + i * across + j) * R;
        const known = i > 0 ? sharedWindows(vertical, vertical.taps[i - 1], down) : 0;
        if (known > 0) {
          const skipped = (vertical.windows - known) * horizontal.windows;
          const above = to - across * R;
          target.copyWithin(to, above + skipped, above + R);
        }
        gatherTap(patches, down, right, known, images, plane, target, to);
      });
    });
  }
}

/**
 * For how many windows one tap lies where the tap before it lies for a window further down: their lines are in the
 * matrix already, and moved as one block.
 */
function sharedWindows({ windows, stride }: Axis, before: Tap, tap: Tap): number {
  const skipped = (tap.shift - before.shift) / stride;
  return Number.isInteger(skipped) ? Math.max(0, windows - skipped) : 0;
}

/** One row of the matrix, from window `first` down. */
function gatherTap<T extends Reals>(
  { vertical, horizontal }: Patches,
  down: Tap,
  right: Tap,
  first: number,
  images: T,
  plane: number,
  target: T,
  row: number,
): void {
  const { windows, stride } = horizontal;
  const { start, end } = right;
  for (let o = first; o < vertical.windows; o++) {
    const to = row + o * windows;
    if (o < down.start || o >= down.end) {
      target.fill(0, to, to + windows);
      continue;
    }
    const from = plane + (o * vertical.stride + down.shift) * horizontal.size + right.shift;
    for (let p = 0; p < start; p++) target[to + p] = 0;
    if (stride === 1) for (let p = start; p < end; p++) target[to + p] = images[from + p];
    else for (let p = start; p < end; p++) target[to + p] = images[from + p * stride];
    for (let p = end; p < windows; p++) target[to + p] = 0;
  }
}

/** The transpose of {@link gatherPatches}: adds the columns of `source` to the image. */
export function scatterPatches<T extends Reals>(
  patches: Patches,
  source: T,
  images: T,
  image: number,
): void {
  const { channels, vertical, horizontal } = patches;
  const R = positionsOf(patches);
  let from = 0;
  for (let c = 0; c < channels; c++) {
    const plane = image + c * vertical.size * horizontal.size;
    for (const down of vertical.taps) {
      for (const right of horizontal.taps) {
        scatterTap(patches, down, right, source, from, images, plane);
        from += R;
      }
    }
  }
}

function scatterTap<T extends Reals>(
  { vertical, horizontal }: Patches,
  down: Tap,
  right: Tap,
  source: T,
  row: number,
  images: T,
  plane: number,
): void {
  const { windows, stride } = horizontal;
  const { start, end } = right;
  for (let o = down.start; o < down.end; o++) {
    const from = row + o * windows;
    const to = plane + (o * vertical.stride + down.shift) * horizontal.size + right.shift;
    if (stride === 1) add(source, from + start, images, to + start, end - start);
    else for (let p = start; p < end; p++) images[to + p * stride] += source[from + p];
  }
}

/** y[j + ·] += x[i + ·] over n entries, four at a time: all reads before the writes take half the time. */
function add<T extends Reals>(x: T, i: number, y: T, j: number, n: number): void {
  let t = 0;
  for (; t < n - 3; t += 4) {
    const a = y[j + t] + x[i + t];
    const b = y[j + t + 1] + x[i + t + 1];
    const c = y[j + t + 2] + x[i + t + 2];
    const d = y[j + t + 3] + x[i + t + 3];
    y[j + t] = a;
    y[j + t + 1] = b;
    y[j + t + 2] = c;
    y[j + t + 3] = d;
  }
  for (; t < n; t++) y[j + t] += x[i + t];
}
