/** gzip by the platform's own decompressor, the same in Node and in browsers. */
import { FormatError } from "../errors.ts";
import type { SourceFile } from "./dataset.ts";

/** Whether the bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The unpacked bytes.
 * Throws {@link FormatError} where the file is truncated or damaged, or unpacks to more than `limit` bytes (found
 * before the memory is taken).
 */
export async function gunzip(file: SourceFile, limit: number = 2 ** 31): Promise<Uint8Array> {
  const stream = new Blob([file.bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) {
        await reader.cancel();
        throw new FormatError(
          `${file.path}: found more than ${limit} unpacked bytes, expected at most ${limit}`,
        );
      }
      chunks.push(value);
    }
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(
      `${file.path}: found a truncated or damaged gzip file (${file.bytes.length} bytes), ` +
        "expected one that unpacks",
      { cause },
    );
  }
  return concatenate(chunks, length);
}

/** Chunks of a stream as one array. */
export function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
