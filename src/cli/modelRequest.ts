/** From options as they are typed to what the library takes. Whatever is wrong with them is a {@link UsageError}. */
import type { CovarianceKind, DiagnoseOptions, FitOptions } from "../statistics/results.ts";
import { type TableFormat, tableFormats } from "../tables/formats.ts";
import type { FileSource, TableOptions, TableSource } from "../tables/index.ts";
import { splitRecord } from "../tables/records.ts";
import { UsageError } from "./context.ts";
import type { DiagnoseCommandOptions } from "./diagnose.ts";
import { encodingOf, familyOf } from "./modelNames.ts";
import type { ModelOptions } from "./modelOptions.ts";
import { character, choice, count, names, number } from "./optionValues.ts";

const covarianceKinds: readonly CovarianceKind[] = ["fisher", "empirical", "sandwich"];

/** What both commands are asked for. */
export interface ModelRequest {
  /** as it is shown: a file's name, "standard input", or the query */
  readonly name: string;
  readonly source: TableSource;
  readonly table: TableOptions;
  /** without the family, which the table knows in the end */
  readonly fit: Omit<FitOptions, "family">;
  readonly covariances: readonly CovarianceKind[];
  readonly correction: "HC0" | "HC1";
  readonly level: number;
  /** pairs of coefficients whose ellipses are wanted */
  readonly pairs: readonly (readonly [string, string])[];
  readonly json: boolean;
  readonly out: string | undefined;
}

export type FailCondition = "misspecified" | "empirical-fisher" | "standard-errors";

export interface DiagnoseRequest extends ModelRequest {
  readonly diagnose: Omit<DiagnoseOptions, keyof FitOptions>;
  readonly failOn: readonly FailCondition[];
}

/** The request of `natgrad fit`. */
export function modelRequest(file: string | undefined, options: ModelOptions): ModelRequest {
  const { source, name } = sourceOf(file, options);
  if (options.target === undefined)
    throw new UsageError("--target is missing: name the column that is explained");
  const family = options.family && familyOf(options.family);
  if (options.variance !== undefined && family && family !== "gaussian") {
    throw new UsageError(`--variance is for the family gaussian, not for ${family}`);
  }
  const level = number("--level", options.level) ?? 0.95;
  if (!(level > 0 && level < 1)) {
    const meant = level > 1 && level < 100 ? `; did you mean ${level / 100}?` : "";
    throw new UsageError(`--level is ${options.level}, expected a number between 0 and 1${meant}`);
  }
  const kind = choice("--covariance", options.covariance ?? "all", [...covarianceKinds, "all"]);
  const ridge = number("--ridge", options.ridge);
  if (ridge !== undefined && ridge < 0)
    throw new UsageError(`--ridge is ${options.ridge}, expected 0 or more`);
  const pairs = (options.pair ?? []).map(pairOf);
  requireCompany(options);
  const maxIterations = count("--max-iterations", options.maxIterations, 1, 100_000);
  const maxLevels = count("--max-levels", options.maxLevels, 2, 100_000);
  return {
    name,
    source,
    table: {
      target: options.target,
      ...(family && { family }),
      ...(options.features && { features: names("--features", options.features) }),
      ...(options.exclude && { exclude: names("--exclude", options.exclude) }),
      ...(options.categorical && { categorical: names("--categorical", options.categorical) }),
      ...(options.weights !== undefined && { weights: options.weights }),
      ...(options.offset !== undefined && { offset: options.offset }),
      intercept: options.intercept,
      standardize: options.standardize ?? false,
      missing: choice("--missing", options.missing ?? "refuse", ["refuse", "drop"]),
      ...(options.base && { base: baseLevels(options.base) }),
      ...(maxLevels !== undefined && { maxLevels }),
    },
    fit: {
      weighting: choice("--weighting", options.weighting ?? "precision", [
        "precision",
        "frequency",
      ]),
      ...(ridge !== undefined && { ridge }),
      ...(options.variance !== undefined && { variance: varianceOf(options.variance) }),
      ...(maxIterations !== undefined && { maxIterations }),
    },
    covariances: kind === "all" ? covarianceKinds : [kind],
    correction: choice("--correction", (options.correction ?? "HC0").toUpperCase(), ["HC0", "HC1"]),
    level,
    pairs,
    json: options.json ?? false,
    out: options.out,
  };
}

