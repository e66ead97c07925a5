/** Canvases in CSS pixels, and the scale from data to them. */

export interface Scale {
  readonly width: number;
  readonly height: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly invertX: (pixel: number) => number;
  readonly invertY: (pixel: number) => number;
}

type Interval = readonly [number, number];

/** A scale onto `width` × `height` px, y upwards. */
export function scale(x: Interval, y: Interval, width: number, height: number): Scale {
  const across = width / (x[1] - x[0]);
  const up = height / (y[1] - y[0]);
  return {
    width,
    height,
    x: (value) => (value - x[0]) * across,
    y: (value) => height - (value - y[0]) * up,
    invertX: (pixel) => x[0] + pixel / across,
    invertY: (pixel) => y[0] + (height - pixel) / up,
  };
}

/** Clears the canvas, makes it as sharp as the screen, and gives a context whose unit is a CSS pixel. */
export function begin(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const density = Math.min(globalThis.devicePixelRatio || 1, 3);
  const [w, h] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext("2d");
  if (!context || w === 0 || h === 0) return null;
  context.setTransform(w / width, 0, 0, h / height, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** The dash pattern, given in line widths, for a line of a width. */
export function dash(
  context: CanvasRenderingContext2D,
  pattern: readonly number[] | null,
  width: number,
): void {
  context.setLineDash(pattern ? pattern.map((length) => length * width) : []);
}
