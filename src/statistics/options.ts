/** What fits, tests and diagnoses are asked for, and how they say how far they are. */
import type { FamilyName, Indicators, InformationForm, Weighting } from "./results.ts";

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
