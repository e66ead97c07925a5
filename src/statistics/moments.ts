/**
 * The information matrix test in one form for all families. With functions ψ_f(y | x) that are orthonormal under the
 * model, E[ψ_f ψ_g | x] = δ_fg, the scores and the indicators d = vech(g gᵀ − H) of a row are
 *
 *     (d_n, s_n) = Σ_f ψ_f(y_n | x_n) · (a_f1(x_n) basis_1(x_n), a_f2(x_n) basis_2(x_n), …)
 *
 * where a basis is the products x_i x_j, the columns x_j, or 1. Their covariance given x is Σ_f a aᵀ, in closed form;
 * a sample estimate of it is what one gets from the ψ_f(y_n | x_n) that happened: the Fisher and the empirical Fisher
 * again, one level up. This file has the ψ and a of each family.
 */
import type { FamilyName, Fit } from "./results.ts";
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

/** The functions of a fit's family. `diagonal`: only the diagonal of g gᵀ − H. */
export function momentFamily(fit: Fit, diagonal: boolean): MomentFamily {
  if (fit.family === "categorical") return categoricalMoments(fit, diagonal);
  if (fit.variance) {
    const { kind, value } = fit.variance;
    return kind === "estimated" ? gaussianMoments(value, diagonal) : knownGaussian(value);
  }
  return scalarMoments(fit.family);
}

const products: Group = { basis: "products", score: false };
const columns: Group = { basis: "columns", score: true };

/**
 * One predictor, canonical: s = (y − μ) x, d = ((y − μ)² − v) x xᵀ. ψ₁ = (y − μ)/√v, and (y − μ)² − v is
 * μ₃/√v ψ₁ + √(μ₄ − v² − μ₃²/v) ψ₂ with the central moments μ₃, μ₄.
 */
function scalarMoments(family: FamilyName): MomentFamily {
  if (family === "bernoulli") {
    return {
      groups: [products, columns],
      active: [[0, 1]],
      fill(row) {
        const { rest, deviation, asymmetry } = bernoulliRow(row);
        row.psi[0] = deviation > 0 ? rest / deviation : 0;
        row.a[0] = asymmetry * deviation;
        row.a[1] = deviation;
      },
      differentiate(row, derivative) {
        const { rest, deviation, asymmetry } = bernoulliRow(row);
        const v = deviation * deviation;
        derivative[0] = -2 * rest * v - v * asymmetry;
      },
    };
  }
  return {
    groups: [products, columns],
    active: [[0, 1], [0]],
    fill({ outputs, start, target, psi, a }) {
      const rate = Math.exp(outputs[start]);
      const deviation = Math.sqrt(rate);
      const rest = target - rate;
      psi[0] = rate > 0 ? rest / deviation : 0;
      psi[1] = rate > 0 ? (rest * rest - rest - rate) / (Math.SQRT2 * rate) : 0;
      a[0] = deviation;
      a[1] = deviation;
      a[2] = Math.SQRT2 * rate;
      a[3] = 0;
    },
    differentiate({ outputs, start, target }, derivative) {
      const rate = Math.exp(outputs[start]);
      derivative[0] = -2 * (target - rate) * rate - rate;
    },
  };
}

/** y − p, √(p (1 − p)) and 1 − 2p, without cancellation in the tails */
function bernoulliRow({ outputs, start, target }: MomentRow): {
  rest: number;
  deviation: number;
  asymmetry: number;
} {
  const f = outputs[start];
  const e = Math.exp(-Math.abs(f));
  const likely = 1 / (1 + e);
  const positive = f >= 0;
  const wrong = positive === (target === 1) ? e * likely : likely;
  return {
    rest: target === 1 ? wrong : -wrong,
    deviation: Math.sqrt(e) * likely,
    asymmetry: -Math.tanh(f / 2),
  };
}

/** y ~ N(f, σ²/w), σ² known, in units of σ: with u = √w (y − f)/σ, s = u √w x and d = (u² − 1) w x xᵀ. */
function knownGaussian(variance: number): MomentFamily {
  const sigma = Math.sqrt(variance);
  return {
    groups: [products, columns],
    active: [[1], [0]],
    fill({ outputs, start, target, weight, psi, a }) {
      const root = Math.sqrt(weight);
      const u = (root * (target - outputs[start])) / sigma;
      psi[0] = u;
      psi[1] = (u * u - 1) / Math.SQRT2;
      a[0] = 0;
      a[1] = root;
      a[2] = Math.SQRT2 * weight;
      a[3] = 0;
    },
    differentiate({ weight, psi }, derivative) {
      derivative[0] = -2 * psi[0] * weight * Math.sqrt(weight);
    },
  };
}

/**
 * The same with σ² as a parameter. In units of σ the indicators are He₂(u) x xᵀ, He₃(u) x / 2 and He₄(u) / 4, the
 * scores u x and He₂(u) / 2: heteroskedasticity, skewness and kurtosis (Hall 1987, Cameron & Trivedi 1990).
 */
