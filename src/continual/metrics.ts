/**
 * What is said of a learner after a stream of tasks. All of it comes from one matrix R: R[i][j] is the test accuracy on task j
 * after training on task i (both from 0), as in Lopez-Paz & Ranzato (2017). Rows are moments, columns are tasks.
 */
import { DomainError, ShapeError } from "../errors.ts";

/** R, a row for each task that was trained, with a column for each task of the stream. */
export type AccuracyMatrix = readonly (readonly number[])[];

export interface StreamMetrics {
  /** mean over the tasks seen of their accuracy, after each task */
  readonly averages: readonly number[];
  /** the last of {@link averages} */
  readonly average: number;
  /**
   * mean over all tasks but the last of (best accuracy before the end − accuracy at the end), the best over all moments, those
   * before the task was trained included (Chaudhry et al. 2018); NaN for one task
   */
  readonly forgetting: number;
  /** mean over all tasks but the last of R[T − 1][j] − R[j][j]: negative where learning hurts what came before */
  readonly backwardTransfer: number;
  /**
   * mean over all tasks but the first of R[j − 1][j] − chance[j]: what earlier tasks are worth to one before it is trained; NaN
   * without `chance`
   */
  readonly forwardTransfer: number;
}

/**
 * The metrics of R `[T, T]`. `chance[j]` is the accuracy on task j of the network before any training, as reports of `learn`
 * have it. Throws {@link ShapeError} where R is not square or `chance` is not one a task, {@link DomainError} for an
 * accuracy outside [0, 1].
 *
 * @example
 * metrics([[0.98, 0.1], [0.9, 0.97]]).forgetting; // 0.08
 */
export function metrics(R: AccuracyMatrix, chance?: readonly number[]): StreamMetrics {
  const T = R.length;
  if (T === 0) throw new ShapeError("R has no row, expected one for each task");
  R.forEach((row, i) => {
    if (row.length !== T)
      throw new ShapeError(`row ${i} of R has ${row.length} tasks, expected ${T}`);
    row.forEach((a, j) => {
      if (!(a >= 0 && a <= 1)) throw new DomainError(`R[${i}][${j}] is ${a}, expected a share`);
    });
  });
  if (chance && chance.length !== T) {
    throw new ShapeError(`chance is of ${chance.length} tasks, R of ${T}`);
  }
  const averages = R.map((row, i) => mean(row.slice(0, i + 1)));
  const before = range(T - 1);
  return {
    averages,
    average: averages[T - 1],
    forgetting: mean(before.map((j) => Math.max(...before.map((i) => R[i][j])) - R[T - 1][j])),
    backwardTransfer: mean(before.map((j) => R[T - 1][j] - R[j][j])),
    forwardTransfer: chance ? mean(before.map((j) => R[j][j + 1] - chance[j + 1])) : Number.NaN,
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** NaN for none */
function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}
