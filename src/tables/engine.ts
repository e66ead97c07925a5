/** The engine that reads tables: DuckDB, held to reading local files. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { FormatError, MissingError } from "../errors.ts";
import { type Connection, type DataChunk, loadDuckDB } from "./duckdb.ts";

/** Rows of a query, as many as the engine hands out at once (2,048). */
export interface Chunk {
  readonly rows: number;
  /** column j of type DOUBLE; what lies where a value is NULL is not defined */
  numbers(j: number): Float64Array;
  /** column j of type VARCHAR */
  texts(j: number): (string | null)[];
}

/** A column to be streamed: an SQL expression of that type. */
export interface StreamColumn {
  readonly sql: string;
  readonly type: "DOUBLE" | "VARCHAR";
}

/** A column of a query: its name as written, and the engine's name of its type. */
export interface ColumnType {
  readonly name: string;
  readonly type: string;
}

export interface Engine extends Disposable {
  /** The rows of a small result; numbers beyond 2⁵³, dates and the like are text. */
  all(sql: string, values?: readonly string[]): Promise<Record<string, unknown>[]>;
  /** Runs a statement that has no result. */
  run(sql: string): Promise<void>;
  /** What the columns of a query are, without running it. */
  columns(sql: string): Promise<ColumnType[]>;
  /** The rows of `SELECT columns FROM from` as they come, in order. */
  stream(
    columns: readonly StreamColumn[],
    from: string,
    signal?: AbortSignal,
  ): AsyncIterable<Chunk>;
  /** how much of the running query is done, from 0 to 1; `undefined` where that is not known */
  progress(): number | undefined;
}

/**
 * An engine without a database. It writes nothing but spill files into `folder`, loads no extension, and its
 * settings cannot be changed by a query.
 */
export async function openEngine(folder: string): Promise<Engine> {
  const { DuckDBInstance } = await loadDuckDB();
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(Math.min(4, availableParallelism())),
    memory_limit: "384MB",
    temp_directory: join(folder, "spill"),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    allow_persistent_secrets: "false",
  });
  const connection = await instance.connect();
  for (const setting of [
    // the fraction done is known only with a bar, which is not to be drawn
    "enable_progress_bar = true",
    "enable_progress_bar_print = false",
    "lock_configuration = true",
  ]) {
    await connection.run(`SET ${setting}`);
  }

  return {
    async all(sql, values = []) {
      const reader = await guarded(connection.runAndReadAll(sql, [...values]));
      return reader.getRowObjectsJson();
    },
    async run(sql) {
      await guarded(connection.run(sql));
    },
    async columns(sql) {
      const prepared = await guarded(connection.prepare(sql));
      try {
        return Array.from({ length: prepared.columnCount }, (_, j) => ({
          name: prepared.columnName(j),
          type: String(prepared.columnType(j)),
        }));
      } finally {
        prepared.destroySync();
      }
    },
    stream: (columns, from, signal) => stream(connection, columns, from, signal),
    progress() {
      const { percentage } = connection.progress;
      return percentage >= 0 && percentage <= 100 ? percentage / 100 : undefined;
    },
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/**
 * A stream that fails in its middle ends like one that is complete: the C interface tells them apart, its binding for
 * Node does not. So a last row is added to the query, and rows without it at their end are not all.
 */
async function* stream(
  connection: Connection,
  columns: readonly StreamColumn[],
  from: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Chunk> {
  const end = columns.length;
  const values = columns.map(({ sql }) => sql).join(", ");
  const nothing = columns.map(({ type }) => `NULL::${type}`).join(", ");
  const sql = `SELECT ${values}, 0::DOUBLE FROM ${from} UNION ALL SELECT ${nothing}, 1::DOUBLE`;
  const interrupt = (): void => connection.interrupt();
  signal?.throwIfAborted();
  signal?.addEventListener("abort", interrupt, { once: true });
  let next: Promise<DataChunk | null> | undefined;
  try {
    const result = await guarded(connection.stream(sql));
    next = result.fetchChunk();
    while (next) {
      const chunk: DataChunk | null = await guarded(next);
      const rows: number = chunk?.rowCount ?? 0;
      if (!chunk || rows === 0) {
        signal?.throwIfAborted();
        throw await reasonOfEnd(connection, columns, from);
      }
      const complete: boolean = doubles(chunk.getColumnVector(end))[rows - 1] === 1;
      // the next chunk is parsed while this one is worked on
      next = complete ? undefined : result.fetchChunk();
      // what fails meanwhile is thrown when it is waited for
      next?.catch(() => {});
      if (complete && rows === 1) return;
      yield {
        rows: complete ? rows - 1 : rows,
        numbers: (j) => doubles(chunk.getColumnVector(j)),
        texts: (j) => chunk.getColumnValues(j) as (string | null)[],
      };
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", interrupt);
    // whoever leaves early closes the connection, which must not be at work then
    await next?.catch(() => {});
  }
}

/** Reads all rows again, keeping nothing but their number, so that the same failure comes with its message. */
async function reasonOfEnd(
  connection: Connection,
  columns: readonly StreamColumn[],
  from: string,
): Promise<Error> {
  const counts = columns.map(({ sql }) => `count(${sql})`).join(", ");
  try {
    await guarded(connection.run(`SELECT count(*), ${counts} FROM ${from}`));
  } catch (error) {
    return error as Error;
  }
  return new FormatError("reading ended before the last row, for no reason that the engine gives");
}

/** The values of a vector of doubles as they lie in memory: reading them one by one takes ten times as long. */
function doubles(vector: object): Float64Array {
  const items = "items" in vector ? vector.items : undefined;
  if (!(items instanceof Float64Array)) throw new TypeError("the column is no DOUBLE");
  return items;
}

async function guarded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw engineError(cause);
  }
}

/** The engine's errors are pages long: a `MissingError` for a full disk, or a {@link FormatError}, of a line or two. */
export function engineError(cause: unknown): MissingError | FormatError {
  const message = cause instanceof Error ? cause.message : `${cause}`;
  const full =
    /^(?:Out of Memory|IO) Error: [\s\S]*(?:max_temp_directory_size|No space left on device)/;
  const [, remote] = /File (\S+) requires the extension httpfs/.exec(message) ?? [];
  if (remote)
    return new MissingError(`cannot read ${remote}: only local files are read`, { cause });
  if (!full.test(message)) return new FormatError(briefly(message), { cause });
  return new MissingError(
    "the query sorts or joins more than fits into memory, and no space is left on the disk for the rest; free some, " +
      "or let TMPDIR name another folder",
    { cause },
  );
}

/** What an error of the engine says, without its kind, its advice (other programs' options) and its settings. */
export function briefly(message: string): string {
  const text = message
    .replace(/^(?:Failed to extract statements: )?(?:[A-Z][A-Za-z ]* Error: )+/, "")
    .split(/\n\s*(?:Possible|\*|LINE \d+:|Please try|Alternatively|Try |file = )/)[0];
  return text
    .replaceAll(/,? try \w+ ?= ?\w+/g, "")
    .replaceAll(/\s*\n\s*/g, "; ")
    .replaceAll(/[;\s]+$/g, "")
    .trim();
}

/** A string as SQL text. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
