/** Where rows come from, once it is opened: named columns of known kinds, and the SQL that reads them. */
import { FormatError } from "../errors.ts";
import { type Engine, literal } from "./engine.ts";
import { explainedJson, requireArrayEnd } from "./jsonErrors.ts";

export type ColumnKind = "number" | "text" | "boolean" | "date" | "other";

export interface RelationColumn {
  /** as in the file, any text */
  readonly name: string;
  /** its name in SQL, which needs no quotes */
  readonly id: string;
  /** the engine's name of its type */
  readonly type: string;
  readonly kind: ColumnKind;
  /** a text column that looks as if it should not be one: what was seen, and what to do */
  readonly doubt?: string;
  /** the file gives no name; it is called by its place */
  readonly unnamed?: boolean;
}

export interface Relation {
  /** "CSV, delimiter ;" */
  readonly origin: string;
  readonly columns: readonly RelationColumn[];
  /** What stands after FROM; the columns of these ids are read as text where the file allows it. */
  from(asText: ReadonlySet<string>): string;
  /** Rejects where the compressed file turns out to be damaged. */
  readonly intact?: Promise<void>;
  /** An error of the engine in words of the file, where there are better ones. */
  explain?(error: unknown): unknown;
}

/** The kind of a column whose type the engine names. */
export function kindOf(type: string): ColumnKind {
  if (/^(DECIMAL\b|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|BIGNUM$|DOUBLE$|FLOAT$|REAL$)/.test(type)) {
    return type.endsWith("[]") ? "other" : "number";
  }
  if (/^(VARCHAR|UUID)$|^ENUM\([\s\S]*\)$/.test(type)) return "text";
  if (type === "BOOLEAN") return "boolean";
  if (/^(DATE|TIME|TIMESTAMP|INTERVAL)/.test(type)) return type.endsWith("[]") ? "other" : "date";
  return "other";
}

/** A path as the engine takes it literally: what would be a pattern is quoted. */
export function exactPath(path: string): string {
  return literal(path.replaceAll(/[*?[]/g, "[$&]"));
}

const NO_OBJECTS =
  'the JSON is not all objects, expected one in each line, such as {"x": 1, "y": 2}, or an array of them';

/** A Parquet file. */
export async function parquetRelation(engine: Engine, path: string): Promise<Relation> {
  const reader = `read_parquet(${exactPath(path)})`;
  return typed("Parquet", await engine.columns(`SELECT * FROM ${reader}`), reader);
}

/**
 * A file of JSON objects, a line each, or an array of them. All of it is read once to find the columns and their
 * types, because a later object may have other members than the first. Throws {@link FormatError} with the line of
 * what is no JSON.
 */
export async function jsonRelation(engine: Engine, path: string): Promise<Relation> {
  const source = exactPath(path);
  const options = "format = 'auto', maximum_depth = 2";
  const columns = await engine
    .columns(`SELECT * FROM read_json(${source}, ${options}, sample_size = -1)`)
    .catch(async (error) => {
      throw await explainedJson(path, error);
    });
  await requireArrayEnd(path);
  // what the engine calls values that are no objects
  if (columns.length === 1 && columns[0].name === "json") throw new FormatError(NO_OBJECTS);
  const types = columns.map(({ name, type }) => `${literal(name)}: ${literal(type)}`).join(", ");
  return typed("JSON", columns, `read_json(${source}, format = 'auto', columns = {${types}})`);
}

function typed(
  origin: string,
  types: readonly { readonly name: string; readonly type: string }[],
  reader: string,
): Relation {
  const columns = types.map(({ name, type }, j) => ({
    name,
    id: `c${j}`,
    type,
    kind: kindOf(type),
  }));
  const ids = columns.map(({ id }) => id).join(", ");
  return { origin, columns, from: () => `(SELECT * FROM ${reader}) AS t(${ids})` };
}
