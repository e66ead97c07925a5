/** The first record of a text file, whatever its compression and encoding. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { FormatError } from "../errors.ts";

/** A longer first record is no header. */
const LONGEST = 2 ** 20;

export interface Header {
  /** the text up to the first line break outside quotes, without a byte order mark */
  readonly line: string;
  /** how that line ends; the engine takes a break inside its quotes for one if it is not told */
  readonly lineBreak: "\n" | "\r\n" | "\r";
  /** as asked for, or as the byte order mark says, or "utf-8" */
  readonly encoding: string;
}

/**
 * Reads the header of a file. Throws {@link FormatError} for an empty line, one of more than 1 MiB, and bytes that
 * are no text of the encoding.
 */
export async function readHeader(path: string, encoding?: string): Promise<Header> {
  let decoder: TextDecoder | undefined;
  let found = encoding ?? "utf-8";
  let text = "";
  let inside = false;
  let seen = 0;
  for await (const bytes of contents(path)) {
    if (!decoder) {
      found = encodingOf(bytes, encoding);
      decoder = decoderOf(found);
    }
    text += decoder.decode(bytes, { stream: true });
    for (; seen < text.length; seen++) {
      const c = text[seen];
      if (c === '"') inside = !inside;
      else if (inside) continue;
      else if (c === "\n" || (c === "\r" && seen + 2 < text.length)) {
        return headerAt(text, seen, found);
      } else if (c === "\r") break;
    }
    if (text.length > LONGEST) break;
  }
  const end = text.indexOf("\r", seen);
  return end < 0
    ? { line: requireNames(text, found), lineBreak: "\n", encoding: found }
    : headerAt(text, end, found);
}

function headerAt(text: string, end: number, encoding: string): Header {
  const line = requireNames(text.slice(0, end), encoding);
  return { line, lineBreak: breakAt(text, end), encoding };
}

function breakAt(text: string, at: number): Header["lineBreak"] {
  if (text[at] === "\n") return "\n";
  // the engine reads some rows of such a file twice (DuckDB issue 25164)
  if (text.startsWith("\r\r\n", at)) {
    throw new FormatError(
      "the lines end in two carriage returns and a line feed, expected one of \\n, \\r\\n and \\r: some program " +
        "wrote the line ends twice",
    );
  }
  return text[at + 1] === "\n" ? "\r\n" : "\r";
}

function requireNames(line: string, encoding: string): string {
  if (line.length > LONGEST)
    throw new FormatError("the first line is longer than 1 MiB, expected names");
  if (line.trim() === "") {
    throw new FormatError("the first line is empty, expected the names of the columns");
  }
  if (line.includes("\uFFFD")) throw notEncoded(encoding, 1);
  return line;
}

/** The error of bytes that are no text of the encoding. */
export function notEncoded(encoding: string, line: number | string, cause?: unknown): FormatError {
  const advice =
    encoding === "utf-8" ? "name its encoding, e.g. --encoding latin-1" : "is that its encoding?";
  return new FormatError(`the file is not ${encoding.toUpperCase()} (line ${line}); ${advice}`, {
    cause,
  });
}

/** The encoding by the first bytes. Throws {@link FormatError} where they are no text, or contradict `asked`. */
function encodingOf(bytes: Uint8Array, asked: string | undefined): string {
  const wide = asked === undefined || asked === "utf-16";
  if (wide && bytes[0] === 0xfe && bytes[1] === 0xff) {
    throw new FormatError(
      "the file is UTF-16 in big-endian order, which is not read; convert it: iconv -f UTF-16 -t UTF-8",
    );
  }
  if (wide && bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16";
  if (asked !== "utf-16" && bytes.subarray(0, 1024).includes(0)) {
    throw new FormatError(
      "the file has bytes of value 0, so it is no text; if it is UTF-16, say --encoding utf-16",
    );
  }
  return asked ?? "utf-8";
}

function decoderOf(encoding: string): TextDecoder {
  const names: Readonly<Record<string, string>> = { "latin-1": "iso-8859-1", "utf-16": "utf-16le" };
  try {
    return new TextDecoder(names[encoding] ?? encoding);
  } catch (cause) {
    throw new FormatError(
      `the encoding ${JSON.stringify(encoding)} is not known; known: utf-8, latin-1, utf-16`,
      { cause },
    );
  }
}

async function* contents(path: string): AsyncGenerator<Uint8Array> {
  if (!(await isCompressed(path))) {
    yield* createReadStream(path);
    return;
  }
  const expanded = createGunzip();
  const fed = pipeline(createReadStream(path), expanded).catch(() => {});
  try {
    yield* expanded;
  } catch (cause) {
    throw damaged(cause);
  } finally {
    expanded.destroy();
    await fed;
  }
}

/**
 * Decompresses a file to nothing. The engine takes what there is of one that was cut short, and does not look at its
 * checksum. Throws {@link FormatError} for such a file.
 */
export async function requireIntact(path: string, signal: AbortSignal | undefined): Promise<void> {
  const nowhere = new Writable({ write: (_bytes, _encoding, done) => done() });
  try {
    const options = { ...(signal && { signal }) };
    await pipeline(createReadStream(path), createGunzip(), nowhere, options);
  } catch (cause) {
    signal?.throwIfAborted();
    throw damaged(cause);
  }
}

function damaged(cause: unknown): FormatError {
  const { message } = cause as Error;
  return new FormatError(`the compressed file is damaged or cut short: ${message}`, { cause });
}

/** Whether the file starts as gzip does. */
export async function isCompressed(path: string): Promise<boolean> {
  const [first, second] = await firstBytes(path, 2);
  return first === 0x1f && second === 0x8b;
}

/** The first bytes of a file's contents, expanded where they are compressed: empty for an empty file. */
export async function openingBytes(path: string): Promise<Buffer> {
  for await (const bytes of contents(path)) return Buffer.from(bytes);
  return Buffer.alloc(0);
}

/** The first bytes of a file. */
async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
