/** Which column plays which part. */
import { nearest } from "../datasets/nearest.ts";
import { FormatError } from "../errors.ts";
import type { FamilyName } from "../statistics/results.ts";
import { INTERCEPT } from "../statistics/rows.ts";
import { SelectionError } from "./errors.ts";
import { isNumber, listed } from "./levels.ts";
import type { Relation, RelationColumn } from "./relation.ts";

export interface RoleOptions {
  readonly target: string;
  readonly family?: FamilyName;
  /** default: all columns that have no other part */
  readonly features?: readonly string[];
  /** columns to leave out */
  readonly exclude?: readonly string[];
  /** columns whose values are labels even if they are numbers */
  readonly categorical?: readonly string[];
  readonly weights?: string;
  readonly offset?: string;
}

/** A column, and whether its values are labels. */
export interface Role {
  readonly column: RelationColumn;
  readonly labels: boolean;
  /** somebody said that they are labels */
  readonly asked?: boolean;
}

export interface Roles {
  readonly target: Role;
  readonly features: readonly Role[];
  readonly weights?: Role;
  readonly offset?: Role;
  /** columns that nobody asked to leave out: those without a name */
  readonly leftOut: readonly string[];
}

/**
 * Gives the columns their parts. Throws {@link SelectionError} for names that the table lacks or has twice and for
 * parts that do not go together, `FormatError` for columns that can be neither numbers nor labels, and for a feature
 * with the name of the intercept.
 */
export function chooseRoles({ columns }: Pick<Relation, "columns">, options: RoleOptions): Roles {
  requireDistinctNames(columns);
  const find = finder(columns);
  const target = find(options.target, "target");
  const weights = options.weights === undefined ? undefined : find(options.weights, "weights");
  const offset = options.offset === undefined ? undefined : find(options.offset, "offset");
  const excluded = (options.exclude ?? []).map((name) => find(name, "exclude"));
  const labelled = new Set((options.categorical ?? []).map((name) => find(name, "categorical")));

  const taken = new Map<RelationColumn, string>([[target, "target"]]);
  for (const [column, part] of [
    [weights, "weights"],
    [offset, "offset"],
  ] as const) {
    if (!column) continue;
    const other = taken.get(column);
    if (other) throw new SelectionError(`${quoted(column)} is named as ${other} and as ${part}`);
    taken.set(column, part);
  }
  for (const column of excluded) {
    const other = taken.get(column);
    if (other) throw new SelectionError(`${quoted(column)} is named as ${other} and as excluded`);
  }
  const named = options.features?.map((name) => find(name, "features"));
  for (const [j, column] of (named ?? []).entries()) {
    const other = taken.get(column) ?? (excluded.includes(column) ? "excluded" : undefined);
    if (other) throw new SelectionError(`${quoted(column)} is named as ${other} and as a feature`);
    if (named!.indexOf(column) !== j) {
      throw new SelectionError(`${quoted(column)} is named twice among the features`);
    }
  }
  const free = columns.filter((column) => !taken.has(column) && !excluded.includes(column));
  const features = named ?? free.filter(({ unnamed }) => !unnamed);
  for (const column of labelled) {
    if (column !== target && !features.includes(column)) {
      throw new SelectionError(`${quoted(column)} is named as categorical and is no feature`);
    }
  }
  for (const column of features) {
    if (column.name !== INTERCEPT) continue;
    throw new FormatError(
      `${quoted(column)}: the name is reserved for the column of ones; rename it, or leave it out with ` +
        `--exclude ${JSON.stringify(INTERCEPT)}`,
    );
  }
  if (options.family === "categorical" && offset) {
    throw new SelectionError("an offset has no meaning for the categorical family");
  }
  return {
    target: role(target, labelled),
    features: features.map((column) => role(column, labelled)),
    ...(weights && { weights: numeric(weights, "weights") }),
    ...(offset && { offset: numeric(offset, "offset") }),
    leftOut: named ? [] : free.filter(({ unnamed }) => unnamed).map(({ name }) => name),
  };
}

function requireDistinctNames(columns: readonly RelationColumn[]): void {
  const seen = new Map<string, number>();
  for (const [j, { name, unnamed }] of columns.entries()) {
    const before = seen.get(name);
    if (before !== undefined && !unnamed) {
      throw new FormatError(
        `columns ${before + 1} and ${j + 1} are both named ${JSON.stringify(name)}: rename one of them` +
          headless(columns.map(({ name }) => name)),
      );
    }
    seen.set(name, j);
  }
}

function finder(
  columns: readonly RelationColumn[],
): (name: string, part: string) => RelationColumn {
  const names = columns.map(({ name }) => name);
  return (name, part) => {
    const found = columns[names.indexOf(name)];
    if (found) return found;
    const similar = nearest(name, names);
    const meant = similar === undefined ? "" : `; did you mean ${JSON.stringify(similar)}?`;
    throw new SelectionError(
      `no column is named ${JSON.stringify(name)} (${part})${meant} (columns: ${listed(names, 12)})${headless(names)}`,
    );
  };
}

/** Names that are numbers are rarely names. */
function headless(names: readonly string[]): string {
  return names.every(isNumber)
    ? ". All names are numbers: the first line should have the names, is it missing?"
    : "";
}

function quoted({ name }: RelationColumn): string {
  return `column ${JSON.stringify(name)}`;
}

function role(column: RelationColumn, labelled: ReadonlySet<RelationColumn>): Role {
  const { kind, doubt, name, type } = column;
  const out = `leave it out with --exclude ${JSON.stringify(name)}`;
  if (kind === "date") {
    throw new FormatError(
      `${quoted(column)} holds dates or times: ${out}, or make numbers of it with --sql "select date_part('year', …) …"`,
    );
  }
  if (kind === "other") {
    throw new FormatError(`${quoted(column)} is of type ${type}, expected numbers or text: ${out}`);
  }
  if (labelled.has(column)) return { column, labels: true, asked: true };
  if (doubt) throw new FormatError(`${quoted(column)} is text: ${doubt}`);
  return { column, labels: kind !== "number" };
}

function numeric(column: RelationColumn, part: string): Role {
  const { labels } = role(column, new Set());
  if (labels) {
    throw new SelectionError(`${quoted(column)} is ${column.kind}, but ${part} must be numbers`);
  }
  return { column, labels: false };
}
