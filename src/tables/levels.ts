/** The levels of a column of labels, coded in the order in which they are met. */
import { DomainError } from "../errors.ts";

/** More distinct labels than this are not kept: the column is no set of labels. */
export const LEVEL_LIMIT = 100_000;

export class Levels {
  /** in the order of their codes */
  readonly names: string[] = [];
  /** rows of each level */
  readonly counts: number[] = [];
  readonly #codes = new Map<string | number, number>();
  readonly #column: string;
  readonly #declared: boolean;

  /** `declared` fixes the levels: others are refused where they are met. */
  constructor(column: string, declared?: readonly string[]) {
    this.#column = column;
    this.#declared = declared !== undefined;
    for (const name of declared ?? []) this.#add(name, name);
  }

  /**
   * The code of a label, which may be new; `row` is for messages. Throws {@link DomainError} for one that is not
   * declared, or one too many.
   */
  code(label: string | number, row: number): number {
    let code = this.#codes.get(label);
    if (code === undefined) {
      code = this.#declared ? this.#codes.get(`${label}`) : undefined;
      if (code === undefined) {
        this.#requireRoom(label, row);
        code = this.#add(label, `${label}`);
      }
      this.#codes.set(label, code);
    }
    this.counts[code]++;
    return code;
  }

  #requireRoom(label: string | number, row: number): void {
    if (this.#declared) {
      throw new DomainError(
        `row ${row} of ${this.#column} is ${JSON.stringify(label)}, which is not among its levels: ${listed(this.names)}`,
      );
    }
    if (this.names.length >= LEVEL_LIMIT) {
      throw new DomainError(
        `${this.#column} has more than ${LEVEL_LIMIT.toLocaleString("en-US")} levels: it names rows rather than groups`,
      );
    }
  }

  #add(label: string | number, name: string): number {
    this.#codes.set(label, this.names.length);
    this.counts.push(0);
    return this.names.push(name) - 1;
  }
}

/**
 * The codes in the order in which levels are shown: as numbers if all are, otherwise by the code units of their
 * letters, which no locale changes.
 */
export function levelOrder(names: readonly string[]): number[] {
  const codes = names.map((_, code) => code);
  const numeric = names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  if (numeric) {
    return codes.sort(
      (a, b) => Number(names[a]) - Number(names[b]) || (names[a] < names[b] ? -1 : 1),
    );
  }
  return codes.sort((a, b) => (names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : 0));
}

/** A few names for a message: "a", "b", "c" and 7 more. */
export function listed(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most).map((name) => JSON.stringify(name));
  return names.length > most
    ? `${shown.join(", ")} and ${names.length - most} more`
    : shown.join(", ");
}

/** What is said of a column: a column may be called "constructor". */
export function entry<T>(record: Readonly<Record<string, T>>, column: string): T | undefined {
  return Object.hasOwn(record, column) ? record[column] : undefined;
}

/** A count as people write it: 12,345. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
