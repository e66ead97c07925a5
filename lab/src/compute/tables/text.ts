/** The text of a file that a reader brings, piece by piece. */
import { FormatError } from "../../../../src/errors.ts";
import { decoderOf, encodingOf, otherEncoding } from "../../../../src/tables/decoding.ts";
import { formatOfName } from "../../../../src/tables/formats.ts";
import { complaints, notEncoded } from "../../../../src/tables/messages.ts";
import { requireText } from "../../../../src/tables/signatures.ts";

/** A file, or what stands for one. */
export interface NamedBlob extends Blob {
  readonly name: string;
}

export interface TextFile {
  readonly encoding: string;
  /** All of it, as often as wanted; `onBytes` hears how many bytes of the file were read. */
  pieces(signal?: AbortSignal, onBytes?: (bytes: number) => void): AsyncGenerator<string>;
}

/** Throws {@link FormatError} for an empty file, one that is no text, and an encoding that is not known. */
export async function openText(file: NamedBlob, asked?: string): Promise<TextFile> {
  const format = formatOfName(file.name);
  if (format === "parquet" || format === "json") {
    throw new FormatError(
      `${file.name} is a table in ${format === "json" ? "JSON" : "Parquet"}, and this page reads CSV and TSV: run ` +
        `natgrad diagnose ${file.name}`,
    );
  }
  const packed = await isPacked(file);
  const bytes = (onBytes?: (bytes: number) => void): AsyncGenerator<Uint8Array> =>
    bytesOf(file, packed, onBytes);
  let start = new Uint8Array(0);
  for await (const piece of bytes()) {
    start = new Uint8Array(piece);
    break;
  }
  if (start.length === 0) throw new FormatError(complaints.empty(file.name));
  requireText(start, file.name);
  const encoding = encodingOf(start, asked);
  return {
    encoding,
    async *pieces(signal, onBytes) {
      const decoder = decoderOf(encoding);
      let lines = 1;
      for await (const piece of bytes(onBytes)) {
        signal?.throwIfAborted();
        const text = attempt(() => decoder.decode(piece, { stream: true }), piece, lines, encoding);
        lines += countBreaks(piece);
        yield text;
      }
      yield attempt(() => decoder.decode(), new Uint8Array(0), lines, encoding);
    },
  };
}

async function isPacked(file: Blob): Promise<boolean> {
  const [a, b] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return a === 0x1f && b === 0x8b;
}

async function* bytesOf(
  file: Blob,
  packed: boolean,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let seen = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(piece, controller) {
      seen += piece.length;
      onBytes?.(seen);
      controller.enqueue(piece);
    },
  });
  const source = file.stream().pipeThrough(counted);
  const stream = packed ? source.pipeThrough(new DecompressionStream("gzip")) : source;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause) => {
        throw packed
          ? new FormatError(`the compressed file is damaged or cut short: ${cause.message}`, {
              cause,
            })
          : cause;
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function attempt(decode: () => string, piece: Uint8Array, lines: number, encoding: string): string {
  try {
    return decode();
  } catch (cause) {
    throw encoding === "utf-8"
      ? notEncoded(lines + breaksBefore(piece), cause)
      : otherEncoding(encoding, cause);
  }
}

function countBreaks(piece: Uint8Array): number {
  let found = 0;
  for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) found++;
  return found;
}

/** Lines of the piece that are UTF-8, before the first that is not; the first may have begun in another piece. */
function breaksBefore(piece: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let lines = 0;
  for (let start = 0; ; lines++) {
    const end = piece.indexOf(10, start);
    if (end < 0) return lines;
    try {
      decoder.decode(piece.subarray(start, end));
    } catch {
      // the end of a character that the piece before began is no mistake
      if (lines > 0 || (piece[0] & 0xc0) !== 0x80) return lines;
    }
    start = end + 1;
  }
}
