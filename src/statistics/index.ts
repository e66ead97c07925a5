/** Fits, covariances, tests and diagnoses of regressions, in Node and in browsers. */
export { type BootstrapOptions, bootstrap, bootstrapPValue } from "./bootstrap.ts";
export { type CovarianceOptions, covariance } from "./covariance.ts";
export { diagnose, diagnoseFit } from "./diagnose.ts";
export {
  logChiSquareTail,
  logNormalTail,
  logStudentTail,
  normalQuantile,
  studentQuantile,
} from "./distributions.ts";
export { CollinearityError, SeparationError } from "./errors.ts";
export { fitModel } from "./fit.ts";
export { informationMatrixTest } from "./informationMatrixTest.ts";
export type * from "./results.ts";
export {
  type ArrayRows,
  arrayRows,
  defaultBlockRows,
  INTERCEPT,
  type RowBlock,
  type RowSource,
} from "./rows.ts";
export { simulatedRows } from "./simulation.ts";
export { THRESHOLDS, type VerdictInput, verdict } from "./verdict.ts";
