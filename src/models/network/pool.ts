/** What maxima and averages of windows share: their options and shapes. */
import { ShapeError } from "../../errors.ts";
import type { Patches } from "../../linalg/patches.ts";
import type { Shape } from "./layer.ts";
import { requireRoom } from "./room.ts";
import { shapeText, sizeOf } from "./shape.ts";
import {
  type Pair,
  paddingPair,
  positivePair,
  requireFew,
  requireImage,
  type Sliding,
  touchedAxisOf,
  touchedEntries,
  windowsAlong,
} from "./windows.ts";

export interface PoolOptions {
  /** default the kernel: windows that do not overlap */
  readonly stride?: Pair;
  /** on each side, default 0; any that leaves no window without an entry of the image, PyTorch's at most half the kernel */
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
 * The shape of the outputs on images `[channels, height, width]`. Throws {@link ShapeError} for inputs of another shape,
 * in which no window fits, of which some window has nothing but padding, or whose windows do not fit into memory.
 */
export function pooledShape({ vertical, horizontal }: Pool, input: Shape): Shape {
  requireImage(input);
  const sides = [
    { axis: 1, sliding: vertical },
    { axis: 2, sliding: horizontal },
  ] as const;
  const windows = sides.map(({ axis, sliding }) => windowsAlong(input, axis, sliding));
  const shape = [input[0], ...windows];
  requireRoom(sizeOf(shape), `outputs ${shapeText(shape)}`);
  for (const { axis, sliding } of sides) requireInputs(input, axis, sliding);
  const [down, across] = sides.map(({ axis, sliding }) => touchedEntries(input, axis, sliding));
  for (const entries of [down, across]) requireFew(input, entries);
  requireRoom(windows[0] * windows[1] * down * across, "the entries of all windows of a channel");
  return shape;
}

/**
 * The windows on images of a shape that {@link pooledShape} has taken, without what is padding in all of them: no
 * maximum is there, and no sum.
 */
export function pooledPatches({ vertical, horizontal }: Pool, input: Shape): Patches {
  return {
    channels: input[0],
    vertical: touchedAxisOf(input, 1, vertical),
    horizontal: touchedAxisOf(input, 2, horizontal),
  };
}

/**
 * Throws {@link ShapeError} for a window that has nothing but padding. Only the first and the last can lie beside the
 * axis; others can step over it, with a dilation beyond its size, where their first entry modulo the dilation is
 * not on it. If none of the first size + 1 does, two of them agree modulo the dilation, and all after are repetitions.
 */
function requireInputs(input: Shape, axis: 1 | 2, sliding: Sliding): void {
  const { kernel, stride, dilation, before } = sliding;
  const size = input[axis];
  const last = windowsAlong(input, axis, sliding) - 1;
  const require = (o: number): void => {
    const start = o * stride - before;
    const skipped = Math.max(0, Math.ceil(-start / dilation));
    if (skipped < kernel && start + skipped * dilation < size) return;
    throw new ShapeError(
      `found inputs ${shapeText(input)}, of which window ${o} would have nothing but padding, expected a larger ` +
        "image or less padding",
    );
  };
  for (let o = 0; o <= Math.min(size, last); o++) require(o);
  require(last);
}
