/** The one pass over a table: every value checked, coded and written into the spool. */
import type { FamilyName } from "../statistics/results.ts";
import type { Engine } from "./engine.ts";
import type { TargetSummary } from "./family.ts";
import type { Levels } from "./levels.ts";
import type { Relation } from "./relation.ts";
import type { Roles } from "./roles.ts";
import { RowReader } from "./rowReader.ts";
import { openSpool, type Spool, type SpoolOptions } from "./spool.ts";

/** How a row lies in the spool: `[X | 1]` row by row, then all y, all weights, all offsets of the block. */
export interface Layout {
  /** columns of the first part */
  readonly stride: number;
  /** the first part is the design as it stands */
  readonly direct: boolean;
  /** the first part ends with a 1 */
  readonly ones: boolean;
  readonly weights: boolean;
  readonly offset: boolean;
  /** doubles of one row, all parts */
  readonly width: number;
  readonly blockRows: number;
}

/** Mean and standard deviation of a column, over all rows alike. */
export interface Moments {
  readonly mean: number;
  /** √(Σ (x − mean)² / N) */
  readonly deviation: number;
}

export interface ScanOptions {
  readonly family?: FamilyName;
  readonly missing: "refuse" | "drop";
  /** the features' mean and deviation are wanted */
  readonly moments: boolean;
  /** levels of columns that are known beforehand */
  readonly levels: Readonly<Record<string, readonly string[]>>;
  readonly onRows?: (rows: number) => void;
  readonly signal?: AbortSignal;
  readonly spool?: Pick<SpoolOptions, "folder" | "memory" | "openFile">;
}

export interface Scan {
  readonly spool: Spool;
  readonly layout: Layout;
  /** rows of the source, with those that were dropped */
  readonly rowsRead: number;
  /** missing values of each column that has any */
  readonly missing: readonly { readonly column: string; readonly count: number }[];
  /** of each feature that has labels */
  readonly levels: readonly (Levels | undefined)[];
  readonly moments: readonly (Moments | undefined)[];
  readonly target: TargetSummary;
  /** of a target that has labels, or numbers that were wanted as such */
  readonly targetLevels: Levels | undefined;
}

/** Reads all rows. Throws `DomainError` and `FormatError` that name the first bad row, counted from 1. */
export async function scan(
  engine: Engine,
  relation: Relation,
  roles: Roles,
  layout: Layout,
  options: ScanOptions,
): Promise<Scan> {
  const spool = openSpool({
    width: layout.width,
    blockRows: layout.blockRows,
    ...options.spool,
  });
  try {
    const reader = new RowReader(roles, layout, options, spool);
    const { columns, from } = reader.query(relation);
    for await (const chunk of engine.stream(columns, from, options.signal)) {
      await reader.take(chunk);
      options.onRows?.(reader.rowsRead);
    }
    await relation.intact;
    await reader.finish();
    return { spool, layout, ...reader.results() };
  } catch (error) {
    await spool[Symbol.asyncDispose]();
    // what a damaged file holds is not worth a message of its own
    await relation.intact;
    throw relation.explain?.(error) ?? error;
  }
}
