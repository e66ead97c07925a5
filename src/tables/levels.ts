/** The levels of a column of labels, coded in the order in which they are met. */
import { DomainError, FormatError } from "../errors.ts";
import type { Role } from "./roles.ts";

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
        `row ${row} of column ${JSON.stringify(this.#column)} is ${JSON.stringify(label)}, which is not among its levels: ${listed(this.names)}`,
      );
    }
    if (this.names.length >= LEVEL_LIMIT) {
      requireNoMixture(this.#column, this);
      throw new DomainError(
        `column ${JSON.stringify(this.#column)} has more than ${LEVEL_LIMIT.toLocaleString("en-US")} levels: it names rows rather than groups`,
      );
    }
  }

  #add(label: string | number, name: string): number {
    this.#codes.set(label, this.names.length);
    this.counts.push(0);
    return this.names.push(name) - 1;
  }
}

/** Whether a text is a number. */
export function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

/**
 * Throws {@link FormatError} for text that is numbers for the most part, and {@link DomainError} for another label in
 * every row, unless somebody called the column labels.
 */
export function requireGroups({ column: { name, kind }, asked }: Role, levels: Levels): void {
  if (asked) return;
  if (kind === "text") requireNoMixture(name, levels);
  requireRepetition(name, levels, `leave it out with --exclude ${JSON.stringify(name)}`);
}

/** Throws {@link DomainError} where every row has a label of its own; of fewer than five it may be chance. */
export function requireRepetition(name: string, { names, counts }: Levels, advice: string): void {
  if (counts.length < 5 || counts.some((count) => count > 1)) return;
  throw new DomainError(
    `column ${JSON.stringify(name)} has another label in every row (${listed(names, 2)}), so it names rows rather than groups: ${advice}`,
  );
}

/** Throws {@link FormatError} where half of the values or more, but not all, are numbers. */
export function requireNoMixture(name: string, { names, counts }: Levels): void {
  let numbers = 0;
  let values = 0;
  for (const [code, count] of counts.entries()) {
    values += count;
    if (isNumber(names[code])) numbers += count;
  }
  if (numbers === values || 2 * numbers < values) return;
  const odd = JSON.stringify(names.find((level) => !isNumber(level)));
  throw new FormatError(
    `column ${JSON.stringify(name)} is text: ${grouped(numbers)} of its ${grouped(values)} values are numbers, but not ` +
      `${odd}; make it a number or missing, or say --categorical ${JSON.stringify(name)} if the numbers are names`,
  );
}

/**
 * The codes in the order in which levels are shown: as numbers if all are, otherwise by the code units of their
 * letters, which no locale changes.
 */
export function levelOrder(names: readonly string[]): number[] {
  const codes = names.map((_, code) => code);
  if (names.every(isNumber)) {
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
