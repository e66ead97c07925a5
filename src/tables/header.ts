/** The first record of a text file. */
import { FormatError } from "../errors.ts";
import { contents } from "./contents.ts";
import { complaints, notEncoded } from "./messages.ts";

/** A longer first record is no header. */
const LONGEST = 2 ** 20;

export interface Header {
  /** the text up to the first line break outside quotes, without a byte order mark */
  readonly line: string;
  /** how that line ends; the engine takes a break inside its quotes for one if it is not told */
  readonly lineBreak: "\n" | "\r\n" | "\r";
}

/**
 * Reads the header of a file in UTF-8. Throws {@link FormatError} for an empty line, one of more than 1 MiB, and bytes
 * that are no text.
 */
export async function readHeader(path: string): Promise<Header> {
  const decoder = new TextDecoder();
  const read: Uint8Array[] = [];
  let text = "";
  let inside = false;
  let seen = 0;
  const headerAt = (end: number): Header => {
    const line = text.slice(0, end);
    requireNames(line);
    requireSame(line, Buffer.concat(read));
    return { line, lineBreak: breakAt(text, end) };
  };
  for await (const bytes of contents(path)) {
    read.push(bytes);
    text += decoder.decode(bytes, { stream: true });
    for (; seen < text.length; seen++) {
      const c = text[seen];
      if (c === '"') inside = !inside;
      else if (inside) continue;
      // what follows a carriage return is a part of the line's end
      else if (c === "\n" || (c === "\r" && seen + 2 < text.length)) return headerAt(seen);
      else if (c === "\r") break;
    }
    if (text.length > LONGEST) break;
  }
  const end = text.indexOf("\r", seen);
  return headerAt(end < 0 ? text.length : end);
}

function breakAt(text: string, at: number): Header["lineBreak"] {
  if (text[at] !== "\r") return "\n";
  // the engine reads some rows of such a file twice (DuckDB issue 25164)
  if (text.startsWith("\r\r\n", at)) throw new FormatError(complaints.headerBreaks);
  return text[at + 1] === "\n" ? "\r\n" : "\r";
}

function requireNames(line: string): void {
  if (line.length > LONGEST) throw new FormatError(complaints.headerLong);
  if (line.trim() === "") throw new FormatError(complaints.headerEmpty);
}

/** Throws {@link FormatError} where the bytes are not the line in UTF-8: decoding replaces what is none. */
function requireSame(line: string, bytes: Buffer): void {
  const expected = Buffer.from(line);
  const start = bytes.subarray(0, 3).equals(Buffer.from("\uFEFF")) ? 3 : 0;
  if (!bytes.subarray(start, start + expected.length).equals(expected)) throw notEncoded(1);
}
