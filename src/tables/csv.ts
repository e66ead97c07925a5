/** CSV and TSV: the header line, the kinds of the columns, and the reader that holds every row to them. */
import { FormatError } from "../errors.ts";
import { notEncoded } from "./encoding.ts";
import { type Engine, literal } from "./engine.ts";
import { SelectionError } from "./errors.ts";
import { type Header, readHeader } from "./header.ts";
import { kindsOf } from "./kinds.ts";
import { exactPath, type Relation } from "./relation.ts";

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

/**
 * The relation of a file in UTF-8 with a header line. Quotes are " and doubled inside; a column is numbers if all values of the
 * first 50,000 rows are, dates if all are ISO dates, text otherwise.
 *
 * Throws {@link FormatError} for what is no such file: an empty header, another encoding.
 */
export async function csvRelation(
  engine: Engine,
  path: string,
  options: CsvOptions = {},
): Promise<Relation> {
  const source = exactPath(path);
  const header = await readHeader(path);
  const { line } = header;
  const delimiter = options.delimiter ?? likelyDelimiter(line);
  const names = splitRecord(line, delimiter);
  if (!names) {
    throw new FormatError(`the quotes of the header are out of order: ${line.slice(0, 200)}`);
  }
  const { decimal = ".", thousands, nulls = defaultNulls } = options;
  if (decimal === thousands) {
    throw new SelectionError(
      `the decimal and the thousands separator are both ${JSON.stringify(decimal)}`,
    );
  }
  const settings = [
    "auto_detect = false, header = true",
    `delim = ${literal(delimiter)}, quote = '"', escape = '"'`,
    `new_line = ${literal(header.lineBreak.replace("\r", "\\r").replace("\n", "\\n"))}`,
    `nullstr = [${nulls.map(literal).join(", ")}]`,
    ...(decimal === "." ? [] : [`decimal_separator = ${literal(decimal)}`]),
    ...(thousands ? [`thousands = ${literal(thousands)}`] : []),
  ].join(", ");
  const ids = names.map((_, j) => `c${j}`);
  const reader = (types: readonly string[]): string => {
    const columns = ids.map((id, j) => `${id}: '${types[j]}'`).join(", ");
    return `read_csv(${source}, ${settings}, columns = {${columns}})`;
  };
  const asTexts = reader(ids.map(() => "VARCHAR"));
  const explain = (error: unknown): unknown => explained(error, names, header);
  const columns = await kindsOf(engine, asTexts, names, ids, { decimal, thousands }).catch(
    (error) => {
      throw explain(error);
    },
  );
  return {
    origin: `CSV, delimiter ${delimiter === "\t" ? "tab" : delimiter}`,
    columns,
    from: (asText) =>
      reader(
        columns.map(({ id, kind }) =>
          kind === "number" && !asText.has(id) ? "DOUBLE" : "VARCHAR",
        ),
      ),
    explain,
  };
}

/** The engine's error in words of the file; names are those of its columns c0, c1, … */
function explained(error: unknown, names: readonly string[], { lineBreak }: Header): unknown {
  const cause = error instanceof FormatError ? error.cause : undefined;
  const text = cause instanceof Error ? cause.message : "";
  const say = (message: string): FormatError => new FormatError(message, { cause });
  if (/state machine reached an invalid state/.test(text)) {
    return say(
      `some lines do not end in ${JSON.stringify(lineBreak)} as the first does, or quotes are out of order ` +
        "(inside quotes a quote is doubled)",
    );
  }
  const [, line] = /CSV Error on Line: (\d+)/.exec(text) ?? [];
  if (line === undefined) return error;
  const [, expected, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text) ?? [];
  if (found) return say(`line ${line} has ${found} values, expected ${expected} as in the header`);
  const [, id, value] =
    /converting column "c(\d+)"\. Could not convert string "([\s\S]*?)" to '/.exec(text) ?? [];
  if (id) {
    const name = JSON.stringify(names[Number(id)]);
    const unquoted = value.replaceAll('""', '"');
    return say(
      `line ${line}: column ${name} is ${JSON.stringify(unquoted)}, expected a number, as in the rows before; ` +
        `if that means missing, say --null ${JSON.stringify(unquoted)}, and if the column has labels, --categorical ${name}`,
    );
  }
  if (/not utf-8 encoded/.test(text)) return notEncoded(line, cause);
  if (/unterminated quote/.test(text)) {
    return say(`line ${line}: quotes are out of order (inside quotes a quote is doubled)`);
  }
  return error;
}

function likelyDelimiter(header: string): string {
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
