/** CSV and TSV: the header line, the kinds of the columns, and the reader that holds every row to them. */
import { FormatError } from "../errors.ts";
import { type Engine, literal } from "./engine.ts";
import { headerLine } from "./header.ts";
import { exactPath, type Relation, type RelationColumn } from "./relation.ts";

export interface CsvOptions {
  /** default: the one of , ; tab | that is most frequent in the header line */
  readonly delimiter?: string;
  /** decimal separator, default "." */
  readonly decimal?: string;
  /** thousands separator, default none */
  readonly thousands?: string;
  /** default "utf-8"; also "latin-1" and "utf-16" */
  readonly encoding?: string;
  /** what stands for a missing value; default {@link defaultNulls} */
  readonly nulls?: readonly string[];
}

export const defaultNulls: readonly string[] = ["", "NA", "N/A", "NULL", "null", "NaN", "nan"];

/** Rows from which the kinds of the columns are taken; later ones must agree. */
const SAMPLE = 50_000;
/** Columns that are looked at together. */
const GROUP = 200;

/**
 * The relation of a file with a header line. Quotes are " and doubled inside; a column is numbers if all values of the
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
  const encoding = options.encoding ? `, encoding = ${literal(options.encoding)}` : "";
  const header = await headerLine(path, options.encoding);
  const delimiter = options.delimiter ?? likelyDelimiter(header);
  const names = splitRecord(header, delimiter);
  if (!names)
    throw new FormatError(`the quotes of the header are out of order: ${header.slice(0, 200)}`);
  const { decimal = ".", thousands, nulls = defaultNulls } = options;
  const settings = [
    "auto_detect = false, header = true",
    `delim = ${literal(delimiter)}, quote = '"', escape = '"'`,
    `nullstr = [${nulls.map(literal).join(", ")}]`,
    ...(decimal === "." ? [] : [`decimal_separator = ${literal(decimal)}`]),
    ...(thousands ? [`thousands = ${literal(thousands)}`] : []),
  ].join(", ");
  const ids = names.map((_, j) => `c${j}`);
  const reader = (types: readonly string[]): string => {
    const columns = ids.map((id, j) => `${id}: '${types[j]}'`).join(", ");
    return `read_csv(${source}, ${settings}, columns = {${columns}}${encoding})`;
  };
  const asTexts = reader(ids.map(() => "VARCHAR"));
  const explain = (error: unknown): unknown => explained(error, names);
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
function explained(error: unknown, names: readonly string[]): unknown {
  const cause = error instanceof FormatError ? error.cause : undefined;
  const text = cause instanceof Error ? cause.message : "";
  const [, line] = /CSV Error on Line: (\d+)/.exec(text) ?? [];
  if (line === undefined) return error;
  const say = (message: string): FormatError => new FormatError(message, { cause });
  const [, expected, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text) ?? [];
  if (found) return say(`line ${line} has ${found} values, expected ${expected}`);
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
  if (/not utf-8 encoded/.test(text)) {
    return say(`the file is not UTF-8 (line ${line}); name its encoding, e.g. --encoding latin-1`);
  }
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

async function kindsOf(
  engine: Engine,
  reader: string,
  names: readonly string[],
  ids: readonly string[],
  { decimal, thousands }: { decimal: string; thousands: string | undefined },
): Promise<RelationColumn[]> {
  const number = (id: string): string => {
    const plain = thousands ? `replace(${id}, ${literal(thousands)}, '')` : id;
    const text = decimal === "." ? plain : `replace(${plain}, ${literal(decimal)}, '.')`;
    return `TRY_CAST(${text} AS DOUBLE)`;
  };
  const rows = `SELECT * FROM ${reader} LIMIT ${SAMPLE}`;
  const sample = async (
    columns: readonly string[],
    measures: (id: string) => readonly string[],
  ): Promise<Record<string, unknown>> => {
    const found: Record<string, unknown> = {};
    // all columns at once of a wide table would not fit into the engine's memory
    for (let start = 0; start < columns.length; start += GROUP) {
      const some = columns.slice(start, start + GROUP).flatMap(measures);
      Object.assign(found, ...(await engine.all(`SELECT ${some.join(", ")} FROM (${rows})`)));
    }
    return found;
  };
  const counts = await sample(ids, (id) => [
    `count(${id}) AS n_${id}`,
    `count(${number(id)}) AS d_${id}`,
  ]);
  const isNumber = (id: string): boolean => counts[`n_${id}`] === counts[`d_${id}`];
  const others = ids.filter((id) => !isNumber(id));
  const matches = (id: string, pattern: string): string =>
    `count_if(regexp_full_match(trim(${id}), '${pattern}'))`;
  const seen = await sample(others, (id) => [
    `count_if(TRY_CAST(${id} AS TIMESTAMP) IS NOT NULL OR regexp_full_match(trim(${id}), '${DATE}')) AS t_${id}`,
    `${matches(id, "[-+]?\\d{1,3}(,\\d{3})+(\\.\\d+)?")} AS k_${id}`,
    `${matches(id, "[-+]?\\d+,\\d+")} AS e_${id}`,
    `min(${id}) FILTER (WHERE ${number(id)} IS NULL) AS o_${id}`,
  ]);
  return names.map((name, j): RelationColumn => {
    const id = ids[j];
    const base = { name: name || `column ${j + 1}`, id, ...(name === "" && { unnamed: true }) };
    if (isNumber(id)) return { ...base, type: "NUMBER", kind: "number" };
    const one: TextSample = {
      values: Number(counts[`n_${id}`]),
      numbers: Number(counts[`d_${id}`]),
      thousands: Number(seen[`k_${id}`]),
      commas: Number(seen[`e_${id}`]),
      odd: String(seen[`o_${id}`]),
    };
    if (Number(seen[`t_${id}`]) === one.values) return { ...base, type: "DATE", kind: "date" };
    const doubt = doubtOf(one);
    return { ...base, type: "VARCHAR", kind: "text", ...(doubt && { doubt }) };
  });
}

/** Dates as people write them; the engine's own are those of ISO 8601. */
const DATE = "\\d{1,2}[./-]\\d{1,2}[./-]\\d{4}.*";

/** What a sample shows of a column that is not all numbers: how many of its values look like what. */
interface TextSample {
  readonly values: number;
  readonly numbers: number;
  readonly thousands: number;
  readonly commas: number;
  /** a value that is no number */
  readonly odd: string;
}

function doubtOf({ values, numbers, thousands, commas, odd }: TextSample): string | undefined {
  const rest = values - numbers;
  if (thousands === rest) {
    return `its numbers have thousands separators, such as "${odd}"; read them with --thousands ,`;
  }
  if (commas === rest) {
    return `its numbers have decimal commas, such as "${odd}"; read them with --decimal ,`;
  }
  if (2 * numbers < values) return undefined;
  return (
    `${numbers} of its first ${values} values are numbers, but not ${JSON.stringify(odd)}; ` +
    `if that means missing, say --null ${JSON.stringify(odd)}, and if the numbers are names, --categorical`
  );
}
