/** The output folder of a report. */
import { join } from "node:path";
import { type ReportContent, renderReport } from "../figures/diagnosisPage.ts";
import { createDocument } from "../figures/raster.ts";
import { writeAtomically } from "../files/atomic.ts";
import { jsonText } from "./json.ts";
import { type OutputFolder, openFolder } from "./outputFolder.ts";

/** What is written. */
export interface ReportFiles {
  readonly text: string;
  readonly result: unknown;
  readonly content: ReportContent;
}

/** About what the three files need, in bytes. */
const ROOM = 2 ** 20;

/** Makes the folder and tries whether it can be written to, before any work. Throws `MissingError` where it cannot. */
export async function openReport(path: string): Promise<OutputFolder> {
  return await openFolder(path, ROOM);
}

/** Writes `report.txt`, `result.json` and `report.html`; returns their paths. */
export async function writeReport(
  path: string,
  { text, result, content }: ReportFiles,
): Promise<string[]> {
  const document = await createDocument();
  const files: [string, string][] = [
    ["report.txt", text],
    ["result.json", jsonText(result)],
    ["report.html", renderReport(content, { document })],
  ];
  const written: string[] = [];
  for (const [name, contents] of files) {
    const file = join(path, name);
    await writeAtomically(file, contents);
    written.push(file);
  }
  return written;
}
