/** The model that the fit is compared with: an intercept alone, or nothing where there is no intercept. */
import { categorical } from "../likelihoods/categorical.ts";
import { zeros } from "../linalg/matrix.ts";
import { Coordinates } from "./coordinates.ts";
import { inform } from "./information.ts";
import type { Prepared } from "./prepare.ts";
import type { Problem } from "./problem.ts";
import { INTERCEPT, type RowSource } from "./rows.ts";
import { type ScoringOptions, score } from "./scoring.ts";
import type { Summary } from "./summary.ts";

/** Of the null model: RSS for the Gaussian, otherwise −2 log-likelihood (Poisson: log y! included). */
export async function nullLoss(prepared: Prepared, options: ScoringOptions): Promise<number> {
  const { problem, summary } = prepared;
  const { scorer, intercept } = problem;
  if (scorer.family === "gaussian") {
    return intercept
      ? summary.squares
      : summary.squares + summary.weightSum * summary.mean * summary.mean;
  }
  if (!intercept) {
    return scorer.family === "categorical"
      ? 2 * summary.weightSum * uniformLoss(scorer.outputs + 1)
      : 2 * summary.lossAtZero;
  }
  if (scorer.family === "poisson") return 2 * poissonLoss(summary);
  if (!problem.offset) return 2 * entropy(summary);
  const alone = interceptAlone(problem, summary);
  const { theta } = await score(alone, prepared.start.slice(-1), options);
  return 2 * (await inform(alone, theta)).loss;
}

/** log C */
function uniformLoss(C: number): number {
  const targets = zeros(1, 1);
  return categorical(C).negativeLogLikelihood(zeros(1, C), targets)[0];
}

/** −Σ w_c log(w_c / w) over the classes */
function entropy({ counts, weightSum }: Summary): number {
  return counts.reduce((sum, c) => (c > 0 ? sum - c * Math.log(c / weightSum) : sum), 0);
}

/** With the rate exp(b + offset), b = log(Σ w y / Σ w exp offset). */
function poissonLoss({ poisson: { rate, product, count, factorials } }: Summary): number {
  return count - count * Math.log(count / rate) - product + factorials;
}

/** The problem with the column of ones alone. */
function interceptAlone(problem: Problem, { weightSum }: Summary): Problem {
  const { source } = problem;
  const ones: RowSource = {
    ...source,
    columns: [INTERCEPT],
    async *blocks(signal) {
      for await (const block of source.blocks(signal)) {
        const { rows } = block.X;
        yield { ...block, X: { rows, cols: 1, data: new Float64Array(rows).fill(1) } };
      }
    },
  };
  const gram = { rows: 1, cols: 1, data: Float64Array.of(weightSum) };
  return {
    ...problem,
    source: ones,
    coordinates: Coordinates.scaling(gram),
    accurate: false,
    ridge: 0,
  };
}
