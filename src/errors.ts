/** The errors of natgrad. Each message says what was found and what was expected. */

/** Two shapes that should agree do not, or a size is impossible. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** A value lies outside its domain: NaN in data, a label that the family does not have, a negative damping. */
export class DomainError extends Error {
  override readonly name = "DomainError";
}

/** A matrix that should be positive definite is not; `pivot` is the first bad one, counted from 0. */
export class NotPositiveDefiniteError extends Error {
  override readonly name = "NotPositiveDefiniteError";
  readonly pivot: number;
  constructor(message: string, pivot: number) {
    super(message);
    this.pivot = pivot;
  }
}

/** An iteration that should converge did not, or left the finite numbers. */
export class ConvergenceError extends Error {
  override readonly name = "ConvergenceError";
}

/** Something needed from outside is not there: a data set, a system library, a folder. Says how to get it. */
export class MissingError extends Error {
  override readonly name = "MissingError";
}

/** A file or download is not what it should be: wrong format, truncated, wrong checksum. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}
