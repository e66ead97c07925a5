/** Windows that slide over images: the options of convolutions and pooling, and where windows lie along an axis. */
import { DomainError, ShapeError } from "../../errors.ts";
import type { Shape } from "./layer.ts";
import { requireCount, shapeText } from "./shape.ts";

/** One number for both axes, or those of height and width. */
export type Pair = number | readonly [height: number, width: number];

/** Windows along one axis, whatever its length. */
export interface Sliding {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** entries of padding before the axis */
  readonly before: number;
  /** and after it */
  readonly after: number;
}

/** Windows along an axis of `size` entries. Tap k of window o lies at entry o · stride + k · dilation − before. */
export interface Axis extends Sliding {
  readonly size: number;
  /** how many windows there are */
  readonly windows: number;
}

/** Both numbers of a pair. Throws {@link DomainError} unless they are positive integers. */
export function positivePair(value: Pair, what: string): readonly [number, number] {
  const pair = pairOf(value, what);
  for (const count of pair) requireCount(count, what);
  return pair;
}

/** Both numbers of a pair. Throws {@link DomainError} unless they are integers that are at least 0. */
export function paddingPair(value: Pair, what: string): readonly [number, number] {
  const pair = pairOf(value, what);
  for (const count of pair) {
    if (!(Number.isSafeInteger(count) && count >= 0)) {
      throw new DomainError(`${what} is ${count}, expected an integer that is at least 0`);
    }
  }
  return pair;
}

function pairOf(value: Pair, what: string): readonly [number, number] {
  if (typeof value === "number") return [value, value];
  if (!(Array.isArray(value) && value.length === 2)) {
    throw new DomainError(`${what} is ${JSON.stringify(value)}, expected a number or two`);
  }
  return value;
}

/**
 * Windows along an axis: ⌊(size + before + after − dilation · (kernel − 1) − 1) / stride⌋ + 1 of them, as in PyTorch.
 * Throws {@link ShapeError} where not even one fits.
 */
export function axisOf(size: number, sliding: Sliding, input: Shape): Axis {
  const { kernel, stride, dilation, before, after } = sliding;
  const extent = dilation * (kernel - 1) + 1;
  const padded = size + before + after;
  if (extent > padded) {
    throw new ShapeError(
      `found inputs ${shapeText(input)}, expected an image in which a window of ${extent} fits: ` +
        `with its padding this axis has ${padded}`,
    );
  }
  return { ...sliding, size, windows: Math.floor((padded - extent) / stride) + 1 };
}

/** The windows, from `start` up to `end`, of which a tap lies on the axis, not in its padding. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The windows of which tap `tap` lies on the axis; `end` is at least `start`. */
export function covered({ size, windows, stride, dilation, before }: Axis, tap: number): Range {
  const shift = tap * dilation - before;
  const start = Math.min(windows, Math.max(0, Math.ceil(-shift / stride)));
  const end = Math.min(windows, Math.max(start, Math.ceil((size - shift) / stride)));
  return { start, end };
}

/** The taps, from `start` up to `end`, of window `window` that lie on the axis. */
export function taps({ size, kernel, stride, dilation, before }: Axis, window: number): Range {
  const shift = window * stride - before;
  const start = Math.min(kernel, Math.max(0, Math.ceil(-shift / dilation)));
  const end = Math.min(kernel, Math.max(start, Math.ceil((size - shift) / dilation)));
  return { start, end };
}

/** Throws {@link ShapeError} unless `input` is `[channels, height, width]`, with `channels` if given. */
export function requireImage(input: Shape, channels?: number): void {
  if (input.length !== 3 || (channels !== undefined && input[0] !== channels)) {
    throw new ShapeError(
      `found inputs ${shapeText(input)}, expected [${channels ?? "channels"}, height, width]`,
    );
  }
}
