/** What a file holds, expanded where it is compressed. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { FormatError } from "../errors.ts";

/** The bytes of a file, piece by piece. Throws {@link FormatError} where a compressed one is damaged. */
export async function* contents(path: string): AsyncGenerator<Buffer> {
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

/** The first bytes of the contents: none for an empty file. */
export async function openingBytes(path: string): Promise<Buffer> {
  for await (const bytes of contents(path)) return bytes;
  return Buffer.alloc(0);
}

/** Whether the file starts as gzip does. */
export async function isCompressed(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/**
 * Expands a compressed file to nothing. The engine takes what there is of one that was cut short, and does not look
 * at its checksum. Throws {@link FormatError} for such a file.
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
