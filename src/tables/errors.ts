/** The error of a question that a table cannot answer. */

/** What was asked does not fit the table: an unknown column, a base level that it lacks, a query that is none. */
export class SelectionError extends Error {
  override readonly name = "SelectionError";
}
