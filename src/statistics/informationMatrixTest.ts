/** White's information matrix test: is E[g gᵀ] = E[H], as it is in a correctly specified model? */
import { DomainError } from "../errors.ts";
import { type Matrix, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { choleskyOrNothing } from "./coordinates.ts";
import { logChiSquareTail } from "./distributions.ts";
import { basisSize } from "./momentFamily.ts";
import { describeMoments } from "./momentNames.ts";
import { type MomentPlan, type MomentSums, momentSums } from "./momentSums.ts";
import { momentFamily } from "./moments.ts";
import { columnFactor } from "./refit.ts";
import type {
  Fit,
  Indicators,
  InformationForm,
  InformationMatrixTest,
  TestOptions,
} from "./results.ts";
import type { RowSource } from "./rows.ts";

/** Above this many indicators the full test is not the default: its work per row is their square. */
const MANY = 2000;

/**
 * Share of an indicator's variance, after what the scores explain, below which it counts as a combination of others.
 * Rounding leaves 10⁻¹⁴ where columns make indicators redundant. In logistic and multinomial models there is no such gap:
 * r² − p(1 − p) is (1 − 2p) r, and 1 − 2p the predictor f itself, a combination of columns, up to f³/24. What the
 * scores do not explain of such an indicator has a share of about (f²/12)², that is 10⁻⁶ for f = 0.1, and the form of
 * the noise in f below that. docs/diagnosis.md has the size of the test with that cut.
 */
const REDUNDANT = 1e-6;

/**
 * Tests Σ (g gᵀ − H) = 0 over the rows that `fit` was fitted to. Three variances of that sum are on offer:
 *
 * - "efficient" (default): in expectation given x, in closed form for every family;
 * - "chesher-lancaster": N R² of 1 on scores and indicators (Chesher 1983, Lancaster 1984), which rejects correct
 *   models far too often: at 5 %, up to 96 % of the time;
 * - "white-1982": with sample third derivatives by (θ, σ²) (White 1982), little better.
 *
 * Indicators that combine others are found by the rank of that variance and do not count as degrees of freedom.
 * Throws {@link DomainError}, with the reason, where there is no such test: with a ridge, for a perfect fit, for
 * precision weights outside the Gaussian family, where N does not exceed the number of indicators and parameters.
 *
 * @example
 * const test = await informationMatrixTest(rows, await fitModel(rows, { family: "poisson" }));
 * test.pValue;
 */
export async function informationMatrixTest(
  rows: RowSource,
  fit: Fit,
  options: TestOptions = {},
): Promise<InformationMatrixTest> {
  const { plan, indicators, notes } = planTest(fit, options);
  const sums = await momentSums(rows, plan, options.signal);
  const solved = solveTest(sums, plan.form);
  const logPValue = logChiSquareTail(solved.statistic, solved.rank);
  return {
    form: plan.form,
    indicators,
    statistic: solved.statistic,
    degreesOfFreedom: solved.rank,
    pValue: Math.exp(logPValue),
    logPValue,
    count: sums.indicators,
    redundant: sums.indicators - solved.rank,
    moments: describeMoments(plan, sums.sum, solved.variance),
    notes,
  };
}

/** Which indicators in which coordinates. Throws {@link DomainError} where there is no test. */
export function planTest(
  fit: Fit,
  { form = "efficient", indicators }: TestOptions,
): { plan: MomentPlan; indicators: Indicators; notes: string[] } {
  requireTestable(fit);
  const notes: string[] = [];
  const full = indicatorCount(fit, false);
  const parameters = fit.parameters;
  let chosen = indicators ?? "full";
  if (indicators === undefined && (full > MANY || full + parameters >= fit.observations)) {
    chosen = "diagonal";
    notes.push(
      full > MANY
        ? `diagonal indicators: the full test has ${full}`
        : `diagonal indicators: ${full} and ${parameters} parameters are too many for ${fit.observations} observations`,
    );
  }
  const count = chosen === "full" ? full : indicatorCount(fit, true);
  if (count + parameters >= fit.observations) {
    throw new DomainError(
      `${count} indicators and ${parameters} parameters are too many for ${fit.observations} observations`,
    );
  }
  if (form !== "efficient") {
    notes.push(`the ${formName(form)} form rejects correct models far too often`);
  }
  const diagonal = chosen === "diagonal";
  return {
    plan: { fit, diagonal, form, lower: momentCoordinates(fit, diagonal) },
    indicators: chosen,
    notes,
  };
}

export function formName(form: InformationForm): string {
  if (form === "efficient") return "efficient";
  return form === "white-1982" ? "White (1982)" : "Chesher–Lancaster";
}

function requireTestable(fit: Fit): void {
  if (fit.ridge > 0) {
    throw new DomainError(
      "the information matrix test is void with a ridge: the scores do not sum to zero",
    );
  }
  if (fit.perfect) {
    throw new DomainError(
      "the information matrix test is void for a perfect fit: there are no residuals",
    );
  }
  if (!fit.converged) {
    throw new DomainError("the information matrix test is void before scoring has converged");
  }
  if (fit.weighted && fit.weighting === "precision" && fit.family !== "gaussian") {
    throw new DomainError(
      `the information matrix test is void with precision weights in the ${fit.family} family: scores do not have ` +
        "the Fisher as their variance; if the weights count equal rows, say so with frequency weights",
    );
  }
}

/** K before redundancy. */
export function indicatorCount(fit: Fit, diagonal: boolean): number {
  const P = fit.columns.length;
  return momentFamily(fit, diagonal).groups.reduce(
    (sum, { score, basis }) => sum + (score ? 0 : basisSize(basis, P, diagonal)),
    0,
  );
}

/**
 * For all products the columns made orthogonal by the Fisher, which changes nothing but rounding: the span of the
 * products is the same. For the diagonal the columns themselves, in comparable units.
 */
function momentCoordinates(fit: Fit, diagonal: boolean): Matrix {
  const lower = columnFactor(fit, diagonal);
  const scale = 1 / Math.sqrt(fit.observations);
  return { ...lower, data: lower.data.map((value) => value * scale) };
}

/** The quadratic form, its rank, and the variance of Σ d `[K, K]`, after what the scores explain. */
export interface SolvedTest {
  readonly statistic: number;
  readonly rank: number;
  readonly variance: Matrix;
}

export function solveTest(sums: MomentSums, form: InformationForm): SolvedTest {
  const { indicators: K, sum } = sums;
  const { scaled, scales } = unitDiagonal(sums.gram);
  const variance =
    form === "white-1982" ? sandwiched(sums, scaled, scales) : withoutScores(scaled, K);
  const { values, vectors } = kernels().eigh(variance);
  let statistic = 0;
  let rank = 0;
  for (let k = 0; k < K; k++) {
    if (!(values[k] > REDUNDANT * Math.max(1, values[K - 1]))) continue;
    let projection = 0;
    for (let i = 0; i < K; i++) {
      if (scales[i] > 0) projection += (vectors.data[i * K + k] * sum[i]) / scales[i];
    }
    statistic += (projection * projection) / values[k];
    rank++;
  }
  const unscaled = zeros(K, K);
  for (let i = 0, t = 0; i < K; i++) {
    for (let j = 0; j < K; j++, t++) unscaled.data[t] = variance.data[t] * scales[i] * scales[j];
  }
  return { statistic, rank, variance: unscaled };
}

/** The matrix with unit diagonal, and the square roots of the old one; zero rows stay zero. */
function unitDiagonal(G: Matrix): { scaled: Matrix; scales: Float64Array } {
  const n = G.rows;
  const scales = Float64Array.from({ length: n }, (_, i) => Math.sqrt(G.data[i * (n + 1)]));
  const scaled = zeros(n, n);
  for (let i = 0, t = 0; i < n; i++) {
    for (let j = 0; j < n; j++, t++) {
      const scale = scales[i] * scales[j];
      scaled.data[t] = scale > 0 ? G.data[t] / scale : 0;
    }
  }
  return { scaled, scales };
}

/** G_dd − G_ds G_ss⁻¹ G_sd, `[K, K]` */
function withoutScores(G: Matrix, K: number): Matrix {
  const L = scoreFactor(G, K);
  const S = G.rows - K;
  const half = block(G, K, S, 0, K);
  kernels().solveTriangular(L, half);
  const result = block(G, 0, K, 0, K);
  kernels().syrk(half, result, { transA: true, alpha: -1, beta: 1 });
  return result;
}

/** G_dd + B G_sd + G_ds Bᵀ + B G_ss Bᵀ with B = ∇d (Σ E s sᵀ)⁻¹ (White 1982), in the scales of G. */
function sandwiched(sums: MomentSums, G: Matrix, scales: Float64Array): Matrix {
  const K = sums.indicators;
  const S = G.rows - K;
  const information = sums.information as Matrix;
  const derivative = sums.derivative as Matrix;
  const H = zeros(S, S);
  const slopes = zeros(S, K);
  for (let i = 0; i < S; i++) {
    for (let j = 0; j < S; j++) {
      H.data[i * S + j] = information.data[i * S + j] / (scales[K + i] * scales[K + j]);
    }
    for (let k = 0; k < K; k++) {
      if (scales[k] > 0) {
        slopes.data[i * K + k] = derivative.data[k * S + i] / (scales[K + i] * scales[k]);
      }
    }
  }
  const L = choleskyOrNothing(H);
  if (!L) throw new DomainError("the information matrix test: the scores are collinear");
  kernels().solveTriangular(L, slopes);
  kernels().solveTriangular(L, slopes, { transpose: true });
  const result = block(G, 0, K, 0, K);
  const cross = zeros(K, K);
  kernels().gemm(slopes, block(G, K, S, 0, K), cross, { transA: true });
  const spread = zeros(S, K);
  kernels().gemm(block(G, K, S, K, S), slopes, spread);
  const last = zeros(K, K);
  kernels().gemm(slopes, spread, last, { transA: true });
  for (let i = 0; i < K; i++) {
    for (let j = 0; j < K; j++) {
      result.data[i * K + j] +=
        cross.data[i * K + j] + cross.data[j * K + i] + last.data[i * K + j];
    }
  }
  return result;
}

function scoreFactor(G: Matrix, K: number): Matrix {
  const L = choleskyOrNothing(block(G, K, G.rows - K, K, G.rows - K));
  if (!L) throw new DomainError("the information matrix test: the scores are collinear");
  return L;
}

function block(A: Matrix, row: number, rows: number, col: number, cols: number): Matrix {
  const B = zeros(rows, cols);
  for (let i = 0; i < rows; i++) {
    const start = (row + i) * A.cols + col;
    B.data.set(A.data.subarray(start, start + cols), i * cols);
  }
  return B;
}
