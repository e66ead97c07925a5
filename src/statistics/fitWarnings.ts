/** What the reader of a fit should know besides its numbers. */
import type { Prepared } from "./prepare.ts";
import { sizes } from "./problem.ts";
import { FEW, type RareCell } from "./rareCells.ts";
import type { FamilyName, FitWarning } from "./results.ts";

/** What happened to a fit besides its data. */
export interface Circumstances {
  readonly converged: boolean;
  readonly perfect: boolean;
  /** rows of labels whose fitted probability is within 10⁻⁸ of 0 or 1 */
  readonly saturated: number;
  /** λ as it was asked for */
  readonly ridge: number;
}

export function warnings(
  { problem, summary, observations, condition }: Prepared,
  { converged, perfect, saturated, ridge }: Circumstances,
): FitWarning[] {
  const found: FitWarning[] = [];
  const { dimension: D } = sizes(problem);
  const family: FamilyName = problem.scorer.family;
  const warn = (code: FitWarning["code"], message: string): void => {
    found.push({ code, message });
  };
  if (condition.scaled > 1e6) {
    warn(
      "ill-conditioned",
      `the columns are nearly collinear (condition number ${condition.scaled.toPrecision(2).replace("e+", "e")} after scaling): ` +
        "a change of the data in the 16th digit changes coefficients by up to " +
        `${(condition.scaled * Number.EPSILON).toPrecision(1)} of their size`,
    );
  }
  if (!converged) {
    warn(
      "not-converged",
      "scoring did not converge, and everything here belongs to its last step: allow more iterations (--max-iterations)",
    );
  }
  if (perfect) {
    warn(
      "perfect-fit",
      `"${problem.source.target}" is reproduced to rounding: the likelihood has no maximum, and standard errors, ` +
        "tests and information criteria mean nothing",
    );
  }
  if (saturated > 0) {
    warn(
      "near-separation",
      `${saturated} ${saturated === 1 ? "row has" : "rows have"} a fitted probability within 1e-8 of 0 or 1: Wald intervals are unreliable`,
    );
  }
  if (observations < 3 * D) {
    warn("few-rows", `${observations} rows for ${D} coefficients: standard errors are unreliable`);
  }
  if (summary.rare.length > 0) warn("rare", rareText(summary.rare));
  if (ridge > 0) {
    warn(
      "ridge",
      "a ridge shrinks: standard errors, p-values and intervals leave out its bias; AIC and BIC count all parameters",
    );
  }
  if (summary.weighted && problem.weighting === "precision" && family !== "gaussian") {
    warn(
      "weights",
      `precision weights make the ${family} log-likelihood a weighted one: its Fisher is not the variance of its ` +
        "scores even for a right model; for counts of equal rows use frequency weights",
    );
  }
  return found;
}

/** Names that a warning lists. */
const LISTED = 5;

function rareText(cells: readonly RareCell[]): string {
  const shown = cells
    .slice(0, LISTED)
    .map(({ name, rows }, k) => `${name} has ${rows}${k > 0 ? "" : rows === 1 ? " row" : " rows"}`);
  const more = cells.length > LISTED ? ` and ${cells.length - LISTED} more cells` : "";
  return `${shown.join(", ")}${more}: standard errors and intervals that rest on fewer than ${FEW} rows are unreliable`;
}
