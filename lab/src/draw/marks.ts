/** What several rooms draw on their canvases. */
import type { Contour } from "../compute/contours.ts";
import { lowest } from "../compute/contours.ts";
import type { Grid } from "../compute/surface.ts";
import type { Scale } from "./canvas.ts";
import type { Palette } from "./palette.ts";

/** The darkest that the highest ground becomes. */
const DARKEST = 0.2;

/** The loss as a picture of its grid, one pixel a node: the higher the darker. */
export function groundPicture({ count, values }: Grid, color: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = count;
  canvas.height = count;
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const low = lowest(values);
  let high = low;
  for (const value of values) if (value > high && value < Number.POSITIVE_INFINITY) high = value;
  const image = context.createImageData(count, count);
  const [r, g, b] = [1, 3, 5].map((k) => Number.parseInt(color.slice(k, k + 2), 16));
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < count; i++) {
      const share = high > low ? (values[j * count + i] - low) / (high - low) : 0;
      const k = 4 * ((count - 1 - j) * count + i);
      image.data[k] = r;
      image.data[k + 1] = g;
      image.data[k + 2] = b;
      image.data[k + 3] = 255 * DARKEST * Math.sqrt(Math.min(1, Math.max(0, share)));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** The ground, half a node wider than the plane on each side, and its contour lines. */
export function drawGround(
  context: CanvasRenderingContext2D,
  scale: Scale,
  grid: Grid,
  picture: HTMLCanvasElement,
  contours: readonly Contour[],
  palette: Palette,
): void {
  const { x, y, count } = grid;
  const dx = (x[1] - x[0]) / (count - 1) / 2;
  const dy = (y[1] - y[0]) / (count - 1) / 2;
  const left = scale.x(x[0] - dx);
  const top = scale.y(y[1] + dy);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, left, top, scale.x(x[1] + dx) - left, scale.y(y[0] - dy) - top);
  context.strokeStyle = palette.contour;
  context.lineWidth = 1;
  context.lineCap = "round";
  for (const { segments } of contours) {
    context.beginPath();
    for (let k = 0; k < segments.length; k += 4) {
      context.moveTo(scale.x(segments[k]), scale.y(segments[k + 1]));
      context.lineTo(scale.x(segments[k + 2]), scale.y(segments[k + 3]));
    }
    context.stroke();
  }
}

/** A star with five points around (x, y) px. */
export function drawStar(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  palette: Palette,
): void {
  context.beginPath();
  for (let k = 0; k < 10; k++) {
    const angle = (Math.PI * k) / 5;
    const r = k % 2 === 0 ? radius : 0.42 * radius;
    context.lineTo(x + r * Math.sin(angle), y - r * Math.cos(angle));
  }
  context.closePath();
  context.fillStyle = palette.ink;
  context.strokeStyle = palette.panel;
  context.lineJoin = "round";
  context.lineWidth = 2.5;
  context.stroke();
  context.fill();
}

/** An arrow from (x, y) px by (u, v) px. */
export function arrow(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  u: number,
  v: number,
  head: number,
): void {
  const length = Math.hypot(u, v);
  if (!(length > 0.5)) return;
  const size = Math.min(head, 0.7 * length);
  const [dx, dy] = [u / length, v / length];
  const [neckX, neckY] = [x + u - size * dx, y + v - size * dy];
  context.moveTo(x, y);
  context.lineTo(neckX, neckY);
  context.moveTo(x + u, y + v);
  context.lineTo(neckX - 0.42 * size * dy, neckY + 0.42 * size * dx);
  context.lineTo(neckX + 0.42 * size * dy, neckY - 0.42 * size * dx);
  context.closePath();
}
