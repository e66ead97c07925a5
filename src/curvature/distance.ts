/** How far apart matrices are, whatever the structures in which they are kept. */
import { DomainError, ShapeError } from "../errors.ts";
import { extremeEigenvalues } from "../linalg/estimators/extremeEigenvalues.ts";
import { innerProduct } from "../linalg/innerProduct.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { SymmetricOperator } from "../linalg/operator.ts";
import { kernels } from "../linalg/provider.ts";
import { MEMORY_LIMIT } from "../linalg/shapes.ts";
import { axpy, norm } from "../linalg/vector.ts";
import { draws } from "../random/generator.ts";
import { stream } from "../random/streams.ts";
import { extremes, TOLERANCE } from "./extremes.ts";

export interface DistanceOptions {
  /** bytes that all entries of a matrix may take where they are needed, default 2 GiB */
  readonly memoryLimit?: number;
}

/** bytes of all entries up to which differences are taken entry by entry, of its own accord: D = 4096 */
const ENTRIES = 2 ** 27;
/** largest order of which all eigenvalues are computed for the sake of one */
const ORDER = 1024;

/** relative Frobenius distance, seen by a random vector, of matrices that may be the same but for rounding in float32 */
const EQUAL = 1e-5;

/** Whether matrices of this order are made dense to be compared, be it needed or not. */
export function isByEntries(
  dimension: number,
  { memoryLimit = MEMORY_LIMIT }: DistanceOptions = {},
): boolean {
  return 8 * dimension ** 2 <= Math.min(ENTRIES, memoryLimit);
}

/**
 * ‖A − B‖ / ‖B‖ in the Frobenius norm (default) or the spectral norm.
 *
 * Up to D = 4096, within `memoryLimit`, both are made dense and subtracted entry by entry. Beyond,
 * ‖A − B‖²_F = tr A² − 2 tr A B + tr B² by the products that the structures know: distances below about 1e-7 are rounding
 * then. The spectral norm comes from all eigenvalues of the difference up to D = 1024, and beyond from Lanczos, to 1e-4 of
 * it or better, from always the same vectors; it is 0 there for matrices that a random vector does not tell apart to 1e-5.
 *
 * Throws {@link DomainError} for an unknown norm; {@link ShapeError} where dimensions differ, and where two structures can
 * only be compared entry by entry, which would take more than `memoryLimit`, naming what can be compared;
 * `ConvergenceError` as Lanczos does.
 *
 * @example
 * relativeDistance(curvature(problem, theta, empirical()), curvature(problem, theta, fisher()));
 */
export function relativeDistance(
  A: SymmetricOperator,
  B: SymmetricOperator,
  matrixNorm: "frobenius" | "spectral" = "frobenius",
  options: DistanceOptions = {},
): number {
  requireSameDimension(A, B);
  if (matrixNorm === "frobenius") return frobeniusDistance(A, B, options);
  if (matrixNorm === "spectral") return spectralDistance(A, B, options);
  throw new DomainError(`distance in the norm "${matrixNorm}", expected "frobenius" or "spectral"`);
}

/**
 * tr(A B) / (‖A‖_F ‖B‖_F): 1 for matrices that differ only in scale; NaN if one is zero. By products that the structures
 * know, else entry by entry: throws as {@link relativeDistance}.
 */
export function matrixCosine(
  A: SymmetricOperator,
  B: SymmetricOperator,
  options: DistanceOptions = {},
): number {
  requireSameDimension(A, B);
  const sizes = [A, B].map((C) => Math.sqrt(innerProduct(C, C, options)));
  const cosine = innerProduct(A, B, options) / sizes[0] / sizes[1];
  return Math.max(-1, Math.min(1, cosine));
}

/** Throws {@link ShapeError} unless both have one dimension. */
export function requireSameDimension(A: SymmetricOperator, B: SymmetricOperator): void {
  if (A.dimension !== B.dimension) {
    throw new ShapeError(`matrices of dimension ${A.dimension} and ${B.dimension} do not compare`);
  }
}

function frobeniusDistance(
  A: SymmetricOperator,
  B: SymmetricOperator,
  options: DistanceOptions,
): number {
  if (isByEntries(A.dimension, options)) {
    const b = B.dense();
    return norm(difference(A, b).data) / norm(b.data);
  }
  const square = innerProduct(B, B, options);
  const cross = innerProduct(A, B, options);
  const apart = innerProduct(A, A, options) - 2 * cross + square;
  return Math.sqrt(Math.max(0, apart) / square);
}

function spectralDistance(
  A: SymmetricOperator,
  B: SymmetricOperator,
  options: DistanceOptions,
): number {
  if (A.dimension <= ORDER && isByEntries(A.dimension, options)) {
    const b = B.dense();
    return largestSize(difference(A, b)) / largestSize(b);
  }
  const minus = (v: Float64Array): Float64Array => {
    const result = A.multiply(v).slice();
    axpy(-1, B.multiply(v), result);
    return result;
  };
  // what rounding leaves of a difference is no symmetric matrix
  const random = stream(0, "difference of matrices");
  const probe = draws(A.dimension, () => random.normal());
  if (norm(minus(probe)) <= EQUAL * norm(B.multiply(probe))) return 0;
  const { largest, smallest } = extremes(B);
  return spectralNorm(A.dimension, minus) / Math.max(Math.abs(largest), Math.abs(smallest));
}

/** A − B */
function difference(A: SymmetricOperator, b: Matrix): Matrix {
  const data = A.dense().data.slice();
  axpy(-1, b.data, data);
  return { ...b, data };
}

/** ‖A‖₂ by all eigenvalues */
function largestSize(A: Matrix): number {
  const { values } = kernels().eigh(A);
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** ‖A‖₂ by products */
function spectralNorm(dimension: number, multiply: (v: Float64Array) => Float64Array): number {
  const random = stream(0, "spectral norm");
  const options = { end: "magnitude", tolerance: TOLERANCE } as const;
  const { values } = extremeEigenvalues({ dimension, multiply }, random, options);
  return Math.abs(values[0]);
}
