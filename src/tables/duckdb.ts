/** The parts of DuckDB's package that are used, and loading it. Its own types are not in ours: it may be missing. */
import { MissingError } from "../errors.ts";

export interface DuckDB {
  readonly DuckDBInstance: {
    create(path: string, options: Record<string, string>): Promise<Instance>;
  };
}

export interface Instance {
  connect(): Promise<Connection>;
  closeSync(): void;
}

export interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(
    sql: string,
    values?: string[],
  ): Promise<{ getRowObjectsJson(): Record<string, unknown>[] }>;
  prepare(sql: string): Promise<Prepared>;
  stream(sql: string): Promise<{ fetchChunk(): Promise<DataChunk | null> }>;
  readonly progress: { readonly percentage: number };
  interrupt(): void;
  closeSync(): void;
}

export interface Prepared {
  readonly columnCount: number;
  columnName(column: number): string;
  columnType(column: number): { toString(): string };
  destroySync(): void;
}

export interface DataChunk {
  readonly rowCount: number;
  getColumnVector(column: number): object;
  getColumnValues(column: number): unknown[];
}

const HINT = "run: npm install @duckdb/node-api (natgrad then reads CSV, Parquet, JSON and SQL)";

/** Loads the package; `load` is for tests. Throws {@link MissingError} saying how to get it. */
export async function loadDuckDB(
  load: () => Promise<DuckDB> = () => import("@duckdb/node-api"),
): Promise<DuckDB> {
  try {
    return await load();
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : `${cause}`).split("\n")[0];
    throw new MissingError(
      `tables are read by DuckDB, which is not installed: ${HINT} (${reason})`,
      { cause },
    );
  }
}
