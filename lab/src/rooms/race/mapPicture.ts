/** A grid as a picture, one pixel a cell. */
import { colorOf, type Depths, fateOf, type Shades } from "./colors.ts";
import { ROUNDS } from "./order.ts";
import type { Tally } from "./tally.ts";

/** The loss at a cell; of one that is still to come, that of the coarser cell that stands for it. */
export function standIn({ losses, columns }: Tally, step: number, damping: number): number {
  for (let round = 0; round <= ROUNDS; round++) {
    const apart = 2 ** round;
    const [i, j] = [step - (step % apart), damping - (damping % apart)];
    const loss = losses[i * columns + j];
    if (!Number.isNaN(loss)) return loss;
  }
  return Number.NaN;
}

/** Step sizes to the right and dampings upwards. Runs that diverged are left transparent, for a pattern behind. */
export function mapPicture(
  tally: Tally,
  depths: Depths,
  shades: Shades,
  unknown: readonly [number, number, number],
): HTMLCanvasElement | undefined {
  const { columns, losses } = tally;
  const width = losses.length / columns;
  if (width === 0) return undefined;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = columns;
  const context = canvas.getContext("2d");
  if (!context) return undefined;
  const image = context.createImageData(width, columns);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < columns; j++) {
      const fate = fateOf(standIn(tally, i, j), depths);
      if (fate === "diverged") continue;
      const color = colorOf(shades, fate) ?? unknown;
      image.data.set([...color, 255], 4 * ((columns - 1 - j) * width + i));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
