/** What every curvature matrix can do, whatever the structure in which it is kept. */
import type { Matrix } from "./matrix.ts";

/**
 * A symmetric linear map on R^D. Vectors and matrices that are handed in are kept as they are; results belong to the
 * caller unless stated. Entries of vectors are not checked: where one is NaN or infinite, so are some entries of products and
 * solves, or all, and nothing is thrown.
 */
export interface SymmetricOperator {
  /** D */
  readonly dimension: number;
  /** of what it is made of; factorizations that it computes later and keeps are not counted */
  readonly bytes: number;
  /** A v, `[D] → [D]`. Throws `ShapeError` */
  multiply(v: Float64Array): Float64Array;
  /** A V, `[D, k] → [D, k]`. Throws `ShapeError` */
  multiplyMany(V: Matrix): Matrix;
  /**
   * (A + damping · I)⁻¹ b, `[D] → [D]`. The damping is added to the whole matrix, at the matrix's own scale: no
   * structure approximates it. Throws `ShapeError`, `DomainError` for a negative damping, `NotPositiveDefiniteError`
   * where the damped matrix is not.
   */
  solve(b: Float64Array, options?: SolveOptions): Float64Array;
  /** (A + damping · I)⁻¹ B, `[D, k] → [D, k]`; throws as {@link solve} */
  solveMany(B: Matrix, options?: SolveOptions): Matrix;
  /**
   * (A + damping · I)^(−1/2) v with the symmetric root, `[D] → [D]`: turns standard normal draws into draws with
   * covariance (A + damping · I)⁻¹. Throws as {@link solve}
   */
  inverseSquareRootMultiply(v: Float64Array, options?: SolveOptions): Float64Array;
  /**
   * log det(A + damping · I); throws as {@link solve}, `ShapeError` where it takes all entries and they would not fit (a matrix
   * known by its products alone)
   */
  logDeterminant(options?: SolveOptions): number;
  /** `[D]` */
  diagonal(): Float64Array;
  trace(): number;
  /** all of them, ascending, `[D]` */
  eigenvalues(): Float64Array;
  /**
   * The `count` largest eigenvalues (all D of them by default) with their eigenvectors. Throws `DomainError` for a count that is
   * no integer from 1 to D, `ShapeError`, before memory is taken, where D × count numbers would not fit
   */
  eigenpairs(count?: number): Eigenpairs;
  /** `[D, D]`. Throws `ShapeError`, before memory is taken, where it would not fit */
  dense(): Matrix;
  /** c A, in the same structure, for a finite c. Throws `DomainError` */
  scaled(c: number): SymmetricOperator;
  /** A + B where this structure holds it; see {@link add} in `sum.ts` for every other pair */
  plus?(B: SymmetricOperator): SymmetricOperator | undefined;
  /** tr(A B), where this structure knows how without making both dense; see `innerProduct.ts` */
  innerProduct?(B: SymmetricOperator): number | undefined;
}

export interface SolveOptions {
  /** λ ≥ 0, default 0 */
  readonly damping?: number;
}

/** Eigenvalues and eigenvectors, A v_j = values[j] · v_j. */
export interface Eigenpairs {
  /** the largest first, `[count]` */
  readonly values: Float64Array;
  /** orthonormal columns, `[D, count]` */
  readonly vectors: Matrix;
}
