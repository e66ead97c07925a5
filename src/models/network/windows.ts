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

/** Longest axis with its padding: kernels over images count in 32 bits. */
const LONGEST = 2 ** 31 - 1;
/** Most entries of a window along an axis: each is an object. */
const WIDEST = 2 ** 24;

/**
 * How many windows there are along axis `axis` of inputs `[channels, height, width]`: PyTorch's
 * ⌊(size + before + after − dilation · (kernel − 1) − 1) / stride⌋ + 1. Nothing is allocated. Throws {@link ShapeError}
 * where not even one fits, and for an axis beyond 2³¹ with its padding.
 */
export function windowsAlong(input: Shape, axis: 1 | 2, sliding: Sliding): number {
  const { stride, before, after } = sliding;
  const extent = extentOf(sliding);
  const padded = input[axis] + before + after;
  const name = axis === 1 ? "a height" : "a width";
  if (padded > LONGEST) {
    throw new ShapeError(
      `found inputs ${shapeText(input)} with ${before} and ${after} entries of padding around ${name}, expected at ` +
        `most ${LONGEST} with the padding`,
    );
  }
  if (extent > padded) {
    throw new ShapeError(
      `found inputs ${shapeText(input)}, expected ${name} of at least ` +
        `${extent - before - after}, into which a window of ${extent} fits`,
    );
  }
  return Math.floor((padded - extent) / stride) + 1;
}

/** From the first entry of a window to the last, gaps included. */
function extentOf({ kernel, dilation }: Sliding): number {
  return dilation * (kernel - 1) + 1;
}

/** Windows along an axis with all their entries, as {@link windowsAlong}; also throws for more than 2²⁴ of them. */
export function axisOf(input: Shape, axis: 1 | 2, sliding: Sliding): Axis {
  requireFew(input, sliding.kernel);
  return axisWith(input, axis, sliding, [{ first: 0, end: sliding.kernel }]);
}

/**
 * As {@link axisOf}, but without the entries that are padding in every window: however large the kernel, there are
 * no more than those of the input that each window sees. How many is for the caller to check ({@link touchedEntries}).
 */
export function touchedAxisOf(input: Shape, axis: 1 | 2, sliding: Sliding): Axis {
  const windows = windowsAlong(input, axis, sliding);
  return axisWith(input, axis, sliding, [...touchedRuns(input[axis], windows, sliding)]);
}

/** How many entries the windows of {@link touchedAxisOf} have; nothing is allocated. */
export function touchedEntries(input: Shape, axis: 1 | 2, sliding: Sliding): number {
  const windows = windowsAlong(input, axis, sliding);
  let entries = 0;
  for (const { first, end } of touchedRuns(input[axis], windows, sliding)) entries += end - first;
  return entries;
}

/** Consecutive entries of a window, `first` up to (without it) `end`. */
interface Run {
  readonly first: number;
  readonly end: number;
}

/** The entries that some window has on the axis, in order: the last window has the first of them there. */
function* touchedRuns(size: number, windows: number, sliding: Sliding): Generator<Run, void> {
  const { kernel, stride, dilation, before } = sliding;
  let next = 0;
  for (let o = windows - 1; o >= 0 && next < kernel; o--) {
    const start = before - o * stride;
    const first = Math.max(next, Math.ceil(start / dilation));
    const end = Math.min(kernel, Math.floor((start + size - 1) / dilation) + 1);
    if (first >= end) continue;
    yield { first, end };
    next = end;
  }
}

function axisWith(input: Shape, axis: 1 | 2, sliding: Sliding, runs: readonly Run[]): Axis {
  const size = input[axis];
  const { dilation, before, after } = sliding;
  const windows = windowsAlong(input, axis, sliding);
  // of one window no step is taken, and one beyond 32 bits would not be understood
  const stride = Math.min(sliding.stride, size + before + after);
  const within = (window: number, least: number): number =>
    Math.min(windows, Math.max(least, Math.ceil(window)));
  const taps = runs.flatMap(({ first, end: last }) =>
    Array.from({ length: last - first }, (_, k) => {
      const shift = (first + k) * dilation - before;
      const start = within(-shift / stride, 0);
      return { shift, start, end: within((size - shift) / stride, start) };
    }),
  );
  return { size, windows, stride, taps };
}

/** Throws {@link ShapeError} for windows of more than 2²⁴ entries along an axis. */
export function requireFew(input: Shape, entries: number): void {
  if (entries <= WIDEST) return;
  throw new ShapeError(
    `found inputs ${shapeText(input)} and windows of ${entries} entries along an axis, expected at most ${WIDEST}`,
  );
}

/** Throws {@link ShapeError} unless `input` is `[channels, height, width]`, with these `channels` if given. */
export function requireImage(input: Shape, channels?: number): void {
  if (input.length !== 3 || (channels !== undefined && input[0] !== channels)) {
    throw new ShapeError(
      `found inputs ${shapeText(input)}, expected [${channels ?? "channels"}, height, width]`,
    );
  }
}
