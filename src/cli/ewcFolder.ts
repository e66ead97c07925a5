/** The output folder of `natgrad ewc`: what is written there, and what earlier calls have left. */
import { readdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { checkpointName } from "../experiments/ewc/executor.ts";
import {
  type EwcFigureEntry,
  type EwcFigureFile,
  type EwcSummary,
  ewcFigureFile,
} from "../experiments/ewc/results.ts";
import { renderEwcSvg } from "../figures/ewcGallery.ts";
import { renderEwcPage } from "../figures/ewcPage.ts";
import { renderPng } from "../figures/raster.ts";
import { writeAtomically } from "../files/atomic.ts";
import { VERSION } from "../version.ts";
import { jsonText } from "./json.ts";
import { openFolder } from "./outputFolder.ts";
import type { Studio } from "./studio.ts";

export interface EwcFolder {
  readonly path: string;
  /** the folder of the states of runs that are not finished */
  readonly checkpoints: string;
  /** the path of a file in it */
  file(name: string): string;
  /** Writes a figure's SVG, PNG and JSON. */
  writeFigure(found: EwcFigureFile, studio: Studio): Promise<EwcFigureEntry>;
  /** Writes `summary.json` and `index.html`. */
  writeSummary(summary: EwcSummary, studio: Studio): Promise<void>;
  /**
   * Removes the states of what is finished, runs or first tasks, by their keys, and the folder of states with the last of
   * them; those of other calls stay.
   */
  forget(...keys: readonly string[]): Promise<void>;
  /** Figures that calls of this version have left, and when they were written. */
  entries(): Promise<{ readonly entry: EwcFigureEntry; readonly written: string }[]>;
}

/** about what all files together need, without checkpoints, bytes */
const ROOM = 2 ** 23;
const LEFTOVER = /^\..*\.partial$/;

/**
 * Opens the output folder, making it where it is missing, and tries whether it can be written to; removes what a kill left
 * half-written, and with `fresh` the states of runs. Throws `MissingError` for a folder that is read-only or full,
 * before any work.
 */
export async function openEwcFolder(path: string, { fresh = false } = {}): Promise<EwcFolder> {
  const file = (name: string): string => join(path, name);
  const checkpoints = file("checkpoints");
  await openFolder(path, ROOM);
  if (fresh) await rm(checkpoints, { recursive: true, force: true });
  for (const folder of [path, checkpoints]) {
    const names = await readdir(folder).catch((): string[] => []);
    for (const name of names) if (LEFTOVER.test(name)) await rm(join(folder, name));
  }
  return {
    path,
    checkpoints,
    file,
    async writeFigure(found, { document, png }) {
      const entry = entryOf(found, png);
      const svg = renderEwcSvg(found.result, { document });
      await writeAtomically(file(entry.files.svg), svg);
      if (entry.files.png) await writeAtomically(file(entry.files.png), await renderPng(svg));
      await writeAtomically(file(entry.files.json), jsonText(found));
      return entry;
    },
    async writeSummary(summary, { document }) {
      await writeAtomically(file("summary.json"), jsonText(withoutResults(summary)));
      await writeAtomically(file("index.html"), renderEwcPage(summary, { document }));
    },
    async forget(...keys) {
      for (const key of keys) await rm(join(checkpoints, checkpointName(key)), { force: true });
      await rmdir(checkpoints).catch(() => {}); // another call's states are in it, or nothing ever was
    },
    async entries() {
      const names = new Set(await readdir(path));
      const written = [...names].filter((name) => /^figure-.*\.json$/.test(name));
      const entries = await Promise.all(written.map((name) => readEntry(file(name), names)));
      return entries.filter((entry) => entry !== undefined);
    },
  };
}

/** What goes into `summary.json`. */
export function withoutResults(summary: EwcSummary): unknown {
  return { ...summary, figures: summary.figures.map(({ result: _result, ...entry }) => entry) };
}

/** The entry of a figure from its JSON file, `undefined` where it is of another version or has no picture. */
async function readEntry(
  path: string,
  names: ReadonlySet<string>,
): Promise<{ entry: EwcFigureEntry; written: string } | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
  const found = ewcFigureFile.safeParse(value).data;
  if (found?.provenance.natgrad !== VERSION) return undefined;
  const entry = entryOf(found, names.has(`figure-${found.result.figure}.png`));
  if (!names.has(entry.files.svg)) return undefined;
  return { entry, written: `${entry.figure} ${found.provenance.created}` };
}

function entryOf(
  { provenance, preset, result, statements }: EwcFigureFile,
  png: boolean,
): EwcFigureEntry {
  const { figure, configuration } = result;
  const name = `figure-${figure}`;
  return {
    figure,
    title: configuration.title,
    preset,
    files: { svg: `${name}.svg`, ...(png && { png: `${name}.png` }), json: `${name}.json` },
    seconds: provenance.seconds,
    statements,
    result,
  };
}
