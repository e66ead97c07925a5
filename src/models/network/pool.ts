/** What maxima and averages of windows share: their options, and how they walk through an image. */
import { ShapeError } from "../../errors.ts";
import type { Shape } from "./layer.ts";
import type { Patches } from "./patches.ts";
import { shapeText } from "./shape.ts";
import {
  type Axis,
  axisOf,
  type Pair,
  paddingPair,
  positivePair,
  requireImage,
  type Sliding,
} from "./windows.ts";

export interface PoolOptions {
  /** default the kernel: windows that do not overlap */
  readonly stride?: Pair;
  /** on each side, default 0 */
  readonly padding?: Pair;
}

/** Windows of a pooling layer. */
export interface Pool {
  readonly kind: string;
  readonly vertical: Sliding;
  readonly horizontal: Sliding;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Throws `DomainError` for numbers that are no positive integers, or a padding that is negative. */
export function poolOf(
  kind: string,
  kernel: Pair,
  { stride = kernel, padding = 0 }: PoolOptions,
  dilation: Pair = 1,
): Pool {
  const sizes = positivePair(kernel, `${kind}: kernel`);
  const strides = positivePair(stride, `${kind}: stride`);
  const paddings = paddingPair(padding, `${kind}: padding`);
  const dilations = positivePair(dilation, `${kind}: dilation`);
  const along = (axis: 0 | 1): Sliding => ({
    kernel: sizes[axis],
    stride: strides[axis],
    dilation: dilations[axis],
    before: paddings[axis],
    after: paddings[axis],
  });
  return {
    kind,
    vertical: along(0),
    horizontal: along(1),
    options: { kernel: sizes, stride: strides, padding: paddings },
  };
}

/**
 * The windows on images `[channels, height, width]`. Throws {@link ShapeError} for inputs of another shape, in which no
 * window fits, or of which some window has nothing but padding.
 */
export function pooledPatches({ vertical, horizontal }: Pool, input: Shape): Patches {
  requireImage(input);
  const axes = [axisOf(input, 1, vertical), axisOf(input, 2, horizontal)] as const;
  for (const axis of axes) requireInputs(axis, input);
  return { channels: input[0], vertical: axes[0], horizontal: axes[1] };
}

function requireInputs({ windows, taps }: Axis, input: Shape): void {
  for (let o = 0; o < windows; o++) {
    if (taps.some(({ start, end }) => start <= o && o < end)) continue;
    throw new ShapeError(
      `found inputs ${shapeText(input)}, of which window ${o} would have nothing but padding, expected a larger ` +
        "image or less padding",
    );
  }
}

/**
 * How entries of an image enter the windows of its channels: three numbers for each line, the index of its first entry in
 * the image, the index of its first window in the outputs, and how many there are. Entries are a horizontal stride
 * apart, windows follow each other. The lines of each window come in row-major order of its entries.
 */
export function linesOf({ channels, vertical, horizontal }: Patches): Int32Array {
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
