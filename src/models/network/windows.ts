/** Windows that slide over images: the options of convolutions and pooling, and where windows lie along an axis. */
import { DomainError, ShapeError } from "../../errors.ts";
import type { Axis } from "../../linalg/patches.ts";
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
  return [value[0], value[1]];
}

/**
 * Windows along axis `axis` of inputs `[channels, height, width]`: PyTorch's
 * ⌊(size + before + after − dilation · (kernel − 1) − 1) / stride⌋ + 1 of them. Throws {@link ShapeError} where not
 * even one fits.
 */
export function axisOf(input: Shape, axis: 1 | 2, sliding: Sliding): Axis {
  const size = input[axis];
  const { kernel, stride, dilation, before, after } = sliding;
  const extent = dilation * (kernel - 1) + 1;
  const padded = size + before + after;
  if (extent > padded) {
    throw new ShapeError(
      `found inputs ${shapeText(input)}, expected ${axis === 1 ? "a height" : "a width"} of at least ` +
        `${extent - before - after}, into which a window of ${extent} fits`,
    );
  }
  const windows = Math.floor((padded - extent) / stride) + 1;
  const within = (window: number, least: number): number =>
    Math.min(windows, Math.max(least, Math.ceil(window)));
  const taps = Array.from({ length: kernel }, (_, k) => {
    const shift = k * dilation - before;
    const start = within(-shift / stride, 0);
    return { shift, start, end: within((size - shift) / stride, start) };
  });
  return { size, windows, stride, taps };
}

/** Throws {@link ShapeError} unless `input` is `[channels, height, width]`, with these `channels` if given. */
export function requireImage(input: Shape, channels?: number): void {
  if (input.length !== 3 || (channels !== undefined && input[0] !== channels)) {
    throw new ShapeError(
      `found inputs ${shapeText(input)}, expected [${channels ?? "channels"}, height, width]`,
    );
  }
}
