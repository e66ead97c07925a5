/** Patches of images as columns of a matrix, with which a convolution is a product (im2col), and back (col2im). */
import type { Reals } from "../../linalg/matrix.ts";
import { type Axis, covered } from "./windows.ts";

/** The patches of images `[channels, height, width]`; row-major. */
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

/** The number of entries of a patch of all channels. */
export function patchSize({ channels, vertical, horizontal }: Patches): number {
  return channels * vertical.kernel * horizontal.kernel;
}

/**
 * Writes the patches of `count` images from image `first` of `images` on as the columns of `target`
 * `[patchSize, count · R]`: row (channel, tap down, tap across), column (image, position); 0 in the padding.
 */
export function gatherPatches<T extends Reals>(
  patches: Patches,
  images: T,
  first: number,
  count: number,
  target: T,
): void {
  const { vertical, horizontal } = patches;
  const [H, W] = [vertical.size, horizontal.size];
  const R = positionsOf(patches);
  const across = horizontal.windows;
  const { stride } = horizontal;
  eachTap(patches, (row, channel, down, right) => {
    const rows = covered(vertical, down);
    const columns = covered(horizontal, right);
    const shift = right * horizontal.dilation - horizontal.before;
    for (let n = 0; n < count; n++) {
      const image = ((first + n) * patches.channels + channel) * H * W;
      let to = (row * count + n) * R;
      target.fill(0, to, to + rows.start * across);
      to += rows.start * across;
      for (let o = rows.start; o < rows.end; o++) {
        const line = o * vertical.stride + down * vertical.dilation - vertical.before;
        const from = image + line * W + shift;
        let p = 0;
        for (; p < columns.start; p++) target[to + p] = 0;
        for (; p < columns.end; p++) target[to + p] = images[from + p * stride];
        for (; p < across; p++) target[to + p] = 0;
        to += across;
      }
      target.fill(0, to, (row * count + n + 1) * R);
    }
  });
}

/** The transpose of {@link gatherPatches}: adds the columns of `source` to the images. */
export function scatterPatches<T extends Reals>(
  patches: Patches,
  source: T,
  images: T,
  first: number,
  count: number,
): void {
  const { vertical, horizontal } = patches;
  const [H, W] = [vertical.size, horizontal.size];
  const R = positionsOf(patches);
  const across = horizontal.windows;
  const { stride } = horizontal;
  eachTap(patches, (row, channel, down, right) => {
    const rows = covered(vertical, down);
    const columns = covered(horizontal, right);
    const shift = right * horizontal.dilation - horizontal.before;
    for (let n = 0; n < count; n++) {
      const image = ((first + n) * patches.channels + channel) * H * W;
      for (let o = rows.start; o < rows.end; o++) {
        const line = o * vertical.stride + down * vertical.dilation - vertical.before;
        const to = image + line * W + shift;
        const from = (row * count + n) * R + o * across;
        for (let p = columns.start; p < columns.end; p++) {
          images[to + p * stride] += source[from + p];
        }
      }
    }
  });
}

/** Calls `visit` for each entry of a patch, in order. */
function eachTap(
  { channels, vertical, horizontal }: Patches,
  visit: (row: number, channel: number, down: number, right: number) => void,
): void {
  let row = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let down = 0; down < vertical.kernel; down++) {
      for (let right = 0; right < horizontal.kernel; right++) {
        visit(row++, channel, down, right);
      }
    }
  }
}
