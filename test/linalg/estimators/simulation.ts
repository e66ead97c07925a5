/** What replications say about an estimator and its error bar. */
import { logStudentTail } from "../../../src/statistics/distributions.ts";

export interface Calibration {
  /** mean error in units of its own standard error over replications: beyond ±4 the estimator is biased */
  readonly bias: number;
  /** root mean squared error */
  readonly error: number;
  /** √(mean squared standard error / mean squared error): 1 where error bars have the right length */
  readonly length: number;
  /** one standard deviation of `length`, by its delta method */
  readonly lengthError: number;
  /** mean of (error / standard error)² */
  readonly standardized: number;
  /** share of replications within ± 2 standard errors */
  readonly coverage: number;
}

export interface Estimate {
  readonly value: number;
  readonly standardError: number;
}

/** Of `replications` estimates of `truth`. */
export function simulate(
  replications: number,
  truth: number,
  estimate: (replication: number) => Estimate,
): Calibration {
  const sums = { error: 0, square: 0, bar: 0, standardized: 0, inside: 0 };
  const squares: number[] = [];
  const bars: number[] = [];
  for (let r = 0; r < replications; r++) {
    const { value, standardError } = estimate(r);
    const error = value - truth;
    squares.push(error ** 2);
    bars.push(standardError ** 2);
    sums.error += error;
    sums.square += error ** 2;
    sums.bar += standardError ** 2;
    sums.standardized += (error / standardError) ** 2;
    if (Math.abs(error) <= 2 * standardError) sums.inside++;
  }
  const n = replications;
  const [square, bar] = [sums.square / n, sums.bar / n];
  const ratio = bar / square;
  let spread = 0;
  for (let r = 0; r < n; r++) spread += ((bars[r] - ratio * squares[r]) / square) ** 2;
  const length = Math.sqrt(ratio);
  return {
    bias: sums.error / n / Math.sqrt(square / n),
    error: Math.sqrt(square),
    length,
    lengthError: Math.sqrt(spread / n / n) / (2 * length),
    standardized: sums.standardized / n,
    coverage: sums.inside / n,
  };
}

/** P(|T| ≤ 2) for Student's t, and four standard deviations of the share that replications show of it. */
export function studentBand(degrees: number, replications: number): [low: number, high: number] {
  const expected = 1 - 2 * Math.exp(logStudentTail(2, degrees));
  const wide = 4 * Math.sqrt((expected * (1 - expected)) / replications);
  return [expected - wide, expected + wide];
}
