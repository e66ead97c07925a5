/** The options that `natgrad fit` and `natgrad diagnose` share: where the rows are, and what is fitted to them. */
import type { Command } from "commander";

/** As they are typed; `modelRequest.ts` reads them. */
export interface ModelOptions {
  readonly sql?: string;
  readonly format?: string;
  readonly delimiter?: string;
  readonly decimal?: string;
  readonly thousands?: string;
  readonly encoding?: string;
  readonly null?: readonly string[];
  readonly target?: string;
  readonly family?: string;
  readonly features?: readonly string[];
  readonly exclude?: readonly string[];
  readonly categorical?: readonly string[];
  readonly base?: readonly string[];
  readonly maxLevels?: string;
  readonly missing?: string;
  readonly weights?: string;
  readonly weighting?: string;
  readonly offset?: string;
  /** false by --no-intercept */
  readonly intercept: boolean;
  readonly standardize?: boolean;
  readonly ridge?: string;
  readonly variance?: string;
  readonly covariance?: string;
  readonly correction?: string;
  readonly level?: string;
  readonly maxIterations?: string;
  readonly json?: boolean;
  readonly out?: string;
  readonly pair?: readonly string[];
}

const every = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** Declares them on a command. */
export function declareModelOptions(command: Command): Command {
  return command
    .argument("[file]", 'CSV, TSV, Parquet or JSON lines; "-" for standard input')
    .option("--sql <query>", "read the rows of a SELECT instead: \"select * from 'a.parquet'\"")
    .option("--target <column>", "what is explained (required)")
    .option(
      "--family <name>",
      "gaussian, bernoulli, categorical or poisson (default: guessed from the target)",
    )
    .option("--features <columns>", "comma-separated (default: all other columns)", every)
    .option("--exclude <columns>", "columns to leave out", every)
    .option("--categorical <columns>", "columns whose numbers are labels", every)
    .option("--base <column=level>", "base level of a column of labels (default: the first)", every)
    .option("--max-levels <count>", "refuse columns with more levels (default: 256)")
    .option("--weights <column>", "weights of the rows")
    .option("--weighting <kind>", "precision (1/variance) or frequency (default: precision)")
    .option("--offset <column>", "added to the linear predictor")
    .option("--no-intercept", "without a constant")
    .option("--standardize", "features in units of their standard deviation, centred")
    .option("--ridge <lambda>", "penalty ½ λ ‖θ‖², the intercept left out (default: 0)")
    .option("--variance <kind>", "Gaussian: estimated, known (= 1), or its value")
    .option("--missing <what>", "rows that lack a value: refuse or drop (default: refuse)")
    .option("--null <text>", "what stands for a missing value in CSV (repeatable)", every)
    .option("--format <name>", "csv, tsv, parquet or json (default: by the file)")
    .option("--delimiter <character>", "of CSV (default: the most frequent of , ; tab |)")
    .option("--decimal <character>", "decimal separator of CSV (default: .)")
    .option("--thousands <character>", "thousands separator of CSV (default: none)")
    .option("--encoding <name>", "of CSV: utf-8, latin-1 or utf-16 (default: utf-8)")
    .option("--covariance <kind>", "fisher, empirical, sandwich or all (default: all)")
    .option("--correction <kind>", "of the sandwich: HC0, or HC1 = HC0 N/(N − D) (default: HC0)")
    .option("--level <probability>", "of intervals (default: 0.95)")
    .option("--max-iterations <count>", "of Fisher scoring (default: 50)")
    .option(
      "--pair <a,b>",
      "coefficients whose ellipses are drawn (default: those that differ most)",
      every,
    )
    .option("--json", "print JSON")
    .option("--out <folder>", "write report.html, report.txt and result.json there");
}
