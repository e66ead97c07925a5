/**
 * Tables from files, standard input and SQL, as rows for a fit. Node only: DuckDB reads them, an optional dependency.
 *
 * @module
 */
export type { Factor, Standardized } from "./design.ts";
export { SelectionError } from "./errors.ts";
export { type FamilyGuess, guessFamily, type TargetSummary } from "./family.ts";
export { type TableFormat, tableFormats } from "./formats.ts";
export { readTable } from "./read.ts";
export type { CsvOptions } from "./records.ts";
export type { RoleOptions } from "./roles.ts";
export type { FileSource, QuerySource, TableSource } from "./source.ts";
export type { Table, TableOptions, TableProgress } from "./table.ts";
