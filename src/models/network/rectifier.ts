/** Two half-lines that meet at 0: what relu and leakyRelu are. */
import { inBlocks } from "../../linalg/blocks.ts";
import { type Reals, reals } from "../../linalg/matrix.ts";
import { arraywise } from "./elementwise.ts";
import type { Layer } from "./layer.ts";

/** x for x > 0, else `slope` · x, entry by entry. */
export function rectifier(kind: string, slope: number, options: Layer["options"]): Layer {
  const activation = {
    values: <T extends Reals>(x: T) => rectified(x, slope),
    slopes: <T extends Reals>(x: T) => slopesOf(x, slope),
  };
  return arraywise(kind, activation, options);
}

function rectified<T extends Reals>(x: T, slope: number): T {
  const y = reals(x, x.length);
  inBlocks(x.length, (start, end) => rectify(x, slope, y, start, end));
  return y;
}

function slopesOf<T extends Reals>(x: T, slope: number): T {
  const slopes = reals(x, x.length);
  inBlocks(x.length, (start, end) => writeSlopes(x, slope, slopes, start, end));
  return slopes;
}

// In arithmetic: signs are hard to predict, and each wrong guess of a branch would cost as much as ten products.

function rectify(x: Reals, slope: number, y: Reals, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    const half = 0.5 * x[i];
    const size = Math.abs(half);
    y[i] = half + size + slope * (half - size);
  }
}

function writeSlopes(x: Reals, slope: number, y: Reals, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    const positive = +(x[i] > 0);
    y[i] = positive + slope * (1 - positive);
  }
}
