/** Records of CSV as text: what may be said of them, and the values of a line. */

export interface CsvOptions {
  /** default: the one of , ; tab | that is most frequent in the header line */
  readonly delimiter?: string;
  /** decimal separator, default "." */
  readonly decimal?: string;
  /** thousands separator, default none */
  readonly thousands?: string;
  /** what stands for a missing value; default {@link defaultNulls} */
  readonly nulls?: readonly string[];
}

export const defaultNulls: readonly string[] = ["", "NA", "N/A", "NULL", "null", "NaN", "nan"];

/** The one of , ; tab | that is most frequent in a header line, outside quotes. */
export function likelyDelimiter(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, "");
  let best = ",";
  let most = 0;
  for (const candidate of [",", ";", "\t", "|"]) {
    const count = bare.split(candidate).length - 1;
    if (count > most) [best, most] = [candidate, count];
  }
  return best;
}

/**
 * The values of one line of CSV, blanks around those without quotes taken away; `undefined` where it ends inside
 * quotes.
 *
 *     splitRecord('a, "b, ""c"""', ",")   // ["a", 'b, "c"']
 */
export function splitRecord(line: string, delimiter: string): string[] | undefined {
  const values: string[] = [];
  let rest = line;
  for (;;) {
    const quoted = /^ *"([^"]*(?:""[^"]*)*)" */.exec(rest);
    const after = quoted ? rest.slice(quoted[0].length) : rest;
    if (quoted && (after === "" || after.startsWith(delimiter))) {
      values.push(quoted[1].replaceAll('""', '"'));
      if (after === "") return values;
      rest = after.slice(delimiter.length);
      continue;
    }
    if (/^ *"/.test(rest)) return undefined;
    const end = rest.indexOf(delimiter);
    values.push((end < 0 ? rest : rest.slice(0, end)).trim());
    if (end < 0) return values;
    rest = rest.slice(end + delimiter.length);
  }
}
