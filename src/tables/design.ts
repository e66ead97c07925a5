/** From the columns of a table to those of the design: numbers, standardized or not, and indicators of levels. */
import { DomainError } from "../errors.ts";
import { type Matrix, matrix } from "../linalg/matrix.ts";
import { INTERCEPT } from "../statistics/rows.ts";
import { SelectionError } from "./errors.ts";
import { entry, grouped, type Levels, levelOrder, listed, requireGroups } from "./levels.ts";
import type { Role } from "./roles.ts";
import type { Moments, Scan } from "./scan.ts";

/** A column of labels, as its indicator columns. */
export interface Factor {
  readonly column: string;
  /** the level that has no indicator; `undefined` where all have one, because there is no intercept */
  readonly base: string | undefined;
  /** in their order, with their rows */
  readonly levels: readonly { readonly name: string; readonly rows: number }[];
}

/** A numeric column, as it was standardized. */
export interface Standardized extends Moments {
  readonly column: string;
}

/** What one column of the table becomes. */
type Part =
  | { readonly kind: "number"; readonly at: number; readonly mean: number; readonly scale: number }
  /** `places[code]` is the column that is 1, −1 for the base */
  | { readonly kind: "labels"; readonly places: Int32Array };

export interface Design {
  readonly columns: readonly string[];
  readonly factors: readonly Factor[];
  readonly standardized: readonly Standardized[];
  /** Writes the rows of the spool `[n, stride]` as rows of the design `[n, P]` into `target`. */
  expand(source: Float64Array, stride: number, rows: number, target: Float64Array): Matrix;
}

export interface DesignOptions {
  readonly intercept: boolean;
  /** base levels by column */
  readonly base: Readonly<Record<string, string>>;
  /** more levels than these are refused */
  readonly maxLevels: number;
}

/**
 * The design of scanned columns. The base level is the first unless it is chosen; without an intercept the first
 * column of labels keeps all its levels, as in R.
 *
 * Throws `DomainError` for a column of labels with one level or too many, an indicator with the name of another
 * column, or a constant one to be standardized;
 * {@link SelectionError} for a base that is no level.
 */
export function designOf(
  features: readonly Role[],
  { levels, moments }: Pick<Scan, "levels" | "moments">,
  options: DesignOptions,
): Design {
  const columns: string[] = [];
  const factors: Factor[] = [];
  const standardized: Standardized[] = [];
  let whole = !options.intercept;
  const parts = features.map((role, j): Part => {
    const { name } = role.column;
    const labels = levels[j];
    if (labels) {
      requireGroups(role, labels);
      const factor = factorOf(name, labels, { ...options, whole });
      whole = false;
      factors.push(factor);
      const { places, names } = indicators(factor, labels, columns.length);
      columns.push(...names);
      return { kind: "labels", places };
    }
    const scaling = moments[j];
    if (scaling) standardized.push({ column: name, ...requireSpread(name, scaling) });
    const at = columns.push(name) - 1;
    return { kind: "number", at, mean: scaling?.mean ?? 0, scale: 1 / (scaling?.deviation ?? 1) };
  });
  if (options.intercept) columns.push(INTERCEPT);
  requireOwnNames(columns, factors);
  const width = columns.length;
  return {
    columns,
    factors,
    standardized,
    expand(source, stride, rows, target) {
      const data = target.subarray(0, rows * width).fill(0);
      for (const [j, part] of parts.entries()) {
        for (let i = 0; i < rows; i++) {
          const value = source[i * stride + j];
          if (part.kind === "number") data[i * width + part.at] = (value - part.mean) * part.scale;
          else if (part.places[value] >= 0) data[i * width + part.places[value]] = 1;
        }
      }
      if (options.intercept) for (let i = 1; i <= rows; i++) data[i * width - 1] = 1;
      return matrix(rows, width, data);
    },
  };
}

/** Throws `DomainError` for an indicator whose name is that of another column. */
function requireOwnNames(columns: readonly string[], factors: readonly Factor[]): void {
  const twice = columns.find((name, j) => columns.indexOf(name) !== j);
  if (twice === undefined) return;
  const owners = factors.flatMap(({ column, base, levels }) =>
    levels
      .filter(({ name }) => name !== base && `${column}=${name}` === twice)
      .map(({ name }) => `that of level ${JSON.stringify(name)} of ${JSON.stringify(column)}`),
  );
  const quoted = JSON.stringify(twice);
  throw new DomainError(
    owners.length > 1
      ? `two indicators are named ${quoted}, ${owners.join(" and ")}: rename one of the columns`
      : `column ${quoted} has the name of an indicator, ${owners[0]}: rename the column`,
  );
}

function factorOf(
  column: string,
  levels: Levels,
  { base, maxLevels, whole }: DesignOptions & { readonly whole: boolean },
): Factor {
  const present = levelOrder(levels.names).filter((code) => levels.counts[code] > 0);
  const names = present.map((code) => levels.names[code]);
  const quoted = JSON.stringify(column);
  if (names.length > maxLevels) {
    throw new DomainError(
      `column ${quoted} has ${grouped(names.length)} levels (${listed(names, 3)}), at most ${maxLevels} are taken as ` +
        `indicators: leave it out with --exclude ${quoted}, or allow more with --max-levels`,
    );
  }
  if (names.length < 2) {
    throw new DomainError(
      `column ${quoted} has a single level, ${JSON.stringify(names[0])}: leave it out with --exclude ${quoted}`,
    );
  }
  const chosen = entry(base, column);
  if (chosen !== undefined && !names.includes(chosen)) {
    throw new SelectionError(
      `${JSON.stringify(chosen)} is no level of column ${quoted}, so it cannot be its base (levels: ${listed(names, 12)})`,
    );
  }
  return {
    column,
    base: chosen ?? (whole ? undefined : names[0]),
    levels: present.map((code) => ({ name: levels.names[code], rows: levels.counts[code] })),
  };
}

function indicators(
  { column, base, levels: shown }: Factor,
  levels: Levels,
  first: number,
): { places: Int32Array; names: string[] } {
  const places = new Int32Array(levels.names.length).fill(-1);
  const names: string[] = [];
  for (const { name } of shown) {
    if (name === base) continue;
    places[levels.names.indexOf(name)] = first + names.length;
    names.push(`${column}=${name}`);
  }
  return { places, names };
}

function requireSpread(column: string, moments: Moments): Moments {
  if (moments.deviation > 0) return moments;
  throw new DomainError(
    `column ${JSON.stringify(column)} has the mean ${moments.mean} and no deviation from it that a double could show, so it cannot be ` +
      "standardized: leave it out",
  );
}
