/** Copies in UTF-8 of text files that have another encoding. */
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FormatError } from "../errors.ts";
import { contents } from "./contents.ts";
import { decoderOf, otherEncoding } from "./decoding.ts";
import { temporaryFailure } from "./workspace.ts";

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
  const decoder = decoderOf(encoding);
  const decode = (bytes?: Buffer): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw otherEncoding(encoding, cause);
    }
  };
  return async function* (source) {
    for await (const bytes of source) yield decode(bytes);
    yield decode();
  };
}
