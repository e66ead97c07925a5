/** Coefficients as CSV for a spreadsheet. */
import type { CovarianceTable } from "../../../../src/statistics/results.ts";

/** A line a coefficient: estimate, standard errors of all covariances, test and interval of the last. */
export function coefficientsText(covariances: readonly CovarianceTable[]): string {
  const tested = covariances.at(-1);
  if (!tested) return "";
  const head = [
    "coefficient",
    "estimate",
    ...covariances.map(({ kind }) => `standard error (${kind})`),
    tested.statistic,
    "p",
    "lower",
    "upper",
  ];
  const lines = tested.coefficients.map((row, t) =>
    [
      harmless(row.name),
      row.estimate,
      ...covariances.map(({ coefficients }) => coefficients[t].standardError),
      row.statistic,
      row.pValue,
      row.lower,
      row.upper,
    ].join(","),
  );
  return `${[head.join(","), ...lines].join("\n")}\n`;
}

/**
 * A name as a cell that no spreadsheet runs: what begins as a formula does gets an apostrophe before it (OWASP, CSV
 * injection). The names of columns and levels are the reader's file's, which may be anybody's.
 */
export function harmless(name: string): string {
  const text = /^\s*[=+\-@\t\r]/.test(name) ? `'${name}` : name;
  return /[",\n\r']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
