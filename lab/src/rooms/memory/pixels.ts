/** Images of 8 × 8 pixels, and what a Fisher says of them. */

export const SIDE = 8;
export const PIXELS = SIDE * SIDE;

/**
 * Σ over the units of the first layer of the diagonal Fisher of their weights to each input, `[64]`: how much the task
 * rests on that input. The weights `[units, inputs]` are what θ begins with.
 */
export function fisherByInput(F: Float64Array, units: number): Float64Array {
  const sums = new Float64Array(PIXELS);
  for (let unit = 0; unit < units; unit++) {
    for (let j = 0; j < PIXELS; j++) sums[j] += F[unit * PIXELS + j];
  }
  return sums;
}

/** Values by input where the pixels are in the image: input j of the task is pixel `order[j]`. */
export function putBack(values: ArrayLike<number>, order: ArrayLike<number>): Float64Array {
  const image = new Float64Array(PIXELS);
  for (let j = 0; j < PIXELS; j++) image[order[j]] = values[j];
  return image;
}

/** The image as the task shows it. */
export function asShown(image: ArrayLike<number>, order: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: PIXELS }, (_, j) => image[order[j]]);
}
