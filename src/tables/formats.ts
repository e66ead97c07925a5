/** Formats of tables, and telling them by the names of files. */

export const tableFormats = ["csv", "tsv", "parquet", "json"] as const;
export type TableFormat = (typeof tableFormats)[number];

/** The format that the name of a file suggests, if it does. */
export function formatOfName(name: string): TableFormat | undefined {
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
