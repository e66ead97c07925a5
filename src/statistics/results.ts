/**
 * What fits, covariances, tests and diagnoses return: plain data, without methods, that structured clone carries
 * between threads. Vectors and matrices that are computed with are typed arrays, what is only shown is plain numbers.
 * Every matrix has the `sum` scale: it is a sum over the rows, not a mean.
 */
import type { Matrix } from "../linalg/matrix.ts";

export type FamilyName = "gaussian" | "bernoulli" | "categorical" | "poisson";

/** How a row with weight w counts; see {@link FitOptions.weighting}. */
export type Weighting = "precision" | "frequency";

/** The variance of a Gaussian target. */
export interface VarianceReport {
  readonly kind: "known" | "estimated";
  /** σ² of the likelihood, its curvature matrices and AIC: the known one, or RSS / N, which maximizes the likelihood */
  readonly value: number;
  /** s² = RSS / (N − P), of the standard errors by the Fisher where σ² is estimated; otherwise `value` */
  readonly unbiased: number;
}

/** One pass of Fisher scoring. */
export interface ScoringStep {
  /** 0 is the start */
  readonly iteration: number;
  /** −log-likelihood (plus the ridge term) of the point that the step leaves */
  readonly loss: number;
  /** gᵀ H⁻¹ g: twice the decrease that the quadratic model promises; below 1 the point is within a standard error */
  readonly decrement: number;
  /** the fraction of the step that was taken; 0 at the last point */
  readonly stepSize: number;
  /** `[D]` */
  readonly theta: Float64Array;
}

/** A maximum likelihood (or, with a ridge, penalized likelihood) fit. */
export interface Fit {
  readonly family: FamilyName;
  readonly link: "identity" | "logit" | "log";
  readonly target: string;
  /** the P design columns */
  readonly columns: readonly string[];
  /** whether the last column is the intercept */
  readonly intercept: boolean;
  /** names of the classes, for labels */
  readonly classes?: readonly string[];
  /** the class whose linear predictor is 0, for the categorical family: index into `classes` */
  readonly baseline?: number;
  /** M: linear predictors of a row; C − 1 for C classes, otherwise 1 */
  readonly outputs: number;
  /** "column", or "class: column" */
  readonly names: readonly string[];
  /** `[D]`, D = M P, predictor by predictor */
  readonly theta: Float64Array;
  /** rows of positive weight */
  readonly rows: number;
  /** N: `rows`, or with frequency weights their sum */
  readonly observations: number;
  readonly weighted: boolean;
  readonly weighting: Weighting;
  /** Gaussian only */
  readonly variance?: VarianceReport;
  /** λ of the penalty ½ λ ‖θ‖² without the intercept; 0 for maximum likelihood */
  readonly ridge: number;
  /** log-likelihood at θ, with all constants, without the ridge term; Infinity for a Gaussian fit without residuals */
  readonly logLikelihood: number;
  /** of the model with an intercept alone (without intercept: with all coefficients 0) */
  readonly nullLogLikelihood: number;
  /** as in R: RSS for the Gaussian, twice the log-likelihood ratio to the saturated model otherwise */
  readonly deviance: number;
  readonly nullDeviance: number;
  /** parameters that AIC and BIC count: D, one more where σ² is estimated */
  readonly parameters: number;
  readonly aic: number;
  readonly bic: number;
  /** −2 log-likelihood + 2 trace(H⁻¹ F̃), over all parameters (Takeuchi 1976) */
  readonly tic: number;
  /** trace(H⁻¹ F̃): {@link parameters} if the model is right */
  readonly effectiveParameters: number;
  /** N − D */
  readonly residualDegreesOfFreedom: number;
  /** at θ, the natural parameters alone; σ² held at its value */
  readonly information: Information;
  readonly scoring: readonly ScoringStep[];
  readonly converged: boolean;
  readonly condition: ConditionReport;
  /** start, summary of the data and checks: what a refit with other targets need not compute again */
  readonly warnings: readonly FitWarning[];
  /** y is reproduced to rounding: the Gaussian likelihood has no maximum, standard errors mean nothing */
  readonly perfect: boolean;
}

/** Curvature at the optimum, `sum` scale, `[D, D]`; the ridge is in none of the first two. */
export interface Information {
  /** F = H, the Fisher information; the Hessian of the negative log-likelihood, because the links are canonical */
  readonly fisher: Matrix;
  /** F̃ = Σ g gᵀ, uncentred (OPG) */
  readonly empirical: Matrix;
  /** R `[D, D]`, upper triangular, RᵀR = F + ridge, from orthogonal transformations where F would lose digits */
  readonly factor: Matrix;
  /** (F + ridge)⁻¹ */
  readonly inverse: Matrix;
  /** E = R⁻ᵀ F̃ R⁻¹: its eigenvalues are the generalized ones of (F̃, F) without a ridge */
  readonly whitenedEmpirical: Matrix;
  /** Σ g s `[D]` and Σ s² for the score s of log σ², where σ² is estimated; the coordinates of the first are whitened */
  readonly varianceScores?: { readonly cross: Float64Array; readonly square: number };
}

/** How well the columns of X are conditioned. */
export interface ConditionReport {
  /** σ_max / σ_min of X with its columns scaled to length 1: what no choice of units removes */
  readonly scaled: number;
  /** of H scaled to a unit diagonal, at θ, as the root, so that it compares with `scaled` */
  readonly information: number;
  /** "gram": normal equations with refinement; "orthogonal": Householder QR of X first */
  readonly method: "gram" | "orthogonal";
}

