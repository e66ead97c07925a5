/** Spectra of a comparison: a panel for each structure, a curve for each kind. */
import type * as Plot from "@observablehq/plot";
import type { CompareResult, MeasuredMatrix } from "../experiments/compare/results.ts";
import { axes } from "./axes.ts";
import { type Grid, kindStroke } from "./compareStyle.ts";
import { wholeTicks } from "./diagnosisStyle.ts";
import { curve, type Point, symbols } from "./marks.ts";
import { type Frame, type Panel, panel, type Sheet } from "./sheet.ts";
import { sizes } from "./style.ts";
import { linearTicks, logMargin, logTicks, type Tick } from "./ticks.ts";
import { write } from "./words.ts";

/** px of the design */
const NOTE = 12;

/** powers of ten below the largest eigenvalue that are drawn */
const DECADES = 9;

/** Draws the panels in their frames, one for each structure of the grid, on one scale. */
export function drawSpectra(
  target: Sheet,
  result: CompareResult,
  grid: Grid,
  frames: readonly Frame[],
): void {
  const { unit } = target;
  const measured = result.matrices.filter((matrix) => matrix.status === "measured");
  const y = range(measured);
  const x: Point = [0.8, Math.max(2, 1.25 * result.problem.parameters)];
  grid.structures.forEach((structure, column) => {
    const shown = measured.filter((matrix) => matrix.structure === structure);
    const drawn = panel(target, {
      name: `spectra ${structure}`,
      frame: frames[column],
      x,
      y,
      log: true,
      logX: true,
      open: true,
      marks: shown.flatMap((matrix) => marksOf(matrix, y, unit)),
    });
    const spectra = shown.flatMap(({ spectrum }) => spectrum ?? []);
    const { y: top, height } = frames[column];
    if (spectra.length === 0) note(target, drawn, "none", top + height / 2);
    // above the panel: curves may be anywhere in it
    if (spectra.some(({ by }) => by === "Lanczos")) {
      note(target, drawn, "estimate", top - 4 * unit);
    }
    const next = frames[column + 1];
    // the first text of the panel to the right begins left of its frame
    const end = next ? next.x + drawn.x(1) - drawn.frame.x - HALF * unit : target.width;
    axes(target, drawn, {
      xTicks: separate(rankTicks(x), drawn, end - HALF * unit, unit),
      yTicks: logTicks(y, 6)
        .filter(({ text }) => text)
        .map(({ value, text }) => (column === 0 && text ? { value, text } : { value })),
    });
  });
}

/** px of the design that half of a tick's text takes: 10ᵏ, and a little air */
const HALF = 13;

/** The ticks with their texts, as far as those keep apart from each other and end before `end` px. */
function separate(ticks: readonly Tick[], { x }: Panel, end: number, unit: number): Tick[] {
  let free = Number.NEGATIVE_INFINITY;
  return ticks.map(({ value, text }) => {
    const at = x(value);
    if (!text || at < free || at > end) return { value };
    free = at + 2 * HALF * unit;
    return { value, text };
  });
}

/** A word in the middle of a panel's width, with its baseline at `y`. */
function note(target: Sheet, { group, frame }: Panel, text: string, y: number): void {
  const style = { size: NOTE, italic: true, color: "#555555" };
  write(target, group, text, frame.x + frame.width / 2, y, style);
}

/** Positive eigenvalues as a curve, the sizes of negative ones as dots. */
function marksOf({ kind, spectrum }: MeasuredMatrix, y: Point, unit: number): Plot.Markish[] {
  if (!spectrum) return [];
  const stroke = kindStroke(kind);
  const floor = y[0];
  const kept = spectrum.points.map(([rank, value]): Point => [rank, value]);
  const positive = kept.filter(([, value]) => value > floor);
  const negative = kept
    .filter(([, value]) => value < -floor)
    .map(([rank, value]): Point => [rank, -value]);
  return [
    curve(positive, stroke, 0.5 * sizes.curve * unit),
    symbols(negative, { symbol: "circle", fill: stroke.color, radius: 1.7 * unit }),
  ];
}

function range(measured: readonly MeasuredMatrix[]): Point {
  const largest = Math.max(...measured.map(({ spectrum }) => spectrum?.largest ?? 0));
  if (!(largest > 0)) return [1e-10, 1];
  const least = largest * 10 ** -DECADES;
  const values = measured.flatMap(({ spectrum }) =>
    (spectrum?.points ?? []).map(([, value]) => Math.abs(value)).filter((value) => value > least),
  );
  // two decades at least, so that there are powers of ten to label
  return logMargin([Math.min(largest / 100, ...values), largest]);
}

/** Powers of ten, or of a few ranks all. */
function rankTicks([low, high]: Point): Tick[] {
  if (high < 10) return linearTicks(wholeTicks(1, Math.floor(high / 1.25), 5));
  return logTicks([low, high], 3).filter(({ text }) => text);
}
