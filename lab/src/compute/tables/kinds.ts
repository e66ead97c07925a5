/** Numbers and kinds of columns, as the command line's engine sees them. */
import { columnOf, DATE, type NumberFormat } from "../../../../src/tables/columnKinds.ts";
import { disguises, NUMBERISH } from "../../../../src/tables/disguises.ts";
import type { RelationColumn } from "../../../../src/tables/relation.ts";

/** The number in a text; `undefined` where there is none. NaN is a number that is missing. */
export type ParseNumber = (text: string) => number | undefined;

export function numberParser({ decimal, thousands }: NumberFormat): ParseNumber {
  if (decimal === "." && thousands === undefined) return plainNumber;
  return (text) => {
    const whole = thousands === undefined ? text : text.replaceAll(thousands, "");
    if (decimal === ".") return plainNumber(whole);
    return whole.includes(".") ? undefined : plainNumber(whole.replace(decimal, "."));
  };
}

/** What `Number` takes besides is none: blanks alone, and other bases. */
function plainNumber(text: string): number | undefined {
  const value = Number(text);
  if (Number.isNaN(value) || Math.abs(value) === Number.POSITIVE_INFINITY) return special(text);
  const second = text.charCodeAt(1) | 32;
  if (second === 120 || second === 98 || second === 111) return undefined;
  return value === 0 && text.trim() === "" ? undefined : value;
}

function special(text: string): number | undefined {
  const [, sign, word] = /^\s*([-+]?)(inf|infinity|nan|[\d.]+e?[-+]?\d*)\s*$/i.exec(text) ?? [];
  if (word === undefined) return undefined;
  if (/^nan$/i.test(word)) return Number.NaN;
  if (/^\d|^\./.test(word)) return Number.isNaN(Number(text)) ? undefined : Number(text);
  return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

const ISO =
  /^\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[-+]\d{2}(:?\d{2})?))?)?$/;

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`, "s");
const date = whole(DATE);
const numberish = whole(NUMBERISH);

/** Labels are counted up to here. */
const LABELS = 1000;

/** What is seen of a column while its first rows go by. */
export class ColumnTally {
  readonly #parse: ParseNumber;
  readonly #looks: readonly { readonly pattern: RegExp; matched: number }[];
  readonly #format: NumberFormat;
  readonly #labels = new Set<string>();
  #values = 0;
  #numbers = 0;
  #dates = 0;
  #disguised = true;
  #odd: string | undefined;

  constructor(format: NumberFormat, parse: ParseNumber) {
    this.#format = format;
    this.#parse = parse;
    this.#looks = disguises(format).map(({ pattern }) => ({ pattern: whole(pattern), matched: 0 }));
  }

  /** Takes a value that is not missing. */
  add(value: string): void {
    this.#values++;
    if (this.#labels.size <= LABELS) this.#labels.add(value);
    if (this.#parse(value) !== undefined) {
      this.#numbers++;
      return;
    }
    if (this.#odd === undefined || value < this.#odd) this.#odd = value;
    const text = value.trim();
    if (ISO.test(text) || date.test(text)) this.#dates++;
    if (this.#disguised) this.#disguised = numberish.test(text);
    if (!this.#disguised) return;
    for (const look of this.#looks) if (look.pattern.test(text)) look.matched++;
  }

  column(name: string, place: number): RelationColumn {
    const rest = this.#values - this.#numbers;
    const found = this.#disguised ? this.#looks.findIndex(({ matched }) => matched === rest) : -1;
    return columnOf(name, place, {
      values: this.#values,
      numbers: this.#numbers,
      dates: this.#dates,
      odd: this.#odd ?? "",
      disguise: disguises(this.#format)[found],
    });
  }

  /** distinct values, as far as they were counted: one more than the most says that there are more */
  get distinct(): number {
    return this.#labels.size;
  }

  /** another value in every row */
  get naming(): boolean {
    return this.#values >= 5 && this.#labels.size === this.#values;
  }
}
