/** CSV and TSV in the page: streamed, so that a file of any size takes no more memory than what is kept of it. */
import { FormatError } from "../../../../src/errors.ts";
import { SAMPLE } from "../../../../src/tables/columnKinds.ts";
import type { Chunk } from "../../../../src/tables/engine.ts";
import { formatOfName } from "../../../../src/tables/formats.ts";
import { type Header, HeaderSearch } from "../../../../src/tables/headerLine.ts";
import { complaints, delimiterName, requireSeparators } from "../../../../src/tables/messages.ts";
import {
  type CsvOptions,
  defaultNulls,
  likelyDelimiter,
  splitRecord,
} from "../../../../src/tables/records.ts";
import type { RelationColumn } from "../../../../src/tables/relation.ts";
import type { Role } from "../../../../src/tables/roles.ts";
import { ColumnTally, numberParser } from "./kinds.ts";
import { RecordReader } from "./records.ts";
import { type NamedBlob, openText, type TextFile } from "./text.ts";

export interface CsvFileOptions extends CsvOptions {
  /** "utf-8", "latin-1" or "utf-16"; default by the byte order mark, or else UTF-8 */
  readonly encoding?: string;
}

/** A column, and what its first 50,000 rows show besides its kind. */
export interface CsvColumn extends RelationColumn {
  /** distinct values, counted up to 1,001 */
  readonly distinct: number;
  /** another value in every row */
  readonly naming: boolean;
}

export interface CsvFile {
  /** "CSV, delimiter ;" */
  readonly origin: string;
  readonly columns: readonly CsvColumn[];
  /** The columns of these roles, in their order; `onBytes` hears how many bytes were read. */
  chunks(
    roles: readonly Role[],
    signal?: AbortSignal,
    onBytes?: (bytes: number) => void,
  ): AsyncGenerator<Chunk>;
}

/** Rows that are handed on at once. */
const BATCH = 4096;

/**
 * Opens a file: looks at its header and its first 50,000 rows. Throws `FormatError` in the words of the command line
 * for what is no such file.
 */
export async function openCsv(
  file: NamedBlob,
  options: CsvFileOptions = {},
  signal?: AbortSignal,
): Promise<CsvFile> {
  const { decimal = ".", thousands, nulls = defaultNulls } = options;
  requireSeparators(decimal, thousands);
  const text = await openText(file, options.encoding);
  const parse = numberParser({ decimal, thousands });
  const missing = new Set(nulls);
  const tsv = formatOfName(file.name) === "tsv";
  let layout: Layout | undefined;
  let tallies: ColumnTally[] = [];
  let rows = 0;
  const sample = recordsOf(text, {
    onHeader(header) {
      layout = layoutOf(header, options.delimiter ?? (tsv ? "\t" : undefined));
      tallies = layout.names.map(() => new ColumnTally({ decimal, thousands }, parse));
      return layout.delimiter;
    },
    onRecord(values, line) {
      if (rows >= SAMPLE || isBlank(values, tallies.length)) return;
      requireWidth(values, tallies.length, line);
      rows++;
      for (const [j, value] of values.entries()) if (!missing.has(value)) tallies[j].add(value);
    },
    ...(signal && { signal }),
  });
  for await (const _ of sample) if (rows >= SAMPLE) break;
  const { names, delimiter } = layout!;
  const encoded = text.encoding === "utf-8" ? "" : `, ${text.encoding}`;
  return {
    origin: `CSV, delimiter ${delimiterName(delimiter)}${encoded}`,
    columns: names.map((name, j) => ({
      ...tallies[j].column(name, j),
      distinct: tallies[j].distinct,
      naming: tallies[j].naming,
    })),
    async *chunks(roles, signal, onBytes) {
      const places = roles.map(({ column }) => Number(column.id.slice(1)));
      const ready: Batch[] = [];
      let batch = new Batch(roles);
      const onRecord = (values: readonly string[], line: number): void => {
        if (isBlank(values, names.length)) return;
        requireWidth(values, names.length, line);
        for (const [k, j] of places.entries()) {
          const value = values[j];
          if (missing.has(value)) batch.setMissing(k);
          else if (roles[k].labels) batch.setText(k, value);
          else {
            const number = parse(value);
            if (number === undefined) {
              throw new FormatError(complaints.noNumber(line, roles[k].column.name, value));
            }
            batch.setNumber(k, number);
          }
        }
        batch.rows++;
        if (batch.rows < BATCH) return;
        ready.push(batch);
        batch = new Batch(roles);
      };
      const pieces = recordsOf(text, {
        onHeader: () => delimiter,
        onRecord,
        ...(signal && { signal }),
        ...(onBytes && { onBytes }),
      });
      for await (const _ of pieces) while (ready.length > 0) yield ready.shift()!;
      if (batch.rows > 0) yield batch;
    },
  };
}

interface Layout {
  readonly names: readonly string[];
  readonly delimiter: string;
}

function layoutOf({ line }: Header, asked: string | undefined): Layout {
  const delimiter = asked ?? likelyDelimiter(line);
  const names = splitRecord(line, delimiter);
  if (!names) throw new FormatError(complaints.headerQuotes(line));
  return { names, delimiter };
}

interface Listeners {
  /** gives the delimiter */
  onHeader(header: Header): string;
  onRecord(values: readonly string[], line: number): void;
  readonly signal?: AbortSignal;
  readonly onBytes?: (bytes: number) => void;
}

/** Reads the records of a text; gives way after each piece of it. */
async function* recordsOf(
  text: TextFile,
  { onHeader, onRecord, signal, onBytes }: Listeners,
): AsyncGenerator<void> {
  const search = new HeaderSearch();
  let reader: RecordReader | undefined;
  const begin = (header: Header): RecordReader => {
    const { line, lineBreak } = header;
    const lines = line.split(lineBreak === "\r" ? "\r" : "\n").length;
    const found = new RecordReader({ delimiter: onHeader(header), lineBreak }, lines + 1, onRecord);
    found.add(search.text.slice(line.length + lineBreak.length));
    return found;
  };
  for await (const piece of text.pieces(signal, onBytes)) {
    if (reader) reader.add(piece);
    else {
      const header = search.add(piece);
      if (header) reader = begin(header);
    }
    yield;
  }
  reader ??= begin(search.end());
  reader.finish();
  yield;
}

/** A line with nothing in it is no row, unless a column could be missing there. */
function isBlank(values: readonly string[], columns: number): boolean {
  return columns > 1 && values.length === 1 && values[0] === "";
}

function requireWidth(values: readonly string[], expected: number, line: number): void {
  if (values.length !== expected) {
    throw new FormatError(complaints.ragged(line, values.length, expected));
  }
}

class Batch implements Chunk {
  rows = 0;
  readonly #columns: (Float64Array | (string | null)[])[];

  constructor(roles: readonly Role[]) {
    this.#columns = roles.map(({ labels }) => (labels ? [] : new Float64Array(BATCH)));
  }

  setMissing(k: number): void {
    const column = this.#columns[k];
    if (column instanceof Float64Array) column[this.rows] = Number.NaN;
    else column.push(null);
  }

  setText(k: number, value: string): void {
    (this.#columns[k] as string[]).push(value);
  }

  setNumber(k: number, value: number): void {
    (this.#columns[k] as Float64Array)[this.rows] = value;
  }

  numbers(k: number): Float64Array {
    return (this.#columns[k] as Float64Array).subarray(0, this.rows);
  }

  texts(k: number): (string | null)[] {
    return this.#columns[k] as (string | null)[];
  }
}
