/** What every family does with a batch besides mathematics: shapes, storage, and checks of targets. */
import { DomainError, ShapeError } from "../errors.ts";
import type { Matrix, Reals } from "../linalg/matrix.ts";

/** `length` zeros in the type of `like`: results are stored in the type of the outputs. */
export function allocate<T extends Reals>(like: T, length: number): T {
  return (like instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as T;
}

/** The part of a likelihood that its error messages and checks need. */
interface Family {
  readonly name: string;
  readonly outputs: number;
  readonly targetColumns: number;
}

/** Throws {@link ShapeError} unless outputs are `[N, M]`. */
export function requireOutputs(family: Family, outputs: Matrix<Reals>): void {
  if (outputs.cols !== family.outputs) {
    throw new ShapeError(
      `${family.name}: outputs have ${outputs.cols} columns, expected ${family.outputs}`,
    );
  }
}

/** Checks outputs to sample from: a draw would hide NaN behind a label that looks sound. */
export function requireSampleable(family: Family, outputs: Matrix<Reals>): void {
  requireOutputs(family, outputs);
  const bad = outputs.data.findIndex(Number.isNaN);
  if (bad < 0) return;
  const row = Math.floor(bad / outputs.cols);
  throw new DomainError(`${family.name}: cannot sample, outputs of row ${row} are NaN`);
}

/** Throws {@link ShapeError} unless targets are `[N, targetColumns]`, with any N. */
export function requireTargetColumns(family: Family, targets: Matrix): void {
  if (targets.cols !== family.targetColumns) {
    throw new ShapeError(
      `${family.name}: targets have ${targets.cols} columns, expected ${family.targetColumns}`,
    );
  }
}

/** Throws {@link ShapeError} unless outputs are `[N, M]` and targets `[N, targetColumns]`. */
export function requirePair(family: Family, outputs: Matrix<Reals>, targets: Matrix): void {
  requireOutputs(family, outputs);
  requireTargetColumns(family, targets);
  if (outputs.rows !== targets.rows) {
    throw new ShapeError(
      `${family.name}: ${outputs.rows} rows of outputs, ${targets.rows} rows of targets`,
    );
  }
}

/** Throws {@link DomainError} naming the first target that `belongs` refuses, and what was expected. */
export function requireTargets(
  family: Family,
  targets: Matrix,
  belongs: (y: number) => boolean,
  expected: string,
): void {
  requireTargetColumns(family, targets);
  const bad = targets.data.findIndex((y) => !belongs(y));
  if (bad < 0) return;
  const row = Math.floor(bad / targets.cols);
  const where = targets.cols === 1 ? `${row}` : `${row}, column ${bad % targets.cols}`;
  throw new DomainError(
    `${family.name}: target ${where} is ${targets.data[bad]}, expected ${expected}`,
  );
}

/**
 * Throws {@link DomainError} naming the class found if all targets are the same: such a fit has no
 * finite optimum. Whoever builds an objective from labels calls it; a likelihood alone does not mind.
 *
 * @example
 * requireSeveralClasses(matrix(3, 1, new Float64Array([1, 1, 1])));
 * // DomainError: all 3 targets are of class 1, expected at least two classes
 */
export function requireSeveralClasses(targets: Matrix): void {
  const [first] = targets.data;
  if (first !== undefined && targets.data.every((y) => y === first)) {
    const found = targets.rows === 1 ? "the only target is" : `all ${targets.rows} targets are`;
    throw new DomainError(`${found} of class ${first}, expected at least two classes`);
  }
}
