/** Encodings of text files, and copies in UTF-8 of those that have another. */
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FormatError } from "../errors.ts";
import { contents } from "./contents.ts";
import { temporaryFailure } from "./workspace.ts";

/** Names of decoders. Latin-1 is what Windows writes under that name: with the euro sign. */
const decoders: Readonly<Record<string, string>> = {
  "utf-8": "utf-8",
  "latin-1": "windows-1252",
  "utf-16": "utf-16le",
  "utf-16be": "utf-16be",
};

/** The encoding of a file by its first bytes. Throws {@link FormatError} where they are no text. */
export function encodingOf(start: Buffer, asked: string | undefined): string {
  if (asked !== undefined && !Object.hasOwn(decoders, asked)) {
    throw new FormatError(
      `the encoding ${JSON.stringify(asked)} is not known; known: utf-8, latin-1, utf-16`,
    );
  }
  if (asked === undefined || asked.startsWith("utf-16")) {
    if (start[0] === 0xff && start[1] === 0xfe) return "utf-16";
    if (start[0] === 0xfe && start[1] === 0xff) return "utf-16be";
    if (asked !== undefined) return asked;
  }
  if (start.subarray(0, 1024).includes(0)) {
    throw new FormatError(
      "the file has bytes of value 0, so it is no text; if it is UTF-16, say --encoding utf-16",
    );
  }
  return asked ?? "utf-8";
}

/**
 * Copies a text into `folder` in UTF-8; returns the path. The engine's own decoder of UTF-16 knows no characters
 * beyond 16 bits and no big-endian order. Throws {@link FormatError} for bytes that are not of the encoding.
 */
export async function copyInUtf8(
  path: string,
  encoding: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const copy = join(folder, "utf-8");
  try {
    const options = { ...(signal && { signal }) };
    await pipeline(contents(path), decoded(encoding), createWriteStream(copy), options);
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof FormatError ? error : temporaryFailure(copy, error);
  }
  return copy;
}

function decoded(encoding: string): (source: AsyncIterable<Buffer>) => AsyncGenerator<string> {
  const decoder = new TextDecoder(decoders[encoding], { fatal: true });
  const decode = (bytes?: Buffer): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw new FormatError(`the file is not ${encoding.toUpperCase()}: is that its encoding?`, {
        cause,
      });
    }
  };
  return async function* (source) {
    for await (const bytes of source) yield decode(bytes);
    yield decode();
  };
}

/** The error of a file that should be UTF-8 and is not. */
export function notEncoded(line: number | string, cause?: unknown): FormatError {
  return new FormatError(
    `the file is not UTF-8 (line ${line}); name its encoding, e.g. --encoding latin-1`,
    { cause },
  );
}
