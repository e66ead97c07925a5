/** Why a maximum likelihood fit does not exist, with the columns that are to blame. */
import { DomainError } from "../errors.ts";
import { DEPENDENT, type Dependency } from "./orthogonal.ts";
import { INTERCEPT } from "./rows.ts";

/** Columns are linear combinations of others. */
export class CollinearityError extends DomainError {
  /** columns that may go: with the others left, nothing is lost */
  readonly columns: readonly string[];

  constructor(found: readonly Dependency[], names: readonly string[]) {
    const relations = found.map((dependency) => relationOf(dependency, names));
    const lines = relations.slice(0, 10).map(({ text }) => text);
    if (found.length > 10) lines.push(`… and ${found.length - 10} more`);
    const spare = relations.slice(0, 10).map(({ spare }) => spare);
    super(
      `the columns are collinear, so their coefficients are not determined: ${lines.join("; ")}. ` +
        `Leave out ${spare.join(", and ")} (--exclude), or use a ridge (--ridge)`,
    );
    this.columns = relations.map(({ column }) => column);
  }
}

interface Relation {
  readonly column: string;
  readonly text: string;
  /** what may go, in words */
  readonly spare: string;
}

function relationOf({ column, others }: Dependency, names: readonly string[]): Relation {
  const quoted = (j: number): string => `"${names[j]}"`;
  const own = { column: names[column], spare: quoted(column) };
  if (others.length === 0) return { ...own, text: `${quoted(column)} is zero in every row` };
  if (names[column] !== INTERCEPT) {
    return { ...own, text: `${quoted(column)} = ${sumOf(others, names)}` };
  }
  // nobody can leave out the intercept as a column, so the others are to blame
  const last = others[others.length - 1];
  if (others.length === 1) {
    return {
      column: names[last.column],
      spare: quoted(last.column),
      text:
        `${quoted(last.column)} is ${short(1 / last.coefficient)} in every row, or differs by less than ${DEPENDENT} of it, ` +
        "so the intercept stands for it",
    };
  }
  const shown = others.slice(0, 6).map(({ column }) => quoted(column));
  return {
    column: names[last.column],
    spare: `one of ${shown.join(", ")}`,
    text: `the intercept's 1 = ${sumOf(others, names)}`,
  };
}

function sumOf(others: Dependency["others"], names: readonly string[]): string {
  const terms = others.slice(0, 6).map(({ column, coefficient }) => {
    const size = short(Math.abs(coefficient));
    return `${coefficient < 0 ? "- " : "+ "}${size === "1" ? "" : `${size} `}"${names[column]}"`;
  });
  if (others.length > 6) terms.push(`+ ${others.length - 6} more terms`);
  return terms.join(" ").replace(/^\+ /, "").replace(/^- /, "-");
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** A direction exists in which the likelihood grows forever: coefficients are infinite. */
export class SeparationError extends DomainError {
  /** "complete": the columns tell the classes apart without error; "quasi-complete": they do for some rows */
  readonly kind: "complete" | "quasi-complete";
  /** the columns that separate */
  readonly columns: readonly string[];

  constructor(kind: "complete" | "quasi-complete", columns: readonly string[], why: string) {
    super(
      `${kind} separation: ${why}. The likelihood grows without end along this direction, so no maximum likelihood ` +
        "estimate exists: use a ridge (--ridge 1), leave out or merge what separates, or collect more rows",
    );
    this.kind = kind;
    this.columns = columns;
  }
}
