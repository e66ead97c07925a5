/** CSV and TSV: the header line, the kinds of the columns, and the reader that holds every row to them. */
import { FormatError } from "../errors.ts";
import { type Engine, literal } from "./engine.ts";
import { readHeader } from "./header.ts";
import type { Header } from "./headerLine.ts";
import { kindsOf } from "./kinds.ts";
import { complaints, delimiterName, notEncoded, requireSeparators } from "./messages.ts";
import { type CsvOptions, defaultNulls, likelyDelimiter, splitRecord } from "./records.ts";
import { exactPath, type Relation } from "./relation.ts";
import { withoutUnderscores } from "./underscores.ts";

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
  if (!names) throw new FormatError(complaints.headerQuotes(line));
  const { decimal = ".", thousands, nulls = defaultNulls } = options;
  requireSeparators(decimal, thousands);
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
  const columns = await kindsOf(engine, asTexts, names, ids, { decimal, thousands })
    .then((found) =>
      thousands === "_"
        ? found
        : withoutUnderscores(engine, found, { path, header, reader: asTexts }),
    )
    .catch((error) => {
      throw explain(error);
    });
  return {
    origin: `CSV, delimiter ${delimiterName(delimiter)}`,
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
    return say(complaints.lineEnds(lineBreak));
  }
  const [, line] = /CSV Error on Line: (\d+)/.exec(text) ?? [];
  if (line === undefined) return error;
  const [, expected, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text) ?? [];
  if (found) return say(complaints.ragged(line, found, expected));
  const [, id, value] =
    /converting column "c(\d+)"\. Could not convert string "([\s\S]*?)" to '/.exec(text) ?? [];
  if (id) {
    return say(complaints.noNumber(line, names[Number(id)], value.replaceAll('""', '"')));
  }
  if (/not utf-8 encoded/.test(text)) return notEncoded(line, cause);
  if (/unterminated quote/.test(text)) return say(complaints.quotes(line));
  return error;
}
