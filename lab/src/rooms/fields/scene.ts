/** What the room Fields draws on its canvases. */
import { node, type Path } from "../../compute/paths.ts";
import { eigen, type Family, type Point } from "../../compute/planar.ts";
import type { Scale } from "../../draw/canvas.ts";
import { arrow } from "../../draw/marks.ts";
import type { Palette } from "../../draw/palette.ts";
import type { Samples, Window } from "./data.ts";
import { fitted } from "./fitted.ts";
import type { Probe } from "./worker.ts";

/** The longest arrow, in distances of two arrows. */
const LONGEST = 0.85;

/** The field: lengths are the roots of the speeds, so that slow places still show where they lead. */
export function drawField(
  context: CanvasRenderingContext2D,
  scale: Scale,
  { x, y }: Window,
  field: Float64Array,
  palette: Palette,
): void {
  const count = Math.sqrt(field.length / 2);
  const across = scale.width / (x[1] - x[0]);
  const up = scale.height / (y[1] - y[0]);
  let largest = 0;
  for (let k = 0; k < field.length; k += 2) {
    const speed = Math.hypot(field[k] * across, field[k + 1] * up);
    if (speed > largest && speed < Number.POSITIVE_INFINITY) largest = speed;
  }
  context.strokeStyle = palette.arrow;
  context.fillStyle = palette.arrow;
  context.lineWidth = 0.9;
  context.lineCap = "butt";
  context.beginPath();
  // in a small panel every second arrow, the middle one among them
  const every = scale.width < 210 ? 2 : 1;
  const first = every === 2 ? ((count - 1) / 2) % 2 : 0;
  const unit = (LONGEST * every * scale.width) / count / Math.sqrt(largest);
  for (let j = first; j < count; j += every) {
    for (let i = first; i < count; i += every) {
      const k = 2 * (j * count + i);
      const [u, v] = [field[k] * across, -field[k + 1] * up];
      const root = Math.sqrt(Math.hypot(u, v));
      if (!(root > 0 && root < Number.POSITIVE_INFINITY)) continue;
      const [dx, dy] = [(u / root) * unit, (v / root) * unit];
      const [px, py] = [scale.x(node(x, i, count)), scale.y(node(y, j, count))];
      arrow(context, px - dx / 2, py - dy / 2, dx, dy, 3.6);
    }
  }
  context.stroke();
  context.fill();
}

/** A path: strong up to the cursor, faint behind it. */
export function drawPath(
  context: CanvasRenderingContext2D,
  scale: Scale,
  { points }: Path,
  cursor: number,
  color: string,
  palette: Palette,
): void {
  const last = points.length / 2 - 1;
  const here = Math.min(cursor, last);
  context.lineJoin = "round";
  context.lineCap = "round";
  context.strokeStyle = color;
  if (here < last) {
    context.globalAlpha = 0.35;
    context.lineWidth = 1.5;
    trace(context, scale, points, here, last);
    context.globalAlpha = 1;
  }
  context.lineWidth = 5;
  context.strokeStyle = palette.panel;
  trace(context, scale, points, 0, here);
  context.lineWidth = 3;
  context.strokeStyle = color;
  trace(context, scale, points, 0, here);
}

/** The place of the cursor on a path. */
export function drawHead(
  context: CanvasRenderingContext2D,
  scale: Scale,
  { points }: Path,
  cursor: number,
  color: string,
  palette: Palette,
): void {
  const here = Math.min(cursor, points.length / 2 - 1);
  context.beginPath();
  context.arc(scale.x(points[2 * here]), scale.y(points[2 * here + 1]), 5, 0, 7);
  context.fillStyle = color;
  context.strokeStyle = palette.panel;
  context.lineWidth = 2;
  context.fill();
  context.stroke();
}

