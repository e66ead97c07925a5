/**
 * What fits, covariances, tests and diagnoses return: plain data, without methods, that structured clone carries
 * between threads. Vectors and matrices that are computed with are typed arrays, what is only shown is plain numbers.
 * Every matrix has the `sum` scale: it is a sum over the rows, not a mean.
 */
import type { Matrix } from "../linalg/matrix.ts";

export type * from "./diagnosisResults.ts";
export type * from "./options.ts";

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
  /** whether the rows have offsets */
  readonly offset: boolean;
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
    | "rare"
    | "ridge"
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
