/** Files that are no tables of text, by their first bytes. */
import { FormatError } from "../errors.ts";

const signatures: readonly (readonly [start: string, what: string, advice: string])[] = [
  ["PK\x03\x04", "a zip archive or an Excel workbook", "unpack it, or save the sheet as CSV"],
  ["\xd0\xcf\x11\xe0", "an Excel workbook", "save the sheet as CSV"],
  ["\x28\xb5\x2f\xfd", "compressed by zstd", "unpack it: zstd -d"],
  ["BZh", "compressed by bzip2", "unpack it: bunzip2"],
  ["\xfd7zXZ", "compressed by xz", "unpack it: unxz"],
  ["ARROW1", "an Arrow or Feather file", "save it as Parquet"],
  ["SQLite format 3", "an SQLite database", "export the table as CSV"],
  ["\x89HDF", "an HDF5 file", "save the table as Parquet or CSV"],
  ["\x93NUMPY", "a NumPy array", "save it as CSV, with a line of names"],
  ["%PDF", "a PDF document", "save the table as CSV"],
];

/** Throws {@link FormatError} for the first bytes of a file that is known to be something else than text. */
export function requireText(start: Uint8Array, name: string): void {
  const text = String.fromCharCode(...start.subarray(0, 16));
  if (text.startsWith("PAR1")) {
    throw new FormatError(`${name} is a Parquet file; say --format parquet`);
  }
  const found = signatures.find(([first]) => text.startsWith(first));
  if (!found) return;
  const [, what, advice] = found;
  throw new FormatError(`${name} is ${what}, expected CSV, TSV, Parquet, or JSON lines: ${advice}`);
}
