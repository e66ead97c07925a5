/** Why a maximum likelihood fit does not exist, with the columns that are to blame. */
import { DomainError } from "../errors.ts";
import type { Dependency } from "./orthogonal.ts";

/** Columns are linear combinations of others. */
export class CollinearityError extends DomainError {
  /** the dependent columns */
  readonly columns: readonly string[];

  constructor(found: readonly Dependency[], names: readonly string[]) {
    const lines = found.slice(0, 10).map((dependency) => describe(dependency, names));
    if (found.length > 10) lines.push(`… and ${found.length - 10} more`);
    super(
      `the columns are collinear, so their coefficients are not determined: ${lines.join("; ")}. ` +
        "Leave out the columns named first (--exclude), or use a ridge (--ridge)",
    );
    this.columns = found.map(({ column }) => names[column]);
  }
}

function describe({ column, others }: Dependency, names: readonly string[]): string {
  const name = `"${names[column]}"`;
  if (others.length === 0) return `${name} is zero in every row`;
  const shown = others
    .slice(0, 6)
    .map((other) => `${short(other.coefficient)} "${names[other.column]}"`);
  if (others.length > 6) shown.push(`${others.length - 6} more terms`);
  return `${name} = ${shown.join(" + ").replaceAll("+ -", "- ")}`;
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
