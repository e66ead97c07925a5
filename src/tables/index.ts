/**
 * Tables from files, standard input and SQL, as rows for a fit. Node only: DuckDB reads them, an optional dependency.
 *
 * @module
 */
export type { CsvOptions } from "./csv.ts";
export type { Factor, Standardized } from "./design.ts";
export { SelectionError } from "./errors.ts";
export { type FamilyGuess, guessFamily, type TargetSummary } from "./family.ts";
export { readTable, type Table, type TableOptions, type TableProgress } from "./read.ts";
export type { RoleOptions } from "./roles.ts";
export {
  type FileSource,
  type QuerySource,
  type TableFormat,
  type TableSource,
  tableFormats,
} from "./source.ts";
