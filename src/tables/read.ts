/** Reading a table: from a file, standard input or a query to rows of a regression problem. */
import { openEngine } from "./engine.ts";
import { scan } from "./scan.ts";
import { openRelation, type TableSource } from "./source.ts";
import { planTable, type Table, type TableOptions, tableOf } from "./table.ts";
import { openWorkspace } from "./workspace.ts";

/**
 * Reads a table once, in constant memory, into a temporary file of doubles, from which the rows can then be walked as
 * often as a fit wants. CSV, TSV, Parquet, JSON lines, standard input ("-") and SQL queries are read by DuckDB.
 *
 * Throws `MissingError` without DuckDB, for a file that is not there or a full disk; `FormatError` for what cannot be
 * read or has missing values; `DomainError` for values that no fit takes; {@link SelectionError} for options that do
 * not go with the table. Rows are counted from 1, without the header.
 *
 * @example
 * await using table = await readTable({ file: "cars.csv" }, { target: "mpg", exclude: ["model"] });
 * const fit = await fitModel(table, { family: table.family });
 */
export async function readTable(source: TableSource, options: TableOptions): Promise<Table> {
  const { signal } = options;
  await using workspace = await openWorkspace(options.folder);
  using engine = await openEngine(workspace.folder);
  signal?.throwIfAborted();
  const relation = await openRelation(engine, source, workspace.folder, signal);
  const plan = planTable(relation, options);
  const found = await scan(engine, relation, plan.roles, plan.layout, {
    ...plan.scan,
    onRows: (rows) => options.onProgress?.({ rows, fraction: engine.progress() }),
    ...(signal && { signal }),
    spool: {
      folder: workspace.folder,
      ...(options.memory !== undefined && { memory: options.memory }),
      ...(options.openFile && { openFile: options.openFile }),
    },
  });
  // awaited here: the engine is closed after it, not while it may fail
  return await tableOf(relation.origin, plan, found, options);
}