/** Points closer than a third of a pixel are left out: a path has hundreds where it ends. */
function trace(
  context: CanvasRenderingContext2D,
  scale: Scale,
  points: Float64Array,
  from: number,
  to: number,
): void {
  let [x, y] = [scale.x(points[2 * from]), scale.y(points[2 * from + 1])];
  context.beginPath();
  context.moveTo(x, y);
  for (let k = from + 1; k <= to; k++) {
    const [px, py] = [scale.x(points[2 * k]), scale.y(points[2 * k + 1])];
    if (k < to && Math.abs(px - x) + Math.abs(py - y) < 0.33) continue;
    [x, y] = [px, py];
    context.lineTo(x, y);
  }
  context.stroke();
}

/** px from the pointer to the tip of its arrow, where the ellipse passes */
const REACH = 40;

/**
 * At θ the step as an arrow of fixed length, and the ellipse of the metric through its tip: of all points of the ellipse
 * the tip is where the loss, taken as linear, is least.
 */
export function drawProbe(
  context: CanvasRenderingContext2D,
  scale: Scale,
  { x, y }: Window,
  { theta, step, metric }: Probe,
  color: string,
  palette: Palette,
): void {
  const across = scale.width / (x[1] - x[0]);
  const up = scale.height / (y[1] - y[0]);
  const [px, py] = [scale.x(theta[0]), scale.y(theta[1])];
  const length = Math.hypot(step[0] * across, step[1] * up);
  if (!(length > 0)) return;
  const factor = REACH / length;
  const [u, v] = [step[0] * factor, step[1] * factor];
  context.save();
  if (metric) {
    const [a, b, c] = metric;
    const radius = Math.sqrt(a * u * u + 2 * b * u * v + c * v * v);
    const { values, major } = eigen(metric);
    context.beginPath();
    for (let k = 0; k <= 72; k++) {
      const angle = (Math.PI * k) / 36;
      const s = (radius * Math.cos(angle)) / Math.sqrt(values[1]);
      const t = (radius * Math.sin(angle)) / Math.sqrt(values[0]);
      const [db, dw] = [s * major[0] - t * major[1], s * major[1] + t * major[0]];
      context.lineTo(px + db * across, py - dw * up);
    }
    context.fillStyle = color;
    context.globalAlpha = 0.13;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.stroke();
  }
  context.beginPath();
  context.strokeStyle = palette.ink;
  context.fillStyle = palette.ink;
  context.lineWidth = 2;
  arrow(context, px, py, u * across, -v * up, 9);
  context.stroke();
  context.fill();
  context.restore();
}

/** The samples; labels of a logistic regression as two rows, spread a little so that they can be told apart. */
export function drawSamples(
  context: CanvasRenderingContext2D,
  scale: Scale,
  points: Samples,
  family: Family,
  palette: Palette,
): void {
  const radius = points.length > 800 ? 2.2 : 3;
  context.globalAlpha = points.length > 800 ? 0.45 : 0.6;
  context.fillStyle = palette.blue;
  context.beginPath();
  for (let k = 0; k < points.length; k += 2) {
    const x = scale.x(points[k]);
    const y = scale.y(points[k + 1] + spreadOf(k / 2, family));
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fill();
  context.globalAlpha = 1;
}

/** What a label is moved by in the picture, always the same for a sample. */
export function spreadOf(n: number, family: Family): number {
  return family === "gaussian" ? 0 : 0.22 * (((n * 0.618034) % 1) - 0.5);
}

/** The model at θ over the samples. */
export function drawFit(
  context: CanvasRenderingContext2D,
  scale: Scale,
  family: Family,
  theta: Point,
  color: string,
  { width, dashes = [] }: { readonly width: number; readonly dashes?: readonly number[] },
): void {
  context.beginPath();
  for (const [x, y] of fitted(family, theta, [scale.invertX(0), scale.invertX(scale.width)])) {
    context.lineTo(scale.x(x), scale.y(y));
  }
  context.strokeStyle = color;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.setLineDash([...dashes]);
  context.stroke();
  context.setLineDash([]);
}
