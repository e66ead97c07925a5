/** What a diagnosis finds besides the fit: plain data. */
import type { CovarianceTable, Fit, InformationMatrixTest } from "./results.ts";

/** What simulated fits from the fitted model show; the same replicates serve test and eigenvalues. */
export interface Bootstrap {
  readonly replications: number;
  readonly seed: number;
  /** refits that gave a result */
  readonly successful: number;
  /** why the others failed, e.g. { separation: 3 } */
  readonly failures: Readonly<Record<string, number>>;
  /** statistics of the simulated tests and logarithms of their p-values, `[successful]`; absent where the test is refused */
  readonly statistics?: readonly number[];
  readonly logPValues?: readonly number[];
  /** smallest and largest generalized eigenvalue of each simulated fit, `[successful]` */
  readonly smallest: readonly number[];
  readonly largest: readonly number[];
  /** of the standard errors to the sandwich's, by kind; absent for fewer than 19 fits, or where F̃ is singular in most */
  readonly ratios?: { readonly empirical?: RatioBand; readonly fisher?: RatioBand };
  /** 2.5 % quantile of `smallest` and 97.5 % quantile of `largest`: 95 % of correct models lie between, eigenvalue by eigenvalue */
  readonly band: EigenvalueBand;
}

export interface EigenvalueBand {
  readonly level: number;
  /** `[D]`, quantiles of the k-th smallest eigenvalue */
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** the interval that holds both extremes of a correct model with probability `level` */
  readonly smallest: number;
  readonly largest: number;
}

/**
 * Where the ratios of standard errors to the sandwich's lie in simulated fits of a right model: all D of them at once
 * between `lower` and `upper` with probability `level`. With precision weights the medians may be far from 1.
 */
export interface RatioBand {
  readonly level: number;
  /** `[D]` */
  readonly lower: readonly number[];
  readonly median: readonly number[];
  readonly upper: readonly number[];
}

/** How another matrix A differs from the Fisher F. */
export interface MatrixComparison {
  readonly kind: "sampled" | "empirical" | "hessian";
  /** ‖A − F‖_F / ‖F‖_F, in the units of the columns */
  readonly frobenius: number;
  /** ‖A − F‖₂ / ‖F‖₂ */
  readonly spectral: number;
  /** of A v = λ F v, whatever the units; all 1 where A = F */
  readonly smallest: number;
  readonly mean: number;
  readonly largest: number;
}

/** A step −A⁻¹ g compared with the natural gradient step −F⁻¹ g. */
export interface StepComparison {
  readonly kind: "gradient" | "sampled" | "empirical";
  /** cosine of the angle, in the units of the columns */
  readonly cosine: number;
  /** length over that of the natural gradient */
  readonly lengthRatio: number;
  /** γ(Δ) = √(ΔᵀFΔ) / |Δᵀg|; the natural gradient has the least, {@link best} */
  readonly gamma: number;
  /** γ of the natural gradient over γ(Δ), in [0, 1]: the cosine in the metric of F */
  readonly relative: number;
  /** its square: the share of the attainable decrease that a line search along Δ attains, to second order */
  readonly efficiency: number;
}

/** The empirical Fisher step with damping: (F̃ + d I)⁻¹ g in scaled coordinates, against F⁻¹ g. */
export interface DampingComparison {
  /** d over the mean eigenvalue of the Fisher */
  readonly damping: number;
  /** cosine of the two damped steps, (F̃ + dI)⁻¹g and (F + dI)⁻¹g */
  readonly cosine: number;
  readonly lengthRatio: number;
  /** share of the attainable decrease, empirical Fisher and Fisher with this damping */
  readonly empirical: number;
  readonly fisher: number;
}

/** The curvature matrices at one point of the path. */
export interface CurvaturePoint {
  /** "start", "step 1", …, "optimum" */
  readonly label: string;
  readonly iteration: number;
  /** −log-likelihood */
  readonly loss: number;
  /** loss above the optimum's */
  readonly excess: number;
  readonly gradientNorm: number;
  /** gᵀ F⁻¹ g */
  readonly decrement: number;
  readonly theta: readonly number[];
  readonly matrices: readonly MatrixComparison[];
  /** empty where the gradient is zero to rounding */
  readonly steps: readonly StepComparison[];
  readonly damping: readonly DampingComparison[];
}

/** Descent from the start of the fit with one preconditioner; a step is halved until the loss falls. */
export interface DescentPath {
  readonly method: "NGD" | "EFGD";
  /** −log-likelihood above the optimum's, at the start and after each step */
  readonly excess: readonly number[];
  /** of the natural gradient step and the empirical Fisher step at the same points, in the units of the columns */
  readonly cosine: readonly number[];
}

/** How the per-example gradients are spread, in the metric of F: ‖F^{-1/2} g_n‖² N / D is 1 on average if the model is right. */
export interface GradientSpread {
  readonly mean: number;
  readonly quantiles: readonly { readonly probability: number; readonly value: number }[];
  readonly maximum: number;
  /** the row, counted from 0, that has the maximum */
  readonly maximumRow: number;
  /** share of the total that the 1 % largest rows hold */
  readonly topShare: number;
}

export type Tone = "good" | "doubtful" | "bad";

/** One of the three questions. */
export interface VerdictLine<Answer extends string> {
  readonly question: string;
  readonly answer: Answer;
  /** whether that is good news */
  readonly tone: Tone;
  /** one to three sentences in plain words, with the numbers in them */
  readonly text: string;
  /** what to do instead; empty where there is nothing to do */
  readonly advice: string;
  /** what the answer was judged by: its numbers and the limits, in words; empty where there is none */
  readonly basis: string;
  readonly numbers: readonly { readonly label: string; readonly value: number }[];
  readonly thresholds: readonly { readonly label: string; readonly value: number }[];
}

export type CurvatureAnswer =
  | "indistinguishable"
  | "negligible"
  | "differs"
  | "do-not-use"
  | "cannot-say";
export type StandardErrorAnswer = "agree" | "differ" | "misleading" | "cannot-say";
export type ModelAnswer = "not-rejected" | "doubtful" | "rejected" | "cannot-say";

/** Three separate answers, never one score. */
export interface Verdict {
  readonly curvature: VerdictLine<CurvatureAnswer>;
  readonly standardErrors: VerdictLine<StandardErrorAnswer>;
  readonly model: VerdictLine<ModelAnswer>;
  /** coefficients whose decision at 1 − level depends on the covariance */
  readonly changedDecisions: readonly ChangedDecision[];
}

export interface ChangedDecision {
  readonly name: string;
  readonly pFisher: number;
  readonly pEmpirical: number;
  readonly pSandwich: number;
}

/** Everything that `natgrad diagnose` reports. */
export interface Diagnosis {
  readonly fit: Fit;
  /** in the order fisher, empirical, sandwich; one that does not exist (singular F̃) is missing and noted */
  readonly covariances: readonly CovarianceTable[];
  /** start, path, optimum */
  readonly points: readonly CurvaturePoint[];
  /** the two descents, side by side */
  readonly paths?: readonly DescentPath[];
  /** generalized eigenvalues of (F̃, F) at the optimum, ascending, `[D]` */
  readonly eigenvalues: readonly number[];
  readonly bootstrap?: Bootstrap;
  readonly test?: InformationMatrixTest;
  /** why there is no test */
  readonly testRefused?: string;
  readonly gradients: GradientSpread;
  readonly verdict: Verdict;
  readonly notes: readonly string[];
  /** seed of the Monte-Carlo Fisher and the bootstrap, and how many draws a row the former took */
  readonly seed: number;
  readonly draws: number;
}
