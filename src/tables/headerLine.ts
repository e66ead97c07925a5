/** The first record of a text, found while the text comes in. */
import { FormatError } from "../errors.ts";
import { complaints } from "./messages.ts";

/** A longer first record is no header. */
const LONGEST = 2 ** 20;

export interface Header {
  /** the text up to the first line break outside quotes, without a byte order mark */
  readonly line: string;
  /** how that line ends; the engine takes a break inside its quotes for one if it is not told */
  readonly lineBreak: "\n" | "\r\n" | "\r";
}

/** Looks for the end of the first line. Throws {@link FormatError} for an empty line, or one of more than 1 MiB. */
export class HeaderSearch {
  /** all text so far */
  text = "";
  #inside = false;
  #seen = 0;

  /** The header, once the text has all of it. */
  add(text: string): Header | undefined {
    this.text += text;
    for (; this.#seen < this.text.length; this.#seen++) {
      const c = this.text[this.#seen];
      if (c === '"') this.#inside = !this.#inside;
      else if (this.#inside) continue;
      // what follows a carriage return is a part of the line's end
      else if (c === "\n" || (c === "\r" && this.#seen + 2 < this.text.length)) {
        return this.#headerAt(this.#seen);
      } else if (c === "\r") break;
    }
    return this.text.length > LONGEST ? this.end() : undefined;
  }

  /** The header of a text that has no more. */
  end(): Header {
    const end = this.text.indexOf("\r", this.#seen);
    return this.#headerAt(end < 0 ? this.text.length : end);
  }

  #headerAt(end: number): Header {
    const line = this.text.slice(0, end);
    if (line.length > LONGEST) throw new FormatError(complaints.headerLong);
    if (line.trim() === "") throw new FormatError(complaints.headerEmpty);
    return { line, lineBreak: breakAt(this.text, end) };
  }
}

function breakAt(text: string, at: number): Header["lineBreak"] {
  if (text[at] !== "\r") return "\n";
  // the engine reads some rows of such a file twice (DuckDB issue 25164)
  if (text.startsWith("\r\r\n", at)) throw new FormatError(complaints.headerBreaks);
  return text[at + 1] === "\n" ? "\r\n" : "\r";
}
