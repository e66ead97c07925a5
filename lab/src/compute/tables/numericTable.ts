/** The numeric columns of a small table, for rooms that show single points. */
import { openCsv } from "./csvFile.ts";
import type { NamedBlob } from "./text.ts";

/** The numeric columns of a table, rows with a missing entry in one of them left out. */
export interface NumericTable {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  readonly rows: number;
  /** rows that were left out */
  readonly skipped: number;
}

/** Reads a table. Rejects with a message for the reader where it has less than two numeric columns. */
export async function readNumericTable(file: NamedBlob): Promise<NumericTable> {
  const opened = await openCsv(file);
  const { columns } = opened;
  if (columns.every(({ name }) => name.trim() !== "" && Number.isFinite(Number(name)))) {
    throw new Error(`${file.name} has no header: its first line should name the columns.`);
  }
  const numeric = columns.filter(({ kind }) => kind === "number");
  if (numeric.length < 2) {
    throw new Error(
      `${file.name} has ${numeric.length} numeric column${numeric.length === 1 ? "" : "s"}; two are needed, a ` +
        "feature and a target. The room Diagnose takes tables with labels.",
    );
  }
  const names = numeric.map(({ name }) => name);
  const found: number[][] = numeric.map(() => []);
  let skipped = 0;
  for await (const chunk of opened.chunks(numeric.map((column) => ({ column, labels: false })))) {
    const values = numeric.map((_, j) => chunk.numbers(j));
    for (let i = 0; i < chunk.rows; i++) {
      if (values.every((column) => Number.isFinite(column[i]))) {
        for (const [j, column] of values.entries()) found[j].push(column[i]);
      } else skipped++;
    }
  }
  return {
    names,
    columns: found.map((values) => Float64Array.from(values)),
    rows: found[0].length,
    skipped,
  };
}
