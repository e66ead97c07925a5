/** Encodings of text files. */
import { FormatError } from "../errors.ts";

/** Names of decoders. Latin-1 is what Windows writes under that name: with the euro sign. */
const decoders: Readonly<Record<string, string>> = {
  "utf-8": "utf-8",
  "latin-1": "windows-1252",
  "utf-16": "utf-16le",
  "utf-16be": "utf-16be",
};

/** The encoding of a file by its first bytes. Throws {@link FormatError} where they are no text. */
export function encodingOf(start: Uint8Array, asked: string | undefined): string {
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

/** A decoder that throws for bytes that are not of the encoding. */
export function decoderOf(encoding: string): TextDecoder {
  return new TextDecoder(decoders[encoding], { fatal: true });
}

/** The error of a file that has not the encoding that it says or is said to have. */
export function otherEncoding(encoding: string, cause: unknown): FormatError {
  return new FormatError(`the file is not ${encoding.toUpperCase()}: is that its encoding?`, {
    cause,
  });
}
