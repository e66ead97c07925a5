/** All matrices of a comparison as pictures, kinds below each other and structures side by side. */
import type { CompareResult, MatrixMap, MeasuredMatrix } from "../experiments/compare/results.ts";
import { DECADES, paletteIndex, pictureOf } from "./compareColors.ts";
import type { Grid } from "./compareStyle.ts";
import { append, type Frame, type Sheet } from "./sheet.ts";
import { sizes } from "./style.ts";
import { power } from "./ticks.ts";
import { measure, wrap, write } from "./words.ts";

/** px of the design of a note in place of a picture */
const NOTE = 12;

/** Where a tile lies, in px of the sheet. */
export type Place = (row: number, column: number) => Frame;

/** The largest entry in size of all pictures; 0 where there is none. */
export function largestEntry({ matrices }: CompareResult): number {
  return matrices.reduce((most, matrix) => {
    if (matrix.status === "refused" || !matrix.map) return most;
    return matrix.map.values.reduce((m, x) => Math.max(m, Math.abs(x)), most);
  }, 0);
}

/** Draws the tiles. The reference has a heavy frame; what is refused says so. */
export function drawMaps(target: Sheet, result: CompareResult, grid: Grid, place: Place): void {
  const largest = largestEntry(result);
  grid.kinds.forEach((kind, row) => {
    grid.structures.forEach((structure, column) => {
      const matrix = grid.at(kind, structure);
      if (!matrix) return;
      const frame = place(row, column);
      const group = append(target.svg, "g", { "data-panel": matrix.name });
      if (matrix.status === "refused") {
        note(target, group, frame, "makes no sense or does not fit", "none");
      } else if (!matrix.map) {
        note(target, group, frame, "too large for a picture", "large");
      } else {
        drawPicture(group, frame, matrix, largest);
        drawArrays(target, group, frame, result);
      }
      outline(target, group, frame, matrix === result.matrices[0]);
    });
  });
}

function drawPicture(
  group: Element,
  frame: Frame,
  { name, map }: MeasuredMatrix,
  largest: number,
): void {
  const { size } = map as MatrixMap;
  const image = append(group, "image", {
    x: frame.x,
    y: frame.y,
    width: frame.width,
    height: frame.height,
    preserveAspectRatio: "none",
    "image-rendering": "optimizeSpeed",
    href: pictureOf(pixels(map as MatrixMap, largest), size, size),
  });
  append(image, "title", {}, name);
}

function pixels({ size, values }: MatrixMap, largest: number): Uint8Array {
  const indices = new Uint8Array(size * size);
  for (let i = 0, t = 0; i < size; i++) {
    for (let j = 0; j <= i; j++, t++) {
      const index = paletteIndex(values[t], largest);
      indices[i * size + j] = index;
      indices[j * size + i] = index;
    }
  }
  return indices;
}

/** Hairlines where one array of θ ends and the next one begins, unless they are too many. */
function drawArrays(target: Sheet, group: Element, frame: Frame, { problem }: CompareResult): void {
  const { arrays, parameters } = problem;
  if (arrays.length > 16) return;
  for (const { offset } of arrays.slice(1)) {
    const share = offset / parameters;
    const [x, y] = [frame.x + share * frame.width, frame.y + share * frame.height];
    const [right, bottom] = [frame.x + frame.width, frame.y + frame.height];
    append(group, "path", {
      d: `M${x} ${frame.y}V${bottom}M${frame.x} ${y}H${right}`,
      stroke: "#999999",
      "stroke-width": 0.5 * target.unit,
      "stroke-opacity": 0.55,
      fill: "none",
    });
  }
}

function outline(target: Sheet, group: Element, frame: Frame, isReference: boolean): void {
  append(group, "rect", {
    x: frame.x,
    y: frame.y,
    width: frame.width,
    height: frame.height,
    fill: "none",
    stroke: "#000",
    "stroke-width": (isReference ? 2.6 : 0.8) * target.unit,
  });
}

/** A text in place of a picture; `short` where the tile is small. */
function note(target: Sheet, group: Element, frame: Frame, text: string, short: string): void {
  const { unit } = target;
  const isSmall = frame.width / unit < 110;
  append(group, "rect", {
    x: frame.x,
    y: frame.y,
    width: frame.width,
    height: frame.height,
    fill: "#f4f4f4",
  });
  const shown = isSmall ? short : text;
  // a word alone may come near the edges, but is not broken
  const word = Math.max(...shown.split(" ").map(measure));
  const lines = wrap(shown, Math.max(word, frame.width / unit / NOTE - 1));
  lines.forEach((line, i) => {
    const y = frame.y + frame.height / 2 + (i - (lines.length - 1) / 2 + 0.3) * 1.25 * NOTE * unit;
    const style = { size: NOTE, italic: true, color: "#555555" };
    write(target, group, line, frame.x + frame.width / 2, y, style);
  });
}

/** The scale of the colours: a horizontal bar with its ticks, centred at `middle`. */
export function drawScale(
  target: Sheet,
  result: CompareResult,
  { middle, y, width }: { readonly middle: number; readonly y: number; readonly width: number },
): void {
  const { unit } = target;
  const largest = largestEntry(result);
  if (largest === 0) return;
  const group = append(target.svg, "g", { "data-panel": "colours" });
  const height = 12 * unit;
  const left = middle - width / 2;
  append(group, "image", {
    x: left,
    y,
    width,
    height,
    preserveAspectRatio: "none",
    href: pictureOf(
      Uint8Array.from({ length: 255 }, (_, i) => i),
      255,
      1,
    ),
  });
  const bar = { x: left, y, width, height, fill: "none", stroke: "#000" };
  append(group, "rect", { ...bar, "stroke-width": 0.8 * unit });
  const exponent = Math.floor(Math.log10(largest));
  const reach = Math.log10(largest) - exponent;
  // from one end to the other: negative powers of ten, zero, positive ones
  for (let k = exponent; k > exponent + reach - DECADES; k--) {
    const depth = 1 + (k - Math.log10(largest)) / DECADES;
    for (const sign of [-1, 1]) {
      const x = middle + (sign * depth * width) / 2;
      tick(target, group, x, y + height);
      if (depth < 0.12) continue;
      label(target, group, `${sign < 0 ? "−" : ""}${power(k)}`, x, y + height);
    }
  }
  tick(target, group, middle, y + height);
  label(target, group, "0", middle, y + height);
  if (left < 80 * unit) return;
  const style = { size: sizes.tick, anchor: "end" } as const;
  write(target, group, "entries", left - 12 * unit, y + 11 * unit, style);
}

function tick(target: Sheet, group: Element, x: number, y: number): void {
  append(group, "path", {
    d: `M${x} ${y}v${4 * target.unit}`,
    stroke: "#000",
    "stroke-width": 0.8 * target.unit,
  });
}

function label(target: Sheet, group: Element, text: string, x: number, y: number): void {
  write(target, group, text, x, y + 17 * target.unit, { size: 13 });
}

/** The width in px of the design that names of kinds need beside the tiles. */
export function namesWidth(names: readonly string[], most: number): number {
  const lines = names.flatMap((name) => wrap(name, most));
  return Math.max(0, ...lines.map((line) => measure(line))) * sizes.tick;
}
