/** What a table may be read from, and how its format is told. */
import { createWriteStream } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FormatError, MissingError } from "../errors.ts";
import { type CsvOptions, csvRelation } from "./csv.ts";
import type { Engine } from "./engine.ts";
import { SelectionError } from "./errors.ts";
import { firstBytes, isCompressed } from "./header.ts";
import { queryRelation } from "./query.ts";
import { jsonRelation, parquetRelation, type Relation } from "./relation.ts";
import { temporaryFailure } from "./workspace.ts";

export const tableFormats = ["csv", "tsv", "parquet", "json"] as const;
export type TableFormat = (typeof tableFormats)[number];

export interface FileSource extends CsvOptions {
  /** a path, or "-" for `input` */
  readonly file: string;
  /** default: by the name of the file, or else by its first bytes */
  readonly format?: TableFormat;
  /** what "-" reads; default standard input */
  readonly input?: Readable;
}

export interface QuerySource {
  /** one SELECT statement; files are named in it: `select * from 'trips.parquet' where km > 0` */
  readonly sql: string;
}

export type TableSource = FileSource | QuerySource;

/**
 * Opens a source. Standard input goes to a file in `folder` first, so that it may have any format.
 * Throws `MissingError` for a file that is not there, `FormatError` for an empty one or one that cannot be read,
 * {@link SelectionError} for a query that does not only read.
 */
export async function openRelation(
  engine: Engine,
  source: TableSource,
  folder: string,
  signal?: AbortSignal,
): Promise<Relation> {
  if ("sql" in source) return queryRelation(engine, source.sql);
  const path =
    source.file === "-"
      ? await received(source.input ?? process.stdin, folder, signal)
      : source.file;
  await requireFile(path, source.file === "-" ? "standard input" : path);
  const format = source.format ?? formatOfName(source.file) ?? (await formatOfContents(path));
  if (format === "parquet") return parquetRelation(engine, path);
  if (format === "json") return jsonRelation(engine, path);
  if (source.delimiter === "")
    throw new SelectionError("the delimiter is empty, expected a character");
  return csvRelation(engine, path, format === "tsv" ? { delimiter: "\t", ...source } : source);
}

async function received(
  input: Readable,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const path = join(folder, "input");
  try {
    await pipeline(input, createWriteStream(path), { ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    throw temporaryFailure(path, error);
  }
  if (!(await isCompressed(path))) return path;
  // the engine knows a compressed file by its name
  await rename(path, `${path}.gz`);
  return `${path}.gz`;
}

async function requireFile(path: string, name: string): Promise<void> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "ENOENT" ? "there is no such file" : cause.message;
    throw new MissingError(`cannot read ${name}: ${reason}`, { cause });
  });
  if (found.isDirectory()) throw new MissingError(`cannot read ${name}: it is a folder`);
  if (found.size === 0 && found.isFile()) {
    throw new FormatError(`${name} is empty, expected a header line and rows`);
  }
}

function formatOfName(name: string): TableFormat | undefined {
  const [, extension] = /\.(csv|tsv|tab|parquet|pq|jsonl|ndjson|json)(?:\.gz)?$/i.exec(name) ?? [];
  if (!extension) return undefined;
  const formats: Readonly<Record<string, TableFormat>> = {
    csv: "csv",
    tsv: "tsv",
    tab: "tsv",
    parquet: "parquet",
    pq: "parquet",
  };
  return formats[extension.toLowerCase()] ?? "json";
}

async function formatOfContents(path: string): Promise<TableFormat> {
  const start = await firstBytes(path, 256);
  if (start.subarray(0, 4).toString("latin1") === "PAR1") return "parquet";
  return /^\s*[{[]/.test(start.toString("utf8").replace(/^\uFEFF/, "")) ? "json" : "csv";
}