export interface FitWarning {
  readonly code:
    | "ill-conditioned"
    | "near-separation"
    | "perfect-fit"
    | "not-converged"
    | "few-rows"
    | "weights";
  readonly message: string;
}

export type CovarianceKind = "fisher" | "empirical" | "sandwich";

/** A coefficient with its uncertainty. */
export interface CoefficientRow {
  readonly name: string;
  readonly estimate: number;
  readonly standardError: number;
  /** estimate / standardError */
  readonly statistic: number;
  /** two-sided; 0 where it is below the smallest double, {@link logPValue} still tells */
  readonly pValue: number;
  /** natural logarithm of the p-value */
  readonly logPValue: number;
  /** Wald interval */
  readonly lower: number;
  readonly upper: number;
}

/** Coefficients under one covariance. */
export interface CovarianceTable {
  readonly kind: CovarianceKind;
  /** what to print above the column, e.g. "sandwich H⁻¹F̃H⁻¹, HC0" */
  readonly label: string;
  /** factor on the sandwich: none, or N / (N − D) */
  readonly correction?: "HC0" | "HC1";
  readonly statistic: "z" | "t";
  /** of the t distribution */
  readonly degreesOfFreedom?: number;
  readonly level: number;
  /** `[D, D]` */
  readonly matrix: Matrix;
  readonly coefficients: readonly CoefficientRow[];
}

export type InformationForm = "efficient" | "chesher-lancaster" | "white-1982";
export type Indicators = "full" | "diagonal";

/** One indicator of the information matrix test: an entry of F̃ − H. */
export interface Moment {
  /** e.g. "dose × age", "skewness × dose", "kurtosis" */
  readonly name: string;
  /** the sum of the indicator over its standard deviation under the model: standard normal if the model is right */
  readonly z: number;
  /** the entry of F̃ over that of H, minus 1, for entries of the coefficients' block: relative excess of variance */
  readonly excess?: number;
}

/** A p-value by simulating from the fitted model. */
export interface BootstrapPValue {
  /** (1 + number of simulated statistics that are at least the observed one) / (1 + successful) */
  readonly pValue: number;
  readonly standardError: number;
  /** 95 % quantile of the simulated statistics */
  readonly critical: number;
}

/** White's information matrix test. */
export interface InformationMatrixTest {
  readonly form: InformationForm;
  readonly indicators: Indicators;
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  /** upper tail of χ² */
  readonly pValue: number;
  /** natural logarithm of the p-value */
  readonly logPValue: number;
  /** indicators, and how many of them are combinations of the others and of the scores */
  readonly count: number;
  readonly redundant: number;
  /** most violated first, at most 20 */
  readonly moments: readonly Moment[];
  readonly bootstrap?: BootstrapPValue;
  readonly notes: readonly string[];
}

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
  /** largest |log(OPG / sandwich)| over the standard errors of each simulated fit, `[successful]` */
  readonly ratios?: readonly number[];
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

/** One of the three questions. */
export interface VerdictLine<Answer extends string> {
  readonly question: string;
  readonly answer: Answer;
  /** one to three sentences in plain words, with the numbers in them */
  readonly text: string;
  /** what to do instead; empty where there is nothing to do */
  readonly advice: string;
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

/** Options of `fitModel`. */
export interface FitOptions {
  readonly family: FamilyName;
  /** Gaussian: "estimated" (default), or the known σ² */
  readonly variance?: "estimated" | number;
  /**
   * What a weight w means. "precision" (default, as in R): the row is one observation whose log-likelihood counts w
   * times, for the Gaussian y ~ N(f, σ²/w). "frequency": the row stands for w equal observations.
   */
  readonly weighting?: Weighting;
  /** λ ≥ 0 of the penalty ½ λ ‖θ‖² (estimated σ²: relative to it), the intercept left out; default 0 */
  readonly ridge?: number;
  /** the class that the others are compared with, an index or a name; default the first */
  readonly baseline?: number | string;
  /** default 50 */
  readonly maxIterations?: number;
  /** the Newton decrement gᵀH⁻¹g below which the last step is taken; default 1e-14 */
  readonly tolerance?: number;
  readonly onProgress?: (progress: FitProgress) => void;
  readonly signal?: AbortSignal;
}

export interface FitProgress {
  readonly phase: "summary" | "orthogonalization" | "scoring" | "information" | "null-model";
  readonly iteration: number;
  /** rows read in this pass, of how many */
  readonly done: number;
  readonly total: number;
}

/** Options of `informationMatrixTest`. */
export interface TestOptions {
  readonly form?: InformationForm;
  /** default "full" where N allows it, otherwise "diagonal" (noted) */
  readonly indicators?: Indicators;
  readonly signal?: AbortSignal;
}

/** Options of `diagnose`, besides those of the fit. */
export interface DiagnoseOptions extends FitOptions {
  /** default 0.95 */
  readonly level?: number;
  /** factor of the sandwich; default "HC0" */
  readonly correction?: "HC0" | "HC1";
  readonly form?: InformationForm;
  readonly indicators?: Indicators;
  /** simulated fits, 0 for none; default 199 */
  readonly replications?: number;
  /** default 0 */
  readonly seed?: number;
  /** draws a row of the Monte-Carlo Fisher; default 1 */
  readonly draws?: number;
  /** default a ladder from 1e-6 to 1e2 */
  readonly damping?: readonly number[];
  readonly onDiagnosis?: (progress: DiagnosisProgress) => void;
}

export interface DiagnosisProgress {
  readonly phase: "fit" | "path" | "test" | "bootstrap";
  readonly done: number;
  readonly total: number;
}
