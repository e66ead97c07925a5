/**
 * What Fisher scoring needs of a family, for a whole block in one loop: loss, residual and curvature share their
 * exponentials. The formulas are those of `src/likelihoods`, whose loss with all its constants a fit reports.
 */
import { DomainError } from "../errors.ts";
import type { FamilyName } from "./results.ts";

/** One block of linear predictors and what is found for it; the arrays may be longer than the block. */
export interface ScoredBlock {
  readonly rows: number;
  /** f, `[rows, M]`, offset included */
  readonly outputs: Float64Array;
  /** `[rows]` */
  readonly targets: Float64Array;
  readonly weights?: Float64Array;
  /** filled: w r, `[rows, M]` */
  readonly residual: Float64Array;
  /** filled: w Λ, its lower triangle row by row, `[rows, M (M + 1) / 2]` */
  readonly fisher: Float64Array;
}

export interface Scorer {
  readonly family: FamilyName;
  /** M */
  readonly outputs: number;
  /**
   * Fills residual and fisher and returns Σ w ℓ, up to terms that do not depend on f. `margin` of the result is the
   * least by which a label's predictor exceeds that of every other: above 0 for all rows only if they are separable.
   */
  score(block: ScoredBlock): { loss: number; margin: number };
}

/** M (M + 1) / 2: entries of a symmetric matrix. */
export function triangle(M: number): number {
  return (M * (M + 1)) / 2;
}

/** The scorer of a family; `classes` and `baseline` are for the categorical one. */
export function scorer(family: FamilyName, classes = 2, baseline = 0): Scorer {
  switch (family) {
    case "gaussian":
      return { family, outputs: 1, score: scoreGaussian };
    case "bernoulli":
      return { family, outputs: 1, score: scoreBernoulli };
    case "poisson":
      return { family, outputs: 1, score: scorePoisson };
    case "categorical":
      return categoricalScorer(classes, baseline);
    default:
      throw new DomainError(
        `family: found "${family}", expected gaussian, bernoulli, categorical or poisson`,
      );
  }
}

/** With σ² = 1: least squares. */
function scoreGaussian(block: ScoredBlock): { loss: number; margin: number } {
  const { rows, outputs, targets, weights, residual, fisher } = block;
  let loss = 0;
  for (let n = 0; n < rows; n++) {
    const weight = weights ? weights[n] : 1;
    const r = outputs[n] - targets[n];
    residual[n] = weight * r;
    fisher[n] = weight;
    loss += weight * r * r;
  }
  return { loss: 0.5 * loss, margin: -Infinity };
}

/** Without branches on the label or the sign of f, which no processor predicts: they cost more than the exponential. */
function scoreBernoulli(block: ScoredBlock): { loss: number; margin: number } {
  const { rows, outputs, targets, weights, residual, fisher } = block;
  let loss = 0;
  let margin = Infinity;
  // Σ log(1 + e) as the logarithm of products
  let factors = 1;
  for (let n = 0; n < rows; n++) {
    const sign = 2 * targets[n] - 1;
    const signed = sign * outputs[n];
    const weight = weights ? weights[n] : 1;
    const e = Math.exp(-signed);
    let right = 1 / (1 + e);
    let wrong = e * right;
    if (e > 1e-5 && e < 1e150 && !weights) {
      factors *= 1 + e;
      if (factors > 1e150) {
        loss += Math.log(factors);
        factors = 1;
      }
    } else if (e < 1e150) loss += weight * Math.log1p(e);
    else {
      loss -= weight * signed;
      right = Math.exp(signed);
      wrong = 1;
    }
    residual[n] = -sign * weight * wrong;
    fisher[n] = weight * right * wrong;
    if (!(signed >= margin)) margin = signed;
  }
  return { loss: loss + Math.log(factors), margin };
}

function scorePoisson(block: ScoredBlock): { loss: number; margin: number } {
  const { rows, outputs, targets, weights, residual, fisher } = block;
  let loss = 0;
  for (let n = 0; n < rows; n++) {
    const f = outputs[n];
    const weight = weights ? weights[n] : 1;
    const rate = weight * Math.exp(f);
    const count = weight * targets[n];
    residual[n] = rate - count;
    fisher[n] = rate;
    loss += rate - count * f;
  }
  return { loss, margin: -Infinity };
}

/** C classes, one of which has the predictor 0; the others come in the order of their codes. */
function categoricalScorer(C: number, baseline: number): Scorer {
  const M = C - 1;
  const p = new Float64Array(M);
  return {
    family: "categorical",
    outputs: M,
    score({ rows, outputs, targets, weights, residual, fisher }) {
      let loss = 0;
      let margin = Infinity;
      let k = 0;
      for (let n = 0; n < rows; n++) {
        const label = predictorOf(targets[n], baseline);
        const start = n * M;
        const weight = weights ? weights[n] : 1;
        let top = -1;
        let max = 0;
        for (let a = 0; a < M; a++) {
          if (outputs[start + a] > max) {
            max = outputs[start + a];
            top = a;
          }
        }
        const own = label < 0 ? 0 : outputs[start + label];
        let others = label < 0 ? -Infinity : 0;
        let rest = top < 0 ? 0 : Math.exp(-max);
        for (let a = 0; a < M; a++) {
          const f = outputs[start + a];
          p[a] = Math.exp(f - max);
          if (a !== top) rest += p[a];
          if (a !== label && f > others) others = f;
        }
        const total = 1 + rest;
        for (let a = 0; a < M; a++) p[a] /= total;
        loss += weight * (max - own + Math.log1p(rest));
        if (!(own - others >= margin)) margin = own - others;
        for (let a = 0; a < M; a++) {
          residual[start + a] = weight * p[a];
          for (let b = 0; b < a; b++) fisher[k++] = -weight * p[a] * p[b];
          // 1 − p without cancellation for the likeliest class
          const complement = a === top ? rest / total : 1 - p[a];
          fisher[k++] = weight * p[a] * complement;
          if (a === label) residual[start + a] = -weight * complement;
        }
      }
      return { loss, margin };
    },
  };
}

/** The predictor of class `code`, −1 for the baseline, whose predictor is always 0. */
export function predictorOf(code: number, baseline: number): number {
  if (code === baseline) return -1;
  return code < baseline ? code : code - 1;
}
