/** The figure of a comparison: every matrix as a picture, their spectra, and a table of numbers. */
import { structureNames } from "../experiments/compare/names.ts";
import type { CompareResult } from "../experiments/compare/results.ts";
import { drawMaps, drawScale, namesWidth, type Place } from "./compareMaps.ts";
import { drawSpectra } from "./compareSpectra.ts";
import { type Grid, gridOf, kindStroke, numberText, titleText } from "./compareStyle.ts";
import { drawTable, tableHeight } from "./compareTable.ts";
import { type LegendItem, legend, legendHeight } from "./legend.ts";
import { append, extent, type Frame, type Sheet, sheet } from "./sheet.ts";
import { type FigureOptions, sizes } from "./style.ts";
import { measure, wrap, write } from "./words.ts";

/** px of the design */
const parts = { head: 40, gap: 12, row: 30, spectra: 190, between: 30, legend: 34, scale: 66 };

/** px of the design that a tile takes at most, so that one or two are not posters */
const LARGEST = 300;
/** em of a kind's name beside its tiles */
const NAME = 8;
/** px of the design between two lines of a title */
const LINE = 24;

interface Layout {
  readonly narrow: boolean;
  /** px of the design above all of it */
  readonly above: number;
  readonly place: Place;
  readonly spectra: readonly Frame[];
  readonly scale: { readonly middle: number; readonly y: number; readonly width: number };
  readonly legend: number;
  readonly bottom: number;
}

/**
 * Draws a comparison: kinds below each other and structures side by side, on one scale of colours; their spectra below, by
 * structure; and below them, unless it is for a narrow screen, the numbers.
 *
 * ```ts
 * const result = await runComparison(compareConfiguration.parse(exampleConfiguration));
 * document.body.append(compareFigure(result, { document }));
 * ```
 */
export function compareFigure(result: CompareResult, options: FigureOptions): SVGSVGElement {
  const { width, narrow, unit } = extent(options);
  const title = wrap(titleText(result), (width / unit - 60) / sizes.title);
  const numbers = narrow ? 0 : tableHeight(result, width, unit) + 24 * unit;
  const { target, bottom } = plots(result, options, {
    above: 20 + title.length * LINE,
    below: numbers,
  });
  drawTitle(target, title);
  if (!narrow) drawTable(target, result, bottom + 16 * unit);
  return target.svg;
}

/** The same without title and table, for a page that has both. */
export function comparePlots(result: CompareResult, options: FigureOptions): SVGSVGElement {
  return plots(result, options, { above: 0, below: 0 }).target.svg;
}

function drawTitle(target: Sheet, lines: readonly string[]): void {
  const { unit } = target;
  const group = append(target.svg, "g", { "data-panel": "title" });
  lines.forEach((line, i) => {
    const style = { size: sizes.title, bold: true };
    write(target, group, line, target.width / 2, (28 + i * LINE) * unit, style);
  });
}

/** Room that is left for a title, px of the design, and for the table, px of the sheet. */
interface Room {
  readonly above: number;
  readonly below: number;
}

function plots(
  result: CompareResult,
  options: FigureOptions,
  { above, below }: Room,
): { readonly target: Sheet; readonly bottom: number } {
  const grid = gridOf(result);
  const strokes = [
    ...new Map(result.matrices.map(({ kind }) => [kindStroke(kind).label, kindStroke(kind)])),
  ].map(([, stroke]) => stroke);
  const items = strokes.map(
    (line): LegendItem => ({ label: line.label, line, width: 0.5 * sizes.curve }),
  );
  const pictures = result.matrices.some((matrix) => matrix.status === "measured" && matrix.map);
  const layout = layoutOf(pictures ? grid : { ...grid, kinds: [] }, items, options, above);
  const target = sheet(options, {
    name: "compare",
    height: layout.bottom + below,
    title: "Curvature matrices side by side",
    description: describe(result),
  });
  const group = append(target.svg, "g", { "data-panel": "names" });
  drawStructures(target, group, grid, layout);
  if (pictures) {
    drawKinds(target, group, grid, layout);
    drawMaps(target, result, grid, layout.place);
    drawScale(target, result, layout.scale);
  }
  drawSpectra(target, result, grid, layout.spectra);
  drawLabels(target, group, layout);
  legend(target, items, layout.legend);
  return { target, bottom: layout.bottom };
}