/** The request of `natgrad diagnose`. */
export function diagnoseRequest(
  file: string | undefined,
  options: DiagnoseCommandOptions,
): DiagnoseRequest {
  const request = modelRequest(file, options);
  const replications = count("--bootstrap", options.bootstrap, 0, 1_000_000);
  const seed = count("--seed", options.seed, 0, 2 ** 32 - 1);
  const draws = count("--draws", options.draws, 1, 1_000_000);
  const { form, indicators } = options;
  return {
    ...request,
    diagnose: {
      level: request.level,
      correction: request.correction,
      ...(form && {
        form: choice("--form", form, ["efficient", "chesher-lancaster", "white-1982"]),
      }),
      ...(indicators && { indicators: choice("--indicators", indicators, ["full", "diagonal"]) }),
      ...(replications !== undefined && { replications }),
      ...(seed !== undefined && { seed }),
      ...(draws !== undefined && { draws }),
    },
    failOn: names("--fail-on", options.failOn ?? []).map((name) =>
      choice("--fail-on", name, ["misspecified", "empirical-fisher", "standard-errors"]),
    ),
  };
}

function sourceOf(
  file: string | undefined,
  options: ModelOptions,
): { source: TableSource; name: string } {
  const { sql, format, delimiter, decimal, thousands, encoding } = options;
  if (sql !== undefined) {
    if (file !== undefined) {
      throw new UsageError(
        "a file and --sql were given: name the file in the query, or leave out one of them",
      );
    }
    for (const name of [
      "format",
      "delimiter",
      "decimal",
      "thousands",
      "encoding",
      "null",
    ] as const) {
      if (options[name] !== undefined) {
        throw new UsageError(
          `--${name} is for files; in a query say it to read_csv, e.g. read_csv('…', delim = ';')`,
        );
      }
    }
    return { source: { sql }, name: sql.replaceAll(/\s+/g, " ").trim() };
  }
  if (file === undefined || file === "") {
    throw new UsageError(
      'no table is named: give a file, "-" for standard input, or --sql "select …"',
    );
  }
  const source: FileSource = {
    file,
    ...(format !== undefined && { format: formatOf(format) }),
    ...(delimiter !== undefined && { delimiter: delimiterOf(delimiter) }),
    ...(decimal !== undefined && { decimal: character("--decimal", decimal) }),
    ...(thousands !== undefined && { thousands: character("--thousands", thousands) }),
    ...(encoding !== undefined && { encoding: encodingOf(encoding) }),
    ...(options.null && { nulls: ["", ...options.null] }),
  };
  return { source, name: file === "-" ? "standard input" : file };
}

function formatOf(text: string): TableFormat {
  const same: Readonly<Record<string, TableFormat>> = { jsonl: "json", ndjson: "json" };
  return same[text] ?? choice("--format", text, tableFormats);
}

/** Options that do nothing without another one. */
function requireCompany({ weighting, weights, pair, out }: ModelOptions): void {
  if (weighting !== undefined && weights === undefined) {
    throw new UsageError("--weighting says what weights mean: name their column with --weights");
  }
  if (pair !== undefined && out === undefined) {
    throw new UsageError("--pair is for the page: name its folder with --out");
  }
  if (out === "") throw new UsageError("--out is empty, expected the name of a folder");
}

function delimiterOf(text: string): string {
  return /^(tab|\\t)$/i.test(text) ? "\t" : character("--delimiter", text);
}

function varianceOf(text: string): "estimated" | number {
  if (text === "estimated") return "estimated";
  if (text === "known") return 1;
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`--variance is ${text}, expected "estimated", "known" or a positive number`);
}

function baseLevels(texts: readonly string[]): Record<string, string> {
  const found: [string, string][] = texts.map((text) => {
    const [, quoted, bare, level] =
      /^(?:"((?:[^"]|"")+)"|([^"=][^=]*))=([\s\S]*)$/.exec(text) ?? [];
    const column = quoted?.replaceAll('""', '"') ?? bare;
    if (column === undefined)
      throw new UsageError(`--base is ${JSON.stringify(text)}, expected column=level`);
    return [column, level];
  });
  const columns = found.map(([column]) => column);
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) throw new UsageError(`--base names ${JSON.stringify(twice)} twice`);
  return Object.fromEntries(found);
}

function pairOf(text: string): readonly [string, string] {
  const values = splitRecord(text, ",");
  if (values?.length === 2 && values[0] !== values[1]) return [values[0], values[1]];
  throw new UsageError(
    `--pair is ${JSON.stringify(text)}, expected two names of coefficients, e.g. age,dose`,
  );
}
