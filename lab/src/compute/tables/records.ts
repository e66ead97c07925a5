/** Records of CSV from text that comes in pieces. */
import { FormatError } from "../../../../src/errors.ts";
import type { Header } from "../../../../src/tables/headerLine.ts";
import { complaints } from "../../../../src/tables/messages.ts";

export interface RecordFormat {
  readonly delimiter: string;
  readonly lineBreak: Header["lineBreak"];
}

/** Takes the values of a record; `line` is where it begins, counted from 1. */
export type TakeRecord = (values: readonly string[], line: number) => void;

/** A record of more characters has a quote that nobody closed, or is none. */
const LONGEST = 2 ** 24;

/**
 * Cuts text into records. Quotes are " and doubled inside; they count where a value begins with one. Throws
 * {@link FormatError} with the line for quotes that are out of order and for lines that end otherwise than the header.
 */
export class RecordReader {
  readonly #delimiter: string;
  readonly #lineBreak: Header["lineBreak"];
  /** the last character of a line */
  readonly #end: "\n" | "\r";
  readonly #take: TakeRecord;
  #rest = "";
  /** of the record that comes next */
  line: number;

  constructor({ delimiter, lineBreak }: RecordFormat, line: number, take: TakeRecord) {
    this.#delimiter = delimiter;
    this.#lineBreak = lineBreak;
    this.#end = lineBreak === "\r" ? "\r" : "\n";
    this.#take = take;
    this.line = line;
  }

  /** Takes the records that the text completes. */
  add(piece: string): void {
    this.#rest = this.#read(this.#rest + piece, false);
    if (this.#rest.length <= LONGEST) return;
    throw new FormatError(
      this.#rest.includes('"')
        ? complaints.quotes(this.line)
        : `line ${this.line} has more than ${LONGEST.toLocaleString("en-US")} characters: is this a table?`,
    );
  }

  /** Takes what is left as the last record. */
  finish(): void {
    if (this.#rest !== "") this.#read(this.#rest, true);
    this.#rest = "";
  }

  /** Gives back what has no end yet. */
  #read(text: string, last: boolean): string {
    let at = 0;
    let quote = text.indexOf('"');
    while (at < text.length) {
      const found = text.indexOf(this.#end, at);
      const end = found < 0 ? text.length : found;
      if (quote >= 0 && quote < at) quote = text.indexOf('"', at);
      if (quote >= 0 && quote < end) {
        const next = this.#quoted(text, at, last);
        if (next === undefined) break;
        at = next;
        continue;
      }
      if (found < 0 && !last) break;
      this.#take(text.slice(at, this.#valuesEnd(text, at, end)).split(this.#delimiter), this.line);
      this.line++;
      at = end + 1;
    }
    return text.slice(at);
  }

  /** Where the values of a line end whose last character is at `end`. */
  #valuesEnd(text: string, start: number, end: number): number {
    if (this.#end === "\r" || end === text.length) return end;
    const returned = end > start && text[end - 1] === "\r";
    if (returned !== (this.#lineBreak === "\r\n")) {
      throw new FormatError(complaints.lineEnds(this.#lineBreak));
    }
    return returned ? end - 1 : end;
  }

  /** Reads a record that has quotes; gives where the next begins, or nothing where more text is needed. */
  #quoted(text: string, start: number, last: boolean): number | undefined {
    const values: string[] = [];
    let at = start;
    for (;;) {
      let value: string;
      if (text[at] === '"') {
        const close = closingQuote(text, at + 1);
        if (close < 0) {
          if (last) throw new FormatError(complaints.quotes(this.line));
          return undefined;
        }
        if (close + this.#lineBreak.length >= text.length && !last) return undefined;
        value = text.slice(at + 1, close).replaceAll('""', '"');
        at = close + 1;
        if (!this.#endsValue(text, at)) throw new FormatError(complaints.quotes(this.line));
      } else {
        const first = at;
        while (at < text.length && !this.#endsValue(text, at)) at++;
        if (at + this.#lineBreak.length > text.length && !last) return undefined;
        value = text.slice(first, at);
      }
      values.push(value);
      if (text[at] !== this.#delimiter || at >= text.length) break;
      at++;
    }
    const next = Math.min(text.length, at + this.#lineBreak.length);
    this.#take(values, this.line);
    this.line += count(text, this.#end, start, next) || 1;
    return next;
  }

  #endsValue(text: string, at: number): boolean {
    if (at >= text.length || text[at] === this.#delimiter) return true;
    if (text.startsWith(this.#lineBreak, at)) return true;
    if (text[at] === "\n" && this.#end === "\n") {
      throw new FormatError(complaints.lineEnds(this.#lineBreak));
    }
    return false;
  }
}

/** The quote that closes a value which begins at `at`; −1 where there is none yet. */
function closingQuote(text: string, at: number): number {
  for (let from = at; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0 || text[quote + 1] !== '"') return quote;
    from = quote + 2;
  }
}

function count(text: string, character: string, start: number, end: number): number {
  let found = 0;
  for (let at = text.indexOf(character, start); at >= 0 && at < end; found++) {
    at = text.indexOf(character, at + 1);
  }
  return found;
}