function layoutOf(
  grid: Grid,
  items: readonly LegendItem[],
  options: FigureOptions,
  above: number,
): Layout {
  const { width, unit, narrow } = extent(options);
  const axis = 62;
  const names = namesWidth(grid.kinds, NAME) + 26;
  const left = narrow ? axis : Math.max(axis + 18, names);
  const count = grid.structures.length;
  const space = width / unit - left - 16;
  const tile = Math.min(LARGEST, (space - (count - 1) * parts.gap) / count);
  const pitch = tile + (narrow ? parts.row : parts.gap);
  const top = above + parts.head + (narrow ? parts.row : 0);
  const place: Place = (row, column) => ({
    x: (left + column * (tile + parts.gap)) * unit,
    y: (top + row * pitch) * unit,
    width: tile * unit,
    height: tile * unit,
  });
  const rows = grid.kinds.length;
  const foot = top + rows * pitch + 10;
  const spectraTop = rows > 0 ? foot + parts.scale : top;
  const drawn = count * tile + (count - 1) * parts.gap;
  const legendTop = spectraTop + parts.spectra + parts.between + parts.legend;
  return {
    narrow,
    above,
    place,
    spectra: grid.structures.map((_, column) => ({
      ...place(0, column),
      y: spectraTop * unit,
      height: parts.spectra * unit,
    })),
    scale: {
      middle: (left + drawn / 2) * unit,
      y: foot * unit,
      width: Math.min(drawn, 520) * unit,
    },
    legend: legendTop * unit,
    bottom: legendTop * unit + legendHeight(items, width, unit),
  };
}

function drawStructures(
  target: Sheet,
  group: Element,
  grid: Grid,
  { narrow, above, place }: Layout,
): void {
  const { unit } = target;
  const names = grid.structures.map((structure) => structureNames[structure]);
  const space = place(0, 0).width / unit + 0.8 * parts.gap;
  // one size for all, so that no piece of a name is broken
  const widest = Math.max(...names.flatMap(piecesOf).map(measure));
  const size = Math.min(sizes.tick, space / widest);
  names.forEach((name, column) => {
    const { x, width } = place(0, column);
    const lines = linesOf(name, space / size);
    lines.forEach((line, i) => {
      const last = above + 24 + (lines.length > 1 ? 4 : 0) + (narrow ? 8 : 0);
      const y = (last - (lines.length - 1 - i) * 15) * unit;
      write(target, group, line, x + width / 2, y, { size });
    });
  });
}

/** What a name may be broken into: words, and their parts up to a hyphen. */
function piecesOf(name: string): string[] {
  return name.split(/(?<=-)| /u);
}

/** A name in lines of at most `width` em, broken between its pieces. */
function linesOf(name: string, width: number): string[] {
  const lines: string[] = [];
  for (const piece of piecesOf(name)) {
    const line = lines.at(-1);
    const joined = line?.endsWith("-") ? line + piece : `${line} ${piece}`;
    if (line !== undefined && measure(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(piece);
  }
  return lines;
}

function drawKinds(target: Sheet, group: Element, grid: Grid, { narrow, place }: Layout): void {
  const { unit } = target;
  grid.kinds.forEach((kind, row) => {
    const { x, y, height } = place(row, 0);
    if (narrow) {
      write(target, group, kind, x, y - 7 * unit, { size: sizes.tick, anchor: "start" });
      return;
    }
    const lines = wrap(kind, NAME);
    lines.forEach((line, i) => {
      const baseline =
        y + height / 2 + (i - (lines.length - 1) / 2 + 0.3) * 1.15 * sizes.tick * unit;
      write(target, group, line, x - 12 * unit, baseline, { size: sizes.tick, anchor: "end" });
    });
  });
}

function drawLabels(target: Sheet, group: Element, { spectra }: Layout): void {
  const { unit } = target;
  const [first] = spectra;
  const last = spectra[spectra.length - 1];
  const middle = (first.x + last.x + last.width) / 2;
  write(target, group, "Rank", middle, first.y + first.height + 42 * unit, { size: sizes.tick });
  const x = first.x - 50 * unit;
  const y = first.y + first.height / 2;
  write(target, group, "Eigenvalue", x, y, { size: sizes.tick, rotate: -90 });
}

function describe({ problem, matrices, damping }: CompareResult): string {
  const { data, samples, parameters, likelihood } = problem;
  const refused = matrices.filter(({ status }) => status === "refused").length;
  return (
    `${matrices.length} matrices of a model with ${parameters} parameters on ${samples} samples of ${data}, ${likelihood} ` +
    `likelihood, compared with ${matrices[0].name}; steps are damped by ${numberText(damping)}.` +
    (refused > 0 ? ` ${refused} of them make no sense or do not fit.` : "")
  );
}
