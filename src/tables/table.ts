/** From scanned columns to the rows of a regression problem, whatever reads them. */
import { matrix } from "../linalg/matrix.ts";
import type { FamilyName } from "../statistics/results.ts";
import { defaultBlockRows, type RowBlock, type RowSource } from "../statistics/rows.ts";
import { type Design, designOf, type Factor, type Standardized } from "./design.ts";
import { SelectionError } from "./errors.ts";
import { entry } from "./levels.ts";
import type { Relation } from "./relation.ts";
import { chooseRoles, type RoleOptions, type Roles } from "./roles.ts";
import type { Layout, Scan, ScanOptions } from "./scan.ts";
import { codeTarget, requireRoom, type TargetCoding } from "./targetCoding.ts";

export interface TableOptions extends RoleOptions {
  /** append a column of ones; default true */
  readonly intercept?: boolean;
  /** centre the numeric features and divide them by their standard deviation (1/N); default false */
  readonly standardize?: boolean;
  /** what to do with rows that lack a value; default "refuse" */
  readonly missing?: "refuse" | "drop";
  /** base levels by column (of the target: the class with code 0); default the first level */
  readonly base?: Readonly<Record<string, string>>;
  /** levels that are known beforehand, by column: any other is an error */
  readonly levels?: Readonly<Record<string, readonly string[]>>;
  /** columns of labels with more levels are refused; default 256 */
  readonly maxLevels?: number;
  /** where temporary files are made; default the system's folder for them */
  readonly folder?: string;
  readonly onProgress?: (progress: TableProgress) => void;
  readonly signal?: AbortSignal;
  /** bytes of rows that are kept in memory instead of in a temporary file; default 64 MiB */
  readonly memory?: number;
  /** how the temporary file is opened; for tests */
  readonly openFile?: NonNullable<ScanOptions["spool"]>["openFile"];
}

export interface TableProgress {
  readonly rows: number;
  /** of the source, from 0 to 1, where it is known */
  readonly fraction: number | undefined;
}

/** A table that was read: rows for a fit, and what was done to make them. Dispose it to free the disk. */
export interface Table extends RowSource, AsyncDisposable {
  readonly family: FamilyName;
  /** why this family, where nobody named one */
  readonly guess?: string;
  /** "CSV, delimiter ," */
  readonly origin: string;
  /** rows of the source; {@link rows} of them are kept */
  readonly rowsRead: number;
  /** missing values, by column */
  readonly missing: readonly { readonly column: string; readonly count: number }[];
  readonly factors: readonly Factor[];
  readonly standardized: readonly Standardized[];
  /** columns without a name, which were left out */
  readonly leftOut: readonly string[];
  /** rows of each class, where they were counted */
  readonly classRows?: readonly number[];
}

/** What is read of a relation: decided before any row is. */
export interface TablePlan {
  readonly roles: Roles;
  readonly layout: Layout;
  readonly scan: Pick<ScanOptions, "family" | "missing" | "moments" | "levels">;
}

/** Throws {@link SelectionError} and `FormatError` as {@link chooseRoles} does, and where there is nothing to fit. */
export function planTable(relation: Pick<Relation, "columns">, options: TableOptions): TablePlan {
  const { intercept = true, standardize = false } = options;
  const roles = chooseRoles(relation, options);
  requireKnownColumns(roles, options);
  if (roles.features.length === 0 && !intercept) {
    throw new SelectionError(
      "there is neither a feature nor an intercept, so there is nothing to fit",
    );
  }
  return {
    roles,
    layout: layoutOf(roles, { intercept, standardize }),
    scan: {
      ...(options.family && { family: options.family }),
      missing: options.missing ?? "refuse",
      moments: standardize,
      levels: options.levels ?? {},
    },
  };
}

/**
 * The table of scanned rows. Throws `DomainError` and {@link SelectionError} for what no fit takes; the spool is then
 * disposed of.
 */
