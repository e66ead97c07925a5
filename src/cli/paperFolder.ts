/** The output folder of `natgrad paper`: what is written there, and what earlier calls have left. */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FigureResult, Provenance } from "../experiments/results.ts";
import {
  type FigureEntry,
  type FigureFile,
  figureFile,
  type PaperSummary,
  summaryFile,
  withoutResults,
} from "../experiments/summary.ts";
import { galleryEntry } from "../figures/gallery.ts";
import { renderPage } from "../figures/page.ts";
import { renderPng } from "../figures/raster.ts";
import { renderSvg } from "../figures/render.ts";
import { writeAtomically } from "../files/atomic.ts";
import { VERSION } from "../version.ts";
import { jsonText } from "./json.ts";
import { openFolder } from "./outputFolder.ts";
import type { Studio } from "./studio.ts";

export interface PaperFolder {
  readonly path: string;
  /** the path of a file in it */
  file(name: string): string;
  /** Writes a figure's SVG, PNG and JSON. */
  writeFigure(found: FigureFile, studio: Studio): Promise<FigureEntry>;
  /** Writes `summary.json` and `index.html`. */
  writeSummary(summary: PaperSummary, studio: Studio): Promise<void>;
  /** What earlier calls of this version have left: figures whose files are all there, statements. */
  earlier(): Promise<Pick<PaperSummary, "figures" | "statements">>;
}

/** about what all files together need, bytes */
const ROOM = 2 ** 23;
const LEFTOVER = /^\..*\.partial$/;

/**
 * Opens the output folder, making it where it is missing, and tries whether it can be written to; removes what a kill
 * left half-written. Throws `MissingError` for a folder that is read-only or full, before any work.
 */
export async function openPaperFolder(path: string): Promise<PaperFolder> {
  const file = (name: string): string => join(path, name);
  await openFolder(path, ROOM);
  const names = await readdir(path);
  for (const name of names) if (LEFTOVER.test(name)) await rm(file(name));
  return {
    path,
    file,
    async writeFigure(found, { document, png }) {
      const { result, provenance } = found;
      const entry = figureEntry(result, provenance, png);
      const svg = renderSvg(result, { document });
      await writeAtomically(file(entry.files.svg), svg);
      if (entry.files.png) await writeAtomically(file(entry.files.png), await renderPng(svg));
      await writeAtomically(file(entry.files.json), jsonText(found));
      return entry;
    },
    async writeSummary(summary, { document }) {
      await writeAtomically(file("summary.json"), jsonText(withoutResults(summary)));
      await writeAtomically(file("index.html"), renderPage(summary, { document }));
    },
    async earlier() {
      const names = new Set(await readdir(path));
      const written = [...names].filter((name) => /^figure-[1-6]\.json$/.test(name));
      const figures = await Promise.all(written.map((name) => readEntry(file(name), names)));
      const summary = summaryFile.safeParse(await readJson(file("summary.json"))).data;
      return {
        figures: figures.filter((entry) => entry !== undefined),
        statements: summary?.provenance.natgrad === VERSION ? summary.statements : [],
      };
    },
  };
}

/** The entry of a figure from its JSON file, `undefined` where it is of another version or has no picture. */
async function readEntry(
  path: string,
  names: ReadonlySet<string>,
): Promise<FigureEntry | undefined> {
  const found = figureFile.safeParse(await readJson(path)).data;
  if (found?.provenance.natgrad !== VERSION) return undefined;
  const { result, provenance } = found;
  const entry = figureEntry(result, provenance, names.has(`figure-${result.figure}.png`));
  return names.has(entry.files.svg) ? entry : undefined;
}

function figureEntry(result: FigureResult, { seconds }: Provenance, png: boolean): FigureEntry {
  const { figure } = result;
  const name = `figure-${figure}`;
  return {
    figure,
    title: galleryEntry(figure).title,
    files: { svg: `${name}.svg`, ...(png && { png: `${name}.png` }), json: `${name}.json` },
    seconds,
    result,
  };
}

/** The contents of a JSON file, `undefined` where there is none or it is none. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}
