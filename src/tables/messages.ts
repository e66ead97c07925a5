/** What is wrong with a text file, in the same words whoever reads it. */
import { FormatError } from "../errors.ts";
import { SelectionError } from "./errors.ts";

export const complaints = {
  empty: (name: string): string => `${name} is empty, expected a header line and rows`,
  headerEmpty: "the first line is empty, expected the names of the columns",
  headerLong: "the first line is longer than 1 MiB, expected names",
  headerQuotes: (line: string): string =>
    `the quotes of the header are out of order: ${line.slice(0, 200)}`,
  headerBreaks:
    "the lines end in two carriage returns and a line feed, expected one of \\n, \\r\\n and \\r: some program " +
    "wrote the line ends twice",
  lineEnds: (lineBreak: string): string =>
    `some lines do not end in ${JSON.stringify(lineBreak)} as the first does, or quotes are out of order ` +
    "(inside quotes a quote is doubled)",
  quotes: (line: number | string): string =>
    `line ${line}: quotes are out of order (inside quotes a quote is doubled)`,
  ragged: (line: number | string, found: number | string, expected: number | string): string =>
    `line ${line} has ${found} values, expected ${expected} as in the header`,
  noNumber: (line: number | string, column: string, value: string): string =>
    `line ${line}: column ${JSON.stringify(column)} is ${JSON.stringify(value)}, expected a number, as in the rows before; ` +
    `if that means missing, say --null ${JSON.stringify(value)}, and if the column has labels, ` +
    `--categorical ${JSON.stringify(column)}`,
} as const;

/** The error of a file that should be UTF-8 and is not. */
export function notEncoded(line: number | string, cause?: unknown): FormatError {
  return new FormatError(
    `the file is not UTF-8 (line ${line}); name its encoding, e.g. --encoding latin-1`,
    { cause },
  );
}

/** Throws {@link SelectionError} for one separator with two meanings. */
export function requireSeparators(decimal: string, thousands: string | undefined): void {
  if (decimal !== thousands) return;
  throw new SelectionError(
    `the decimal and the thousands separator are both ${JSON.stringify(decimal)}`,
  );
}

export function delimiterName(delimiter: string): string {
  return delimiter === "\t" ? "tab" : delimiter;
}