export async function tableOf(
  origin: string,
  { roles }: TablePlan,
  found: Scan,
  options: TableOptions,
): Promise<Table> {
  const { intercept = true, base = {}, maxLevels = 256 } = options;
  try {
    const { name } = roles.target.column;
    const coding = codeTarget(roles.target, found, options.family, entry(base, name));
    const design = designOf(roles.features, found, { intercept, base, maxLevels });
    requireRoom(name, design.columns.length, coding.classes?.length);
    return assembled(origin, roles, found, coding, design);
  } catch (error) {
    await found.spool[Symbol.asyncDispose]();
    throw error;
  }
}

function requireKnownColumns(roles: Roles, { base = {}, levels = {} }: TableOptions): void {
  const labelled = roles.features.filter(({ labels }) => labels).map(({ column }) => column.name);
  const known = new Set([...labelled, roles.target.column.name]);
  for (const [part, names] of [
    ["base", Object.keys(base)],
    ["levels", Object.keys(levels)],
  ] as const) {
    for (const name of names) {
      if (known.has(name)) continue;
      throw new SelectionError(`${JSON.stringify(name)} (${part}) is no column of labels`);
    }
  }
}

/** Doubles of a block of the spool: 2 MiB are read fast, and stay in a processor's cache while they are used. */
const BLOCK_ENTRIES = 2 ** 18;

/** The spool holds the design itself where that is possible: a pass over it then copies nothing. */
function layoutOf(
  { features, weights, offset }: Roles,
  { intercept, standardize }: { intercept: boolean; standardize: boolean },
): Layout {
  const direct = !standardize && features.every(({ labels }) => !labels);
  const ones = direct && intercept;
  const stride = features.length + (ones ? 1 : 0);
  const width = stride + 1 + (weights ? 1 : 0) + (offset ? 1 : 0);
  return {
    stride,
    direct,
    ones,
    weights: weights !== undefined,
    offset: offset !== undefined,
    width,
    blockRows: Math.max(256, Math.floor(BLOCK_ENTRIES / width)),
  };
}

function assembled(
  origin: string,
  roles: Roles,
  found: Scan,
  { recode, ...coding }: TargetCoding,
  design: Design,
): Table {
  const { spool, layout } = found;
  const { stride, direct, weights, offset, blockRows } = layout;
  return {
    ...coding,
    origin,
    rows: spool.rows,
    rowsRead: found.rowsRead,
    missing: found.missing,
    columns: design.columns,
    target: roles.target.column.name,
    factors: design.factors,
    standardized: design.standardized,
    leftOut: roles.leftOut,
    async *blocks(signal): AsyncGenerator<RowBlock> {
      const P = design.columns.length;
      // indicators can make a design much wider than the table: its blocks have fewer rows
      const most = direct ? blockRows : Math.min(blockRows, defaultBlockRows(P));
      const expanded = direct ? undefined : new Float64Array(Math.min(spool.rows, most) * P);
      const targets = recode && new Float64Array(Math.min(spool.rows, most));
      for await (const { rows, data } of spool.blocks(signal)) {
        for (let start = 0; start < rows; start += most) {
          const end = Math.min(rows, start + most);
          const n = end - start;
          const part = (k: number): Float64Array =>
            data.subarray(rows * (stride + k) + start, rows * (stride + k) + end);
          const source = data.subarray(start * stride, end * stride);
          let y = part(0);
          if (recode && targets) {
            for (let i = 0; i < n; i++) targets[i] = recode(y[i]);
            y = targets.subarray(0, n);
          }
          yield {
            X: expanded ? design.expand(source, stride, n, expanded) : matrix(n, stride, source),
            y: matrix(n, 1, y),
            ...(weights && { weights: part(1) }),
            ...(offset && { offset: matrix(n, 1, part(weights ? 2 : 1)) }),
          };
        }
      }
    },
    [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose](),
  };
}
