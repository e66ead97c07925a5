/** What estimators return, and the standard error of a mean. */
import { DomainError } from "../../errors.ts";

/** A number estimated from random probes. */
export interface TraceEstimate {
  readonly value: number;
  /** one standard deviation of the value's error, estimated from the probes themselves; 0 where it is exact */
  readonly standardError: number;
  /** products with the operator that were made */
  readonly products: number;
}

/** A diagonal estimated from random probes. */
export interface DiagonalEstimate {
  /** `[D]` */
  readonly value: Float64Array;
  /** one standard deviation of each entry's error, `[D]`; 0 where it is exact */
  readonly standardError: Float64Array;
  /** products with the operator that were made */
  readonly products: number;
}

export interface EstimatorOptions {
  /**
   * how many products with A may be made. From D on they are spent on the D unit vectors instead, and the result is
   * exact
   */
  readonly products: number;
}

/** Mean and standard error of vectors `[D]` that come one by one (Welford 1962). */
export class RunningMean {
  /** `[D]` */
  readonly mean: Float64Array;
  private readonly squares: Float64Array;
  private count = 0;

  constructor(dimension: number) {
    this.mean = new Float64Array(dimension);
    this.squares = new Float64Array(dimension);
  }

  add(sample: ArrayLike<number>): void {
    this.count++;
    for (let i = 0; i < this.mean.length; i++) {
      const before = sample[i] - this.mean[i];
      this.mean[i] += before / this.count;
      this.squares[i] += before * (sample[i] - this.mean[i]);
    }
  }

  /** √(Σ (x − mean)² / (n (n − 1))), `[D]` */
  standardError(): Float64Array {
    const degrees = this.count * (this.count - 1);
    return this.squares.map((sum) => Math.sqrt(sum / degrees));
  }
}

/** The mean of at least two samples, and its standard error. */
export function meanOf(samples: ArrayLike<number>): { value: number; standardError: number } {
  const running = new RunningMean(1);
  for (let i = 0; i < samples.length; i++) running.add([samples[i]]);
  return { value: running.mean[0], standardError: running.standardError()[0] };
}

/**
 * The number of products: at least two shares, each of `shares` products, because one sample has no standard error.
 * Throws {@link DomainError}, also where there are no options.
 */
export function requireProducts(options: EstimatorOptions, shares: number, what: string): number {
  const { products }: EstimatorOptions = Object(options);
  if (!Number.isInteger(products) || products < 2 * shares || products % shares !== 0) {
    const form = shares === 1 ? "" : ` and a multiple of ${shares}`;
    throw new DomainError(
      `${what}: ${products} products, expected an integer of at least ${2 * shares}${form}`,
    );
  }
  return products;
}
