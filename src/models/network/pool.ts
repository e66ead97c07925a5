/** What maxima and averages of windows share: their options and shapes. */
import { ShapeError } from "../../errors.ts";
import type { Axis, Patches } from "../../linalg/patches.ts";
import type { Shape } from "./layer.ts";
import { shapeText } from "./shape.ts";
import {
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
