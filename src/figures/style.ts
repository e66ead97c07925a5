/** What the figures of the empirical-Fisher paper look like: its colours, dashes and marks. */
import type { Method } from "../experiments/results.ts";

/** Where and how wide a figure is drawn. */
export interface FigureOptions {
  /** the browser's own, or one of jsdom's */
  readonly document: Document;
  /** px, default 960; under 640 the panels are stacked for a narrow screen */
  readonly width?: number;
  /** prefix of the ids inside the drawing, for pages that show a figure twice; default `figure1` … */
  readonly id?: string;
}

/** How a method's line is drawn. */
export interface Stroke {
  readonly label: string;
  readonly color: string;
  /** lengths of dash and gap in line widths, `null` for a solid line */
  readonly dashes: readonly number[] | null;
}

export const blue = "#004488";
export const red = "#BB5566";
export const yellow = "#DDAA33";
/** none of the paper's colours; told apart from each of them, and from paper and ink, by the colour-blind too */
export const sky = "#338FE5";
/** contour lines; arrows; the lines of a strip */
export const greys = { contour: "#b3b3b3", arrow: "#999999", rule: "#cccccc" };

/** Dash patterns in line widths, the ones that the paper's plotting library uses. */
const dashed = [3.7, 1.6];
const dashDot = [6.4, 1.6, 1, 1.6];

export const strokes: Readonly<Record<Method, Stroke>> = {
  GD: { label: "GD", color: blue, dashes: dashed },
  NGD: { label: "NGD", color: yellow, dashes: null },
  EFGD: { label: "EFGD", color: red, dashes: dashDot },
};

/** The two ellipses of Figures 2 and 4 take the stroke of the method that inverts their matrix. */
export const ellipseStrokes: Readonly<Record<"fisher" | "empiricalFisher", Stroke>> = {
  fisher: { ...strokes.NGD, label: "Fisher" },
  empiricalFisher: { ...strokes.EFGD, label: "emp. Fisher" },
};

/** The sizes of a figure 960 px wide; a figure of another width multiplies them by its unit. */
export const sizes = {
  title: 20,
  label: 18,
  tick: 16,
  /** the paper's 4 pt in a figure of 12 inches */
  line: 4.4,
  curve: 3.6,
  frame: 1.1,
  contour: 1.5,
  tickLength: 5,
  /** outer radius of a minimum's star, of a start's hexagon */
  star: 8,
  start: 5.5,
};

export const fontFamily = "'STIX Two Text', 'Times New Roman', Times, serif";

/** The `stroke-dasharray` of a stroke drawn `width` px wide. */
export function dashArray(stroke: Stroke, width: number): string {
  return stroke.dashes === null
    ? "none"
    : stroke.dashes.map((length) => (length * width).toFixed(2)).join(" ");
}
