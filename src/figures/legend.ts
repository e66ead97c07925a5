/** Legends, drawn as the marks that they explain. */
import * as Plot from "@observablehq/plot";
import { tips } from "./marks.ts";
import { overlay, type Sheet } from "./sheet.ts";
import { dashArray, type Stroke, sizes } from "./style.ts";
import { measure, write } from "./words.ts";

/** An entry: a piece of line, or a symbol. */
export type LegendItem =
  | { readonly label: string; readonly line: Stroke; readonly width: number }
  | { readonly label: string; readonly symbol: "star" | "circle"; readonly radius: number };

/** px of the design: length of a piece of line, gap to its text, gap between entries */
const spacing = { line: 61, symbol: 20, text: 9, entry: 34 };

function widthOf(item: LegendItem): number {
  const sample = "line" in item ? spacing.line : spacing.symbol;
  return sample + spacing.text + measure(item.label) * sizes.label;
}

/** Splits the entries into as few rows as fit into `available` px of the design. */
function rowsOf(items: readonly LegendItem[], available: number): LegendItem[][] {
  const rows: LegendItem[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const width = widthOf(item);
    if (used + spacing.entry + width > available) {
      rows.push([]);
      used = -spacing.entry;
    }
    rows.at(-1)!.push(item);
    used += spacing.entry + width;
  }
  return rows;
}

/** px of the design between two rows of a legend. */
const rowHeight = 27;

/** The height in px that {@link legend} takes. */
export function legendHeight(items: readonly LegendItem[], width: number, unit: number): number {
  return rowsOf(items, width / unit).length * rowHeight * unit;
}

/** Draws the entries in centred rows; `y` is the middle of the first row, px of the sheet. */
export function legend(target: Sheet, items: readonly LegendItem[], y: number): void {
  const { unit } = target;
  rowsOf(items, target.width / unit).forEach((row, r) => {
    const middle = y + r * rowHeight * unit;
    const total = row.reduce((sum, item) => sum + widthOf(item), (row.length - 1) * spacing.entry);
    let x = target.width / 2 - (total / 2) * unit;
    for (const item of row) {
      const sample = ("line" in item ? spacing.line : spacing.symbol) * unit;
      overlay(target, `legend ${item.label}`, [sampleOf(item, x, x + sample, middle, unit)]);
      write(
        target,
        target.svg.lastElementChild!,
        item.label,
        x + sample + spacing.text * unit,
        middle + 0.33 * sizes.label * unit,
        { anchor: "start" },
      );
      x += (widthOf(item) + spacing.entry) * unit;
    }
  });
}

function sampleOf(item: LegendItem, x1: number, x2: number, y: number, unit: number): Plot.Markish {
  if ("line" in item) {
    const width = item.width * unit;
    return Plot.link([0], {
      x1: [x1],
      x2: [x2],
      y1: [y],
      y2: [y],
      stroke: item.line.color,
      strokeWidth: width,
      strokeDasharray: dashArray(item.line, width),
    });
  }
  return Plot.dot([0], {
    x: [(x1 + x2) / 2],
    y: [y],
    r: (item.radius / tips[item.symbol]) * unit,
    symbol: item.symbol,
    fill: "#000",
    stroke: "none",
  });
}
