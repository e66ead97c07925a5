/** Files that a reader brings: tables, the command line's result files, and the lab's own. */

import type { EwcFigureName } from "../../../src/experiments/ewc/results.ts";
import type { FigureNumber } from "../../../src/experiments/summary.ts";
import { type NumericTable, readNumericTable } from "../compute/tables/numericTable.ts";
import type { NamedBlob } from "../compute/tables/text.ts";
import { type Address, readAddress } from "./address.ts";

export type { NumericTable } from "../compute/tables/numericTable.ts";

export type Opened =
  | {
      readonly kind: "table";
      readonly name: string;
      readonly file: NamedBlob;
      readonly table: NumericTable;
    }
  /** a table that rooms cannot take which show single points, and why: too large, too few numbers, or damaged */
  | {
      readonly kind: "rows";
      readonly name: string;
      readonly file: NamedBlob;
      readonly reason: string;
    }
  | {
      readonly kind: "figure";
      readonly name: string;
      readonly figure: FigureNumber;
      /** as it is in the file: a room that looks into it has to check it */
      readonly result: unknown;
    }
  /** of `natgrad ewc`; as it is in the file, too */
  | { readonly kind: "ewc"; readonly name: string; readonly result: unknown }
  | { readonly kind: "view"; readonly name: string; readonly address: Address };

const figureNumbers: readonly FigureNumber[] = [1, 2, 3, 4, 5, 6];
const ewcFigures: readonly EwcFigureName[] = ["2A", "2B", "2C", "which-fisher", "experiment"];

/** bytes of a table of which single points are shown */
const LARGEST = 8 * 2 ** 20;
/** bytes of a file that holds a result or a view */
const LARGEST_RESULT = 64 * 2 ** 20;

/** Reads a file. Rejects with a message for the reader where it is nothing that the lab knows. */
export async function readOpened(file: NamedBlob): Promise<Opened> {
  const { name } = file;
  if (/^\s*\{/.test(await file.slice(0, 64).text())) return readResult(file);
  if (file.size > LARGEST) {
    const reason =
      `${name} has ${(file.size / 2 ** 20).toFixed(0)} MiB; this room shows single points and takes at most ` +
      `${LARGEST / 2 ** 20} MiB. The room Diagnose takes more, and “natgrad diagnose” tables of any size.`;
    return { kind: "rows", name, file, reason };
  }
  try {
    return { kind: "table", name, file, table: await readNumericTable(file) };
  } catch (error) {
    return {
      kind: "rows",
      name,
      file,
      reason: error instanceof Error ? error.message : `${error}`,
    };
  }
}

async function readResult(file: NamedBlob): Promise<Opened> {
  const { name } = file;
  if (file.size > LARGEST_RESULT) {
    throw new Error(`${name} begins as a JSON file, and is too large for a result of natgrad.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(await file.text());
  } catch {
    throw new Error(`${name} begins as a JSON file and is none.`);
  }
  const { lab, result, diagnosis } = value as {
    lab?: { address?: unknown };
    result?: { figure?: unknown };
    diagnosis?: unknown;
  };
  if (typeof lab?.address === "string") {
    return { kind: "view", name, address: readAddress(lab.address) };
  }
  if (typeof diagnosis === "object") {
    throw new Error(
      `${name} holds a diagnosis without its rows; open the table that it was made of.`,
    );
  }
  const figure = figureNumbers.find((number) => number === result?.figure);
  if (figure) return { kind: "figure", name, figure, result };
  if (ewcFigures.some((one) => one === result?.figure)) return { kind: "ewc", name, result };
  throw new Error(`${name} is a JSON file, but neither a result of natgrad nor a view of the lab.`);
}