function gaussianMoments(variance: number, diagonal: boolean): MomentFamily {
  const sigma = Math.sqrt(variance);
  const skewness: Group[] = diagonal ? [] : [{ basis: "columns", score: false }];
  const groups: Group[] = [
    products,
    ...skewness,
    { basis: "one", score: false },
    columns,
    { basis: "one", score: true },
  ];
  const G = groups.length;
  const [kurtosis, slope, scale] = [G - 3, G - 2, G - 1];
  return {
    groups,
    active: [[slope], [0, scale], ...(diagonal ? [] : [[1]]), [kurtosis]],
    fill({ outputs, start, target, weight, psi, a }) {
      const root = Math.sqrt(weight);
      const u = (root * (target - outputs[start])) / sigma;
      const square = u * u;
      const third = (u * (square - 3)) / Math.sqrt(6);
      const fourth = (square * (square - 6) + 3) / Math.sqrt(24);
      a.fill(0);
      psi[0] = u;
      a[slope] = root;
      psi[1] = (square - 1) / Math.SQRT2;
      a[G] = Math.SQRT2 * weight;
      a[G + scale] = Math.SQRT1_2;
      if (!diagonal) {
        psi[2] = third;
        a[2 * G + 1] = (Math.sqrt(6) / 2) * root;
      }
      const last = diagonal ? 2 : 3;
      psi[last] = fourth;
      a[last * G + kurtosis] = Math.sqrt(24) / 4;
    },
    differentiate({ weight, psi }, derivative) {
      const u = psi[0];
      const root = Math.sqrt(weight);
      const he2 = u * u - 1;
      const he3 = u * (u * u - 3);
      const he4 = u * u * (u * u - 6) + 3;
      derivative[0] = -2 * u * root * weight;
      derivative[1] = -(2 * u * u - 1) * weight;
      if (!diagonal) {
        derivative[2] = -1.5 * he2 * weight;
        derivative[3] = -0.75 * (u * he2 + he3) * root;
      }
      derivative[2 * kurtosis] = -he3 * root;
      derivative[2 * kurtosis + 1] = -0.5 * (u * he3 + he4);
    },
  };
}

/**
 * M = C − 1 predictors: with ε = e_y − p, s = ε ⊗ x and d = (ε εᵀ − Λ) ⊗ x xᵀ. Both are linear in ε, because it takes
 * C values: ε_a² − Λ_aa = (1 − 2p_a) ε_a and ε_a ε_b − Λ_ab = −p_b ε_a − p_a ε_b. ψ = L⁻¹ ε for Λ = L Lᵀ.
 */
function categoricalMoments(fit: Fit, diagonal: boolean): MomentFamily {
  const M = fit.outputs;
  const baseline = fit.baseline ?? 0;
  const pairs: [number, number][] = [];
  for (let a = 0; a < M; a++) for (let b = diagonal ? a : 0; b <= a; b++) pairs.push([a, b]);
  const groups: Group[] = [
    ...pairs.map((predictors): Group => ({ ...products, predictors })),
    ...Array.from({ length: M }, (_, m): Group => ({ ...columns, predictors: [m, m] })),
  ];
  const G = groups.length;
  const p = new Float64Array(M);
  const L = new Float64Array(M * M);
  const epsilon = new Float64Array(M);
  const everything = groups.map((_, g) => g);
  return {
    groups,
    active: Array.from({ length: M }, () => everything),
    fill({ outputs, start, target, psi, a }) {
      probabilities(outputs, start, p);
      choleskyOfMultinomial(p, L);
      const label = target === baseline ? -1 : target < baseline ? target : target - 1;
      for (let m = 0; m < M; m++) {
        epsilon[m] = (m === label ? 1 : 0) - p[m];
        let rest = epsilon[m];
        for (let k = 0; k < m; k++) rest -= L[m * M + k] * psi[k];
        psi[m] = rest / L[m * M + m];
      }
      for (let f = 0; f < M; f++) {
        pairs.forEach(([i, j], g) => {
          a[f * G + g] =
            i === j ? (1 - 2 * p[i]) * L[i * M + f] : -p[j] * L[i * M + f] - p[i] * L[j * M + f];
        });
        for (let m = 0; m < M; m++) a[f * G + pairs.length + m] = L[m * M + f];
      }
    },
    differentiate(_, derivative) {
      const lambda = (i: number, j: number): number => (i === j ? p[i] : 0) - p[i] * p[j];
      pairs.forEach(([i, j], g) => {
        for (let c = 0; c < M; c++) {
          derivative[g * M + c] =
            i === j
              ? -2 * lambda(i, c) * epsilon[i] - (1 - 2 * p[i]) * lambda(i, c)
              : -lambda(j, c) * epsilon[i] -
                lambda(i, c) * epsilon[j] +
                p[j] * lambda(i, c) +
                p[i] * lambda(j, c);
        }
      });
    },
  };
}

/** The probabilities of the classes but the baseline's, from their predictors. */
function probabilities(outputs: Float64Array, start: number, p: Float64Array): void {
  let max = 0;
  for (let m = 0; m < p.length; m++) max = Math.max(max, outputs[start + m]);
  let total = Math.exp(-max);
  for (let m = 0; m < p.length; m++) {
    p[m] = Math.exp(outputs[start + m] - max);
    total += p[m];
  }
  for (let m = 0; m < p.length; m++) p[m] /= total;
}

/** L of diag(p) − p pᵀ = L Lᵀ, without cancellation: each pivot is p_m (what is left after m) / (left before m). */
function choleskyOfMultinomial(p: Float64Array, L: Float64Array): void {
  const M = p.length;
  let before = 1;
  for (let k = 0; k < M; k++) {
    const after = Math.max(before - p[k], Number.MIN_VALUE);
    const pivot = Math.sqrt((p[k] * after) / before);
    for (let i = 0; i < k; i++) L[i * M + k] = 0;
    L[k * M + k] = pivot;
    for (let i = k + 1; i < M; i++) L[i * M + k] = (-p[i] * pivot) / after;
    before = after;
  }
}

/** How many ψ there are. */
export function factorCount({ active }: MomentFamily): number {
  return active.length;
}

/** Entries of one row of a basis for P columns. */
export function basisSize(basis: Basis, P: number, diagonal: boolean): number {
  if (basis === "one") return 1;
  return basis === "columns" || diagonal ? P : triangle(P);
}
