/** What a verdict is made from, and by which thresholds. */
import type { Bootstrap, CovarianceTable, Fit, InformationMatrixTest } from "./results.ts";

/** What the answers are decided by; how they were chosen: docs/diagnosis.md. */
export const THRESHOLDS = {
  /** generalized eigenvalues of (F̃, F) between these do not matter in practice */
  negligible: [0.8, 1.25],
  /** beyond these the empirical Fisher is useless as curvature */
  useless: [0.5, 2],
  /** OPG and sandwich standard errors within this factor agree: a 95 % interval covers 92 % or more */
  agreeing: 1.1,
  /** beyond this factor a 95 % interval covers less than 88 % */
  misleading: 1.25,
  /** where chance alone makes a larger factor of a right model, standard errors are not known */
  unknown: 2,
  /** p-values of the model, at most */
  rejected: 0.01,
  doubtful: 0.05,
} as const;

/** What the verdict is made from. */
export interface VerdictInput {
  readonly fit: Fit;
  /** generalized eigenvalues of (F̃, F), ascending */
  readonly eigenvalues: readonly number[];
  readonly covariances: readonly CovarianceTable[];
  readonly bootstrap?: Bootstrap;
  readonly test?: InformationMatrixTest;
  readonly testRefused?: string;
}

/** Two or three digits, as people write them. */
export function short(value: number): string {
  return rounded(value, Math.abs(value) >= 100 ? 3 : 2);
}

/** Three digits. */
export function exact(value: number): string {
  return rounded(value, 3);
}

function rounded(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size >= 1000 || (size < 0.001 && size > 0)) return value.toExponential(digits - 1);
  return String(Number(value.toPrecision(digits)));
}

/**
 * Whether weights take even a right model away from 1: labels and counts of precision w have scores with w² times the
 * variance of one, and a Fisher with w times.
 */
export function isWeighted({ weighted, weighting, family }: Fit): boolean {
  return weighted && weighting === "precision" && family !== "gaussian";
}
