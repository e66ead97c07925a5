/** A digit that is drawn: 64 pixels in 16 shades, as text. */
import { PIXELS, SIDE } from "./pixels.ts";

const LEVELS = 15;
export const blank = "0".repeat(PIXELS);

/** From 0 to 1. */
export function imageOf(digit: string): Float64Array {
  return Float64Array.from(digit, (letter) => Number.parseInt(letter, 16) / LEVELS);
}

export function digitOf(image: ArrayLike<number>): string {
  return Array.from(image, (value) => Math.round(LEVELS * value).toString(16)).join("");
}

/** px from the pen at which nothing is left of it: strokes become as wide as those of the data set */
const REACH = 1.3;
/** px between two dots of a stroke */
const STEP = 0.4;

export type Place = readonly [x: number, y: number];

/** The digit after a stroke of the pen, in pixels from the upper left corner. */
export function drawn(digit: string, from: Place, to: Place): string {
  const image = imageOf(digit);
  const count = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / STEP);
  for (let i = 0; i <= count; i++) {
    const share = count === 0 ? 0 : i / count;
    dot(image, from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]));
  }
  return digitOf(image);
}

function dot(image: Float64Array, x: number, y: number): void {
  for (let k = 0; k < PIXELS; k++) {
    const distance = Math.hypot((k % SIDE) + 0.5 - x, Math.floor(k / SIDE) + 0.5 - y);
    const ink = Math.min(1, 1.6 * Math.max(0, 1 - distance / REACH));
    image[k] = Math.max(image[k], ink);
  }
}

/** The digit with one pixel black, or white where it was dark. */
export function toggled(digit: string, pixel: number): string {
  const image = imageOf(digit);
  image[pixel] = image[pixel] > 0.5 ? 0 : 1;
  return digitOf(image);
}
