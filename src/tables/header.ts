/** The first record of a text file. */
import { contents } from "./contents.ts";
import { type Header, HeaderSearch } from "./headerLine.ts";
import { notEncoded } from "./messages.ts";

/**
 * Reads the header of a file in UTF-8. Throws `FormatError` for an empty line, one of more than 1 MiB, and bytes that
 * are no text.
 */
export async function readHeader(path: string): Promise<Header> {
  const decoder = new TextDecoder();
  const read: Uint8Array[] = [];
  const search = new HeaderSearch();
  for await (const bytes of contents(path)) {
    read.push(bytes);
    const found = search.add(decoder.decode(bytes, { stream: true }));
    if (found) return same(found, Buffer.concat(read));
  }
  return same(search.end(), Buffer.concat(read));
}

/** Throws `FormatError` where the bytes are not the line in UTF-8: decoding replaces what is none. */
function same(header: Header, bytes: Buffer): Header {
  const expected = Buffer.from(header.line);
  const start = bytes.subarray(0, 3).equals(Buffer.from("\uFEFF")) ? 3 : 0;
  if (!bytes.subarray(start, start + expected.length).equals(expected)) throw notEncoded(1);
  return header;
}
