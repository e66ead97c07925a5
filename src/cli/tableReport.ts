/** What a report says of the rows. */
import type { Table } from "../tables/table.ts";
import type { ModelRequest } from "./modelRequest.ts";
import type { DataReport } from "./reportSchema.ts";

/** What is known of the rows, without the rows. */
export function dataReport(
  table: Omit<Table, keyof AsyncDisposable | "blocks">,
  request: Pick<ModelRequest, "name" | "table">,
): DataReport {
  const { origin, rowsRead, rows, missing, target, family, guess, classes, classRows } = table;
  const { weights, offset } = request.table;
  return {
    source: request.name,
    origin,
    rowsRead,
    rows,
    missing: [...missing],
    target,
    family,
    ...(guess && { guess }),
    ...(classes && { classes: [...classes] }),
    ...(classRows && { classRows: [...classRows] }),
    ...(weights !== undefined && { weights }),
    ...(offset !== undefined && { offset }),
    factors: table.factors.map(({ column, base, levels }) => ({
      column,
      ...(base !== undefined && { base }),
      levels: [...levels],
    })),
    standardized: [...table.standardized],
    leftOut: [...table.leftOut],
  };
}
