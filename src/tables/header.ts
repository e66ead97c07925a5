/** The first record of a text file, whatever its compression and encoding. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { FormatError } from "../errors.ts";

/** A longer first record is no header. */
const LONGEST = 2 ** 20;

/**
 * The text of a file up to the first line break outside quotes, without a byte order mark.
 * Throws {@link FormatError} for an empty line, one of more than 1 MiB, or an encoding that is not known.
 */
export async function headerLine(path: string, encoding = "utf-8"): Promise<string> {
  const decoder = decoderOf(encoding);
  let text = "";
  let inside = false;
  let seen = 0;
  for await (const bytes of contents(path)) {
    text += decoder.decode(bytes, { stream: true });
    for (; seen < text.length; seen++) {
      const c = text[seen];
      if (c === '"') inside = !inside;
      else if (!inside && (c === "\n" || c === "\r")) return requireNames(text.slice(0, seen));
    }
    if (text.length > LONGEST) break;
  }
  return requireNames(text);
}

function requireNames(line: string): string {
  if (line.length > LONGEST)
    throw new FormatError("the first line is longer than 1 MiB, expected names");
  if (line.trim() === "") {
    throw new FormatError("the first line is empty, expected the names of the columns");
  }
  return line;
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
    throw new FormatError(`the compressed file is damaged: ${(cause as Error).message}`, { cause });
  } finally {
    expanded.destroy();
    await fed;
  }
}

/** Whether the file starts as gzip does. */
export async function isCompressed(path: string): Promise<boolean> {
  const [first, second] = await firstBytes(path, 2);
  return first === 0x1f && second === 0x8b;
}

/** The first bytes of a file. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
