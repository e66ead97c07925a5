/** A file as rows for a fit: the page's counterpart of the command line's `readTable`. */
import { RowReader } from "../../../../src/tables/rowReader.ts";
import { planTable, type Table, type TableOptions, tableOf } from "../../../../src/tables/table.ts";
import type { CsvFile } from "./csvFile.ts";
import { memorySpool } from "./memorySpool.ts";

export interface FileTableOptions
  extends Omit<TableOptions, "folder" | "memory" | "openFile" | "onProgress"> {
  /** for messages */
  readonly name: string;
  readonly onRead?: (rows: number, bytes: number) => void;
  /** bytes of rows that are held at most */
  readonly held?: number;
}

/** Reads all rows once. Throws what `readTable` throws, and `DomainError` for more rows than a page holds. */
export async function readFileTable(file: CsvFile, options: FileTableOptions): Promise<Table> {
  const { name, onRead, held, signal } = options;
  const plan = planTable(file, options);
  const { features, target, weights, offset } = plan.roles;
  const roles = [...features, target, ...(weights ? [weights] : []), ...(offset ? [offset] : [])];
  const spool = memorySpool(plan.layout, name, held);
  const reader = new RowReader(plan.roles, plan.layout, plan.scan, spool);
  let bytes = 0;
  const chunks = file.chunks(roles, signal, (seen) => {
    bytes = seen;
  });
  for await (const chunk of chunks) {
    await reader.take(chunk);
    onRead?.(reader.rowsRead, bytes);
  }
  await reader.finish();
  return await tableOf(
    file.origin,
    plan,
    { spool, layout: plan.layout, ...reader.results() },
    options,
  );
}
