/** What a call of `natgrad compare` asks for, and how it gets at data and files. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { DomainError, FormatError, MissingError } from "../errors.ts";
import { type Complaint, complaintsOf, placeText } from "../experiments/compare/complaints.ts";
import {
  type CompareConfiguration,
  compareConfiguration,
} from "../experiments/compare/configuration.ts";
import type { Samples, TableConfiguration } from "../experiments/compare/samples.ts";
import { SelectionError } from "../tables/errors.ts";
import { UsageError } from "./context.ts";

/** A configuration, and the folder from which its files are named. */
export interface CompareRequest {
  readonly configuration: CompareConfiguration;
  readonly folder: string;
}

/** Reads a configuration. Throws {@link UsageError} for what is none, `MissingError` for a file that cannot be read. */
export async function compareRequest(path: string): Promise<CompareRequest> {
  const isInput = path === "-";
  const name = isInput ? "standard input" : path;
  const json = isInput ? await text(process.stdin) : new TextDecoder().decode(await bytesOf(path));
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`${name} is no JSON: ${(error as Error).message}`);
  }
  const { data, error } = compareConfiguration.safeParse(value);
  if (!data) {
    const complaints = complaintsOf(error.issues, value).map(complaintText);
    throw new UsageError(`${name}: ${complaints.join("; ")}`);
  }
  return { configuration: data, folder: isInput ? "." : dirname(path) };
}

/** The contents of a file. Throws {@link MissingError}. */
export async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : code;
    throw new MissingError(`cannot read ${path}: ${reason}`, { cause });
  }
}

/** Reads a table with DuckDB, without the column of ones: a layer has its own bias. */
export async function readSamples(
  { csv, target, features, exclude, categorical, null: nulls, missing }: TableConfiguration,
  folder: string,
  signal: AbortSignal,
): Promise<Samples> {
  const { readTable } = await import("../tables/index.ts");
  await using table = await readTable(
    { file: resolve(folder, csv), ...(nulls && { nulls }) },
    {
      target,
      intercept: false,
      ...(features && { features }),
      ...(exclude && { exclude }),
      ...(categorical && { categorical }),
      missing,
      signal,
    },
  ).catch((error: unknown) => {
    throw inItsWords(error);
  });
  const { rows: N, columns } = table;
  const P = columns.length;
  const X = new Float64Array(N * P);
  const y = new Float64Array(N);
  let n = 0;
  for await (const block of table.blocks()) {
    X.set(block.X.data.subarray(0, block.X.rows * P), n * P);
    y.set(block.y.data.subarray(0, block.X.rows), n);
    n += block.X.rows;
  }
  return {
    name: csv,
    X: { rows: N, cols: P, data: X },
    y,
    family: table.family,
    ...(table.classes && { classes: table.classes.length }),
  };
}

/** What options of `natgrad fit`, which messages about tables name, are called in a configuration. */
const members: readonly (readonly [RegExp, string])[] = [
  [/say --missing drop/g, 'say "missing": "drop" beside "csv"'],
  [/--(exclude|categorical|null) ("(?:[^"\\]|\\.)*")/g, '"$1": [$2]'],
  [/--(exclude|categorical|null)\b/g, '"$1"'],
];

/** An error about a table in the words of a configuration; any other as it is. */
function inItsWords(error: unknown): unknown {
  const words = (message: string): string =>
    members.reduce((text, [option, member]) => text.replace(option, member), message);
  if (error instanceof SelectionError)
    return new UsageError(words(error.message), { cause: error });
  if (error instanceof FormatError) return new FormatError(words(error.message), { cause: error });
  if (error instanceof DomainError) return new DomainError(words(error.message), { cause: error });
  return error;
}

function complaintText({ path, text }: Complaint): string {
  return path.length > 0 ? `${placeText(path)}: ${text}` : text;
}
