/** Queries that only read: one SELECT, with table functions that open files and do nothing else. */
import { type Engine, literal } from "./engine.ts";
import { SelectionError } from "./errors.ts";
import { kindOf, type Relation } from "./relation.ts";

/**
 * Table functions that a query may use. The engine has others that are SELECTs by name and write by nature
 * (`enable_logging` and `enable_profiling` make files, `query` and `json_execute_serialized_sql` run any text).
 */
const readers: ReadonlySet<string> = new Set(
  (
    "generate_series glob json_each json_tree parquet_file_metadata parquet_kv_metadata parquet_metadata " +
    "parquet_scan parquet_schema range read_blob read_csv read_csv_auto read_json read_json_auto " +
    "read_json_objects read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects read_parquet " +
    "read_text repeat repeat_row sniff_csv unnest"
  ).split(" "),
);

/**
 * The relation of a query, given as SQL text. Throws {@link SelectionError} unless it is one SELECT statement that
 * only reads, and `FormatError` where the engine cannot run it.
 */
export async function queryRelation(engine: Engine, sql: string): Promise<Relation> {
  await requireReading(engine, sql);
  const types = await engine.columns(sql);
  const columns = types.map(({ name, type }, j) => ({
    name,
    id: `c${j}`,
    type,
    kind: kindOf(type),
  }));
  // a view takes the text as it is, with a semicolon or a comment at its end
  const names = columns.map(({ id }) => id).join(", ");
  await engine.run(`CREATE TEMP VIEW query_of_the_user(${names}) AS ${sql}`);
  return { origin: "query", columns, from: () => "query_of_the_user" };
}

interface Parsed {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly statements?: readonly unknown[];
}

/** Throws {@link SelectionError} unless the text is one SELECT statement that only reads. */
export async function requireReading(engine: Engine, sql: string): Promise<void> {
  const [{ parsed }] = await engine.all(
    `SELECT json_serialize_sql(${literal(sql)}::VARCHAR) AS parsed`,
  );
  const { error, error_type, error_message, statements = [] } = JSON.parse(`${parsed}`) as Parsed;
  if (error && error_type === "not implemented") {
    throw new SelectionError(
      "the query is no SELECT statement: natgrad reads tables, it never writes",
    );
  }
  if (error) throw new SelectionError(`the query is not SQL: ${error_message}`);
  if (statements.length !== 1) {
    throw new SelectionError(`the query has ${statements.length} statements, expected one SELECT`);
  }
  for (const { type, name } of functionsIn(statements[0])) {
    if (type === "table" && !readers.has(name)) {
      throw new SelectionError(
        `the query uses the table function ${name}, which natgrad does not run: it allows only those that read files`,
      );
    }
    if (name === "write_log") throw new SelectionError("the query writes: write_log");
  }
}

/** Every function that a parsed statement calls. */
function* functionsIn(
  node: unknown,
  inTable = false,
): Generator<{ readonly type: "table" | "scalar"; readonly name: string }> {
  if (Array.isArray(node)) {
    for (const child of node) yield* functionsIn(child);
  } else if (node !== null && typeof node === "object") {
    const { type, function_name: name } = node as { type?: unknown; function_name?: unknown };
    if (typeof name === "string")
      yield { type: inTable ? "table" : "scalar", name: name.toLowerCase() };
    for (const [key, child] of Object.entries(node)) {
      yield* functionsIn(child, type === "TABLE_FUNCTION" && key === "function");
    }
  }
}
