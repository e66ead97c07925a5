/**
 * The information matrix test in one form for all families. With functions ψ_f(y | x) that are orthonormal under the
 * model, E[ψ_f ψ_g | x] = δ_fg, the scores and the indicators d = vech(g gᵀ − H) of a row are
 *
 *     (d_n, s_n) = Σ_f ψ_f(y_n | x_n) · (a_f1(x_n) basis_1(x_n), a_f2(x_n) basis_2(x_n), …)
 *
 * where a basis is the products x_i x_j, the columns x_j, or 1. Their covariance given x is Σ_f a aᵀ, in closed form;
 * a sample estimate of it is what one gets from the ψ_f(y_n | x_n) that happened: the Fisher and the empirical Fisher
 * again, one level up.
 */
import { triangle } from "./scorers.ts";

/** What a group of indicators or scores is a multiple of: x_i x_j (or x_j² alone), x_j, or 1. */
export type Basis = "products" | "columns" | "one";

export interface Group {
  readonly basis: Basis;
  /** a group of indicators, or of scores */
  readonly score: boolean;
  /** the pair of predictors of an indicator, or the predictor of a score */
  readonly predictors?: readonly [number, number];
}

export interface MomentFamily {
  /** indicators first, then scores */
  readonly groups: readonly Group[];
  /** for each f the groups with a_f ≠ 0 */
  readonly active: readonly (readonly number[])[];
  /**
   * For one row: fills ψ `[F]` and a `[F, groups]` (0 where not active) from the predictors f `[M]`, which start at
   * `start`, the target, and the precision weight (1 but for the Gaussian).
   */
  fill(row: MomentRow): void;
  /**
   * For one row, the derivatives of the indicators by the parameters: fills `[indicator groups, score groups]` with
   * the multiples of basis ⊗ basis, for White's variance of 1982. After {@link fill} for the same row.
   */
  differentiate(row: MomentRow, derivative: Float64Array): void;
}

export interface MomentRow {
  readonly outputs: Float64Array;
  start: number;
  target: number;
  weight: number;
  readonly psi: Float64Array;
  readonly a: Float64Array;
}

export const products: Group = { basis: "products", score: false };
export const columns: Group = { basis: "columns", score: true };

/** Entries of one row of a basis for P columns. */
export function basisSize(basis: Basis, P: number, diagonal: boolean): number {
  if (basis === "one") return 1;
  return basis === "columns" || diagonal ? P : triangle(P);
}
