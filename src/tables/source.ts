/** What a table may be read from, and how its format is told. */
import { constants, createReadStream, createWriteStream } from "node:fs";
import { access, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FormatError, MissingError } from "../errors.ts";
import { isCompressed, openingBytes, requireIntact } from "./contents.ts";
import { csvRelation } from "./csv.ts";
import { encodingOf } from "./decoding.ts";
import { copyInUtf8 } from "./encoding.ts";
import type { Engine } from "./engine.ts";
import { SelectionError } from "./errors.ts";
import { formatOfName, type TableFormat } from "./formats.ts";
import { readHeader } from "./header.ts";
import { complaints } from "./messages.ts";
import { queryRelation } from "./query.ts";
import type { CsvOptions } from "./records.ts";
import { jsonRelation, parquetRelation, type Relation } from "./relation.ts";
import { requireText } from "./signatures.ts";
import { temporaryFailure } from "./workspace.ts";

export interface FileSource extends CsvOptions {
  /** a path, or "-" for `input` */
  readonly file: string;
  /** default: by the name of the file, or else by its first bytes */
  readonly format?: TableFormat;
  /** of text: "utf-8", "latin-1" or "utf-16"; default by its byte order mark, or else UTF-8 */
  readonly encoding?: string;
  /** what "-" reads; default standard input */
  readonly input?: Readable;
}

export interface QuerySource {
  /** one SELECT statement; files are named in it: `select * from 'trips.parquet' where km > 0` */
  readonly sql: string;
}

export type TableSource = FileSource | QuerySource;

/**
 * Opens a source. Standard input and pipes go to a file in `folder` first, so that they may have any format.
 * Throws `MissingError` for a file that is not there, `FormatError` for an empty one or one that cannot be read,
 * {@link SelectionError} for a query that does not only read, and for options of CSV where the file is none.
 */
export async function openRelation(
  engine: Engine,
  source: TableSource,
  folder: string,
  signal?: AbortSignal,
): Promise<Relation> {
  if ("sql" in source) return queryRelation(engine, source.sql);
  const name = source.file === "-" ? "standard input" : source.file;
  const path = await regularFile(source, folder, signal);
  const start = await openingBytes(path);
  if (start.length === 0) throw new FormatError(complaints.empty(name));
  const format = source.format ?? formatOfName(source.file) ?? formatOfContents(start);
  if (format !== "csv" && format !== "tsv") requireNoCsvOptions(source, format);
  if (format === "parquet") return parquetRelation(engine, path);
  requireText(start, name);
  const encoding = encodingOf(start, source.encoding);
  const copied = encoding !== "utf-8" || (format !== "json" && (await hidesQuotes(path, start)));
  const text = copied ? await copyInUtf8(path, encoding, folder, signal) : path;
  // checked beside the work: its outcome is asked for when all rows are read
  const intact = (await isCompressed(text)) ? requireIntact(text, signal) : undefined;
  intact?.catch(() => {});
  try {
    const relation =
      format === "json"
        ? await jsonRelation(engine, text)
        : await csvRelation(
            engine,
            text,
            format === "tsv" ? { delimiter: "\t", ...source } : source,
          );
    const origin = encoding === "utf-8" ? relation.origin : `${relation.origin}, ${encoding}`;
    return { ...relation, origin, ...(intact && { intact }) };
  } catch (error) {
    await intact;
    throw error;
  }
}

/** The engine does not see a quote behind a byte order mark, so a line break in the first name would end the header. */
async function hidesQuotes(path: string, start: Buffer): Promise<boolean> {
  const marked = start.subarray(0, 4).toString("utf8") === '\uFEFF"';
  return marked && /[\r\n]/.test((await readHeader(path)).line);
}

const csvOptions: Readonly<Record<keyof CsvOptions | "encoding", string>> = {
  delimiter: "delimiter",
  decimal: "decimal",
  thousands: "thousands",
  encoding: "encoding",
  nulls: "null",
};

function requireNoCsvOptions(source: FileSource, format: TableFormat): void {
  for (const [key, name] of Object.entries(csvOptions)) {
    if (source[key as keyof typeof csvOptions] === undefined) continue;
    throw new SelectionError(`--${name} is for CSV, but ${source.file} is read as ${format}`);
  }
}

/** The path of a file that can be read as often as is wanted; what flows (a pipe) is kept in `folder`. */
async function regularFile(
  source: FileSource,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { file } = source;
  if (file === "-") return received(source.input ?? process.stdin, folder, signal);
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    const reason =
      cause.code !== "ENOENT"
        ? cause.message
        : /^[a-z][a-z0-9+.-]+:\/\//i.test(file)
          ? "only local files are read; download it first"
          : "there is no such file";
    throw new MissingError(`cannot read ${file}: ${reason}`, { cause });
  });
  if (found.isDirectory()) throw new MissingError(`cannot read ${file}: it is a folder`);
  if (!found.isFile()) return received(createReadStream(file), folder, signal);
  await access(file, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new MissingError(`cannot read ${file}: you may not read it (${cause.code})`, { cause });
  });
  return file;
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

function formatOfContents(start: Buffer): TableFormat {
  if (start.subarray(0, 4).toString("latin1") === "PAR1") return "parquet";
  return /^\s*[{[]/.test(
    start
      .subarray(0, 256)
      .toString("utf8")
      .replace(/^\uFEFF/, ""),
  )
    ? "json"
    : "csv";
}
