/** The check of a file's contents that comes before any use of them. */
import { FormatError, MissingError } from "../errors.ts";
import type { DataFile, SourceFile } from "./dataset.ts";
import { gunzip, isGzip } from "./gzip.ts";

/** SHA-256 in lower-case hexadecimal. Throws {@link MissingError} in a page that is not a secure context. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new MissingError(
      "SHA-256 is not available here: browsers offer it to pages from https or localhost only",
    );
  }
  const digest = await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The contents of `source`, unpacked where `file` is packed, once they are what the registry says.
 * Throws {@link FormatError} with the sizes or checksums found and expected otherwise.
 */
export async function checkedContents(file: DataFile, source: SourceFile): Promise<SourceFile> {
  if (source.bytes.length === 0) {
    throw new FormatError(`${source.path}: found an empty file, expected ${file.size} bytes`);
  }
  const bytes = await checkedForm(file, source);
  if (bytes.length !== file.size) {
    throw new FormatError(
      `${source.path}: found ${bytes.length} bytes${formNote[file.form]}, expected ${file.size}` +
        (bytes.length < file.size ? " (truncated?)" : ""),
    );
  }
  const found = await sha256(bytes);
  if (found !== file.sha256) {
    throw new FormatError(
      `${source.path}: found SHA-256 ${found}${formNote[file.form]}, expected ${file.sha256}`,
    );
  }
  return { path: source.path, bytes };
}

const formNote = { exact: "", unpacked: " unpacked", trimmed: " without trailing blanks" } as const;

async function checkedForm(file: DataFile, source: SourceFile): Promise<Uint8Array> {
  if (file.form === "exact") return source.bytes;
  if (file.form === "trimmed") return trimmedLines(source.bytes);
  // a server may have unpacked the file on its way already
  return isGzip(source.bytes) ? gunzip(source, file.size) : source.bytes;
}

/** The text without blanks (and carriage returns) at the ends of its lines. */
function trimmedLines(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  return new TextEncoder().encode(text.replaceAll(/[ \t\r]+$/gm, ""));
}
