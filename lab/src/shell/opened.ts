/** Files that a reader brings: tables, the command line's result files, and the lab's own. */
import { type Address, readAddress } from "./address.ts";

export type Opened =
  | { readonly kind: "table"; readonly name: string; readonly table: NumericTable }
  | { readonly kind: "figure"; readonly name: string; readonly figure: 1 | 2 | 4 }
  | { readonly kind: "view"; readonly name: string; readonly address: Address };

/** The numeric columns of a table, rows with a missing or non-numeric entry in one of them left out. */
export interface NumericTable {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  readonly rows: number;
  /** rows that were left out */
  readonly skipped: number;
}

/** bytes of a table that the rooms so far can use: they show single points */
const LARGEST = 8 * 2 ** 20;

/** Reads a file. Rejects with a message for the reader where it is nothing that the lab knows. */
export async function readOpened(file: Blob & { readonly name: string }): Promise<Opened> {
  if (file.size > LARGEST) {
    throw new Error(
      `${file.name} has ${(file.size / 2 ** 20).toFixed(0)} MiB; this room shows single points and takes at most ` +
        `${LARGEST / 2 ** 20} MiB. “natgrad diagnose” reads tables of any size.`,
    );
  }
  const text = await file.text();
  return /^\s*\{/.test(text) ? readResult(file.name, text) : readTable(file.name, text);
}

function readResult(name: string, text: string): Opened {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${name} begins as a JSON file and is none.`);
  }
  const { lab, result } = value as { lab?: { address?: unknown }; result?: { figure?: unknown } };
  if (typeof lab?.address === "string") {
    return { kind: "view", name, address: readAddress(lab.address) };
  }
  const figure = result?.figure;
  if (figure === 1 || figure === 2 || figure === 4) return { kind: "figure", name, figure };
  if (typeof figure === "number") {
    throw new Error(`${name} holds Figure ${figure}, for which the lab has no room yet.`);
  }
  throw new Error(`${name} is a JSON file, but neither a result of natgrad nor a view of the lab.`);
}

/** A header, then rows; comma, semicolon or tab between the fields, quotes around those that need them. */
function readTable(name: string, text: string): Opened {
  const [header, ...lines] = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const separator = [",", ";", "\t"].find((s) => header.includes(s)) ?? ",";
  const names = fields(header, separator);
  const rows = lines.filter((line) => line.trim() !== "").map((line) => fields(line, separator));
  if (names.every((field) => field.trim() !== "" && Number.isFinite(Number(field)))) {
    throw new Error(`${name} has no header: its first line should name the columns.`);
  }
  const value = (row: readonly string[], j: number): number =>
    (row[j] ?? "").trim() === "" ? Number.NaN : Number(row[j]);
  const numeric = names.flatMap((_, j) => {
    const known = rows.filter((row) => Number.isFinite(value(row, j))).length;
    return known > 0.9 * rows.length && known > 0 ? [j] : [];
  });
  if (numeric.length < 2) {
    throw new Error(
      `${name} has ${numeric.length} numeric columns; two are needed, a feature and a target.`,
    );
  }
  const complete = rows.filter((row) => numeric.every((j) => Number.isFinite(value(row, j))));
  return {
    kind: "table",
    name,
    table: {
      names: numeric.map((j) => names[j]),
      columns: numeric.map((j) => Float64Array.from(complete, (row) => value(row, j))),
      rows: complete.length,
      skipped: rows.length - complete.length,
    },
  };
}

function fields(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator).map((field) => field.trim());
  const found: string[] = [];
  let field = "";
  let quoted = false;
  for (let k = 0; k < line.length; k++) {
    const c = line[k];
    if (c === '"' && quoted && line[k + 1] === '"') {
      field += c;
      k++;
    } else if (c === '"') quoted = !quoted;
    else if (c === separator && !quoted) {
      found.push(field.trim());
      field = "";
    } else field += c;
  }
  return [...found, field.trim()];
}
