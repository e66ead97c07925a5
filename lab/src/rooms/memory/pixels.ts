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

/** The image, `[64]` of 0 to 1, as the task shows it. */
export function asShown(image: ArrayLike<number>, order: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: PIXELS }, (_, j) => image[order[j]]);
}

/** Which of a task's images is shown large: a 2 where the tasks have all digits. */
const SHOWN = 2;

/** One of the images `[n, 64]`. */
export function exampleOf(images: Float32Array): Float32Array {
  const n = Math.min(SHOWN, images.length / PIXELS - 1);
  return images.subarray(n * PIXELS, (n + 1) * PIXELS);
}

/**
 * Draws 64 values from 0 (nothing) to 1 (the context's colour) on a square of `width` px. Edges are on whole px: no
 * seams show between the pixels.
 */
export function drawPixels(
  context: CanvasRenderingContext2D,
  values: ArrayLike<number>,
  width: number,
): void {
  const edge = (k: number): number => Math.round((k * width) / SIDE);
  for (let k = 0; k < PIXELS; k++) {
    const [column, row] = [k % SIDE, Math.floor(k / SIDE)];
    context.globalAlpha = values[k];
    context.fillRect(
      edge(column),
      edge(row),
      edge(column + 1) - edge(column),
      edge(row + 1) - edge(row),
    );
  }
  context.globalAlpha = 1;
}
