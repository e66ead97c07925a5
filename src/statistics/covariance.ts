/** Covariances of the coefficients under three sets of assumptions, with tests and Wald intervals. */
import { DomainError } from "../errors.ts";
import { copy, identity, type Matrix, transpose, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { choleskyOrNothing } from "./coordinates.ts";
import {
  logNormalTail,
  logStudentTail,
  normalQuantile,
  studentQuantile,
  twoSided,
} from "./distributions.ts";
import type { CoefficientRow, CovarianceKind, CovarianceTable, Fit } from "./results.ts";

export interface CovarianceOptions {
  /** of the sandwich: "HC0" (default) or "HC1", which multiplies by N / (N − D); White 1980, MacKinnon & White 1985 */
  readonly correction?: "HC0" | "HC1";
  /** of the intervals; default 0.95 */
  readonly level?: number;
}

/**
 * The coefficients of a fit with standard errors, tests and Wald intervals under one covariance `[D, D]`:
 *
 * - "fisher": H⁻¹, right if the model is; for an estimated variance s² (XᵀX)⁻¹ with s² = RSS / (N − P);
 * - "empirical": F̃⁻¹ with F̃ = Σ g gᵀ (OPG, BHHH), right under the same condition only, and further off without it;
 *   an estimated variance counts as a parameter;
 * - "sandwich": H⁻¹ F̃ H⁻¹ (Huber 1967, White 1982), right for wrong variances too.
 *
 * Tests are z tests, with an estimated variance t tests on N − P degrees of freedom for all three. With a ridge H
 * stands for H + λ and F̃ for F̃ + λ where they are inverted (λ / σ² where the variance is estimated), and the bias that
 * the ridge makes is in none of them. Throws {@link DomainError}
 * where F̃ is singular, for a level outside (0, 1), and for HC1 without degrees of freedom.
 *
 * @example
 * const table = covariance(fit, "sandwich", { correction: "HC1" });
 * table.coefficients[0].standardError;
 */
export function covariance(
  fit: Fit,
  kind: CovarianceKind,
  { correction = "HC0", level = 0.95 }: CovarianceOptions = {},
): CovarianceTable {
  if (!(level > 0 && level < 1)) {
    throw new DomainError(`level: found ${level}, expected a number between 0 and 1`);
  }
  const matrix = covarianceMatrix(fit, kind, correction);
  const degrees = fit.variance?.kind === "estimated" ? fit.residualDegreesOfFreedom : undefined;
  return {
    kind,
    label: label(fit, kind, correction),
    ...(kind === "sandwich" && { correction }),
    statistic: degrees === undefined ? "z" : "t",
    ...(degrees !== undefined && { degreesOfFreedom: degrees }),
    level,
    matrix,
    coefficients: coefficientRows(fit, matrix, level, degrees),
  };
}

function label(fit: Fit, kind: CovarianceKind, correction: "HC0" | "HC1"): string {
  const ridge = fit.ridge > 0;
  if (kind === "fisher") return ridge ? "inverse of Fisher + ridge" : "inverse Fisher";
  if (kind === "empirical") {
    return ridge ? "inverse of empirical Fisher + ridge (OPG)" : "inverse empirical Fisher (OPG)";
  }
  return `sandwich H⁻¹F̃H⁻¹${ridge ? ", H = Fisher + ridge" : ""}, ${correction}`;
}

function covarianceMatrix(fit: Fit, kind: CovarianceKind, correction: "HC0" | "HC1"): Matrix {
  const { inverse } = fit.information;
  if (kind === "fisher") {
    const { value = 1, unbiased = 1 } = fit.variance ?? {};
    return times(inverse, unbiased / (value || 1));
  }
  if (kind === "empirical") return inverseEmpirical(fit);
  if (correction === "HC0") return whitened(fit, fit.information.whitenedEmpirical);
  const { observations: N, residualDegreesOfFreedom: rest } = fit;
  if (!(rest > 0)) {
    throw new DomainError(`HC1 needs more observations than coefficients, found ${N} observations`);
  }
  return times(whitened(fit, fit.information.whitenedEmpirical), N / rest);
}

/** R⁻¹ A R⁻ᵀ */
function whitened({ information: { factor } }: Fit, A: Matrix): Matrix {
  const L = transpose(factor);
  const half = copy(A);
  kernels().solveTriangular(L, half, { transpose: true });
  const result = transpose(half);
  kernels().solveTriangular(L, result, { transpose: true });
  return symmetric(result);
}

/** R⁻¹ (E − c cᵀ / v)⁻¹ R⁻ᵀ: the block of the coefficients in the inverse over all parameters. */
function inverseEmpirical(fit: Fit): Matrix {
  const { whitenedEmpirical, varianceScores } = fit.information;
  const D = fit.theta.length;
  const E = copy(whitenedEmpirical);
  if (varianceScores) {
    const { cross, square } = varianceScores;
    for (let i = 0; i < D; i++) {
      for (let j = 0; j < D; j++) E.data[i * D + j] -= (cross[i] * cross[j]) / square;
    }
  }
  if (fit.ridge > 0) addRidge(fit, E);
  const L = choleskyOrNothing(E);
  const pivots = L ? Array.from({ length: D }, (_, i) => L.data[i * (D + 1)]) : [];
  if (!L || !(Math.min(...pivots) > 1e-7 * Math.max(...pivots))) {
    throw new DomainError(
      `the empirical Fisher is singular (${fit.rows} rows, ${D} coefficients): the inverse empirical Fisher ` +
        "(OPG) does not exist",
    );
  }
  const W = identity(D);
  kernels().solveTriangular(L, W);
  const inverse = zeros(D, D);
  kernels().syrk(W, inverse, { transA: true });
  return whitened(fit, inverse);
}

/** E + R⁻ᵀ λ R⁻¹, the intercepts left out */
function addRidge(fit: Fit, E: Matrix): void {
  const D = fit.theta.length;
  const P = fit.columns.length;
  const { kind = "known", value = 1 } = fit.variance ?? {};
  const lambda = fit.ridge / (kind === "estimated" ? value : 1);
  const columns = zeros(D, D);
  for (let t = 0; t < D; t++) {
    if (!(fit.intercept && t % P === P - 1)) columns.data[t * (D + 1)] = Math.sqrt(lambda);
  }
  kernels().solveTriangular(transpose(fit.information.factor), columns);
  kernels().syrk(columns, E, { beta: 1 });
}

function coefficientRows(
  { names, theta }: Fit,
  matrix: Matrix,
  level: number,
  degrees: number | undefined,
): CoefficientRow[] {
  const tail = (1 - level) / 2;
  const width = degrees === undefined ? normalQuantile(tail) : studentQuantile(tail, degrees);
  return names.map((name, t) => {
    const estimate = theta[t];
    const standardError = Math.sqrt(matrix.data[t * (theta.length + 1)]);
    const statistic = estimate / standardError;
    const size = Math.abs(statistic);
    const log = degrees === undefined ? logNormalTail(size) : logStudentTail(size, degrees);
    return {
      name,
      estimate,
      standardError,
      statistic,
      ...twoSided(log),
      lower: estimate - width * standardError,
      upper: estimate + width * standardError,
    };
  });
}

function times(A: Matrix, factor: number): Matrix {
  return { ...A, data: A.data.map((value) => value * factor) };
}

function symmetric({ rows: n, data }: Matrix): Matrix {
  const result = zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      result.data[i * n + j] = 0.5 * (data[i * n + j] + data[j * n + i]);
    }
  }
  return result;
}
