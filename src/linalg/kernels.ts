/**
 * The dense kernels that everything above is written with, and what a provider of them must offer.
 * Two providers exist: the system's BLAS/LAPACK (`native.ts`, Node only) and our own WebAssembly
 * (`wasm.ts`, everywhere). All matrices are row-major; outputs must not alias inputs unless stated. All throw
 * `ShapeError` where shapes, lengths or element types do not agree.
 */
import type { Matrix, Reals } from "./matrix.ts";

/** Which provider this is, for `natgrad doctor` and for the provenance of every result file. */
export interface ProviderInfo {
  readonly name: "native" | "wasm";
  /** e.g. "OpenBLAS 0.3.21 (libopenblas.so.0, Zen)" or "natgrad WebAssembly SIMD" */
  readonly library: string;
  readonly threads: number;
}

/** The eigendecomposition A = V diag(values) Vᵀ of a symmetric matrix. */
export interface Eigen {
  /** ascending, `[n]` */
  readonly values: Float64Array;
  /** `[n, n]`; column j belongs to `values[j]`, columns are orthonormal */
  readonly vectors: Matrix;
}

export interface Kernels {
  readonly info: ProviderInfo;
  /** C ← alpha · op(A) op(B) + beta · C, where op transposes if asked. `[m, k] · [k, n] → [m, n]`. */
  gemm<T extends Reals>(
    A: Matrix<T>,
    B: Matrix<T>,
    C: Matrix<T>,
    options?: { transA?: boolean; transB?: boolean; alpha?: number; beta?: number },
  ): void;
  /**
   * C ← alpha · A Aᵀ + beta · C (`transA`: AᵀA), both triangles of C filled. A C that is added to is symmetric:
   * only its lower triangle is read.
   */
  syrk<T extends Reals>(
    A: Matrix<T>,
    C: Matrix<T>,
    options?: { transA?: boolean; alpha?: number; beta?: number },
  ): void;
  /** y ← alpha · op(A) x + beta · y. */
  gemv<T extends Reals>(
    A: Matrix<T>,
    x: T,
    y: T,
    options?: { transA?: boolean; alpha?: number; beta?: number },
  ): void;
  /**
   * Overwrites the symmetric A (only its lower triangle is read) with its lower Cholesky factor L,
   * A = L Lᵀ, zeros above the diagonal. Throws `NotPositiveDefiniteError` with the failing pivot, which may be a
   * NaN; what A then holds is undefined.
   */
  cholesky(A: Matrix): void;
  /**
   * B ← op(L)⁻¹ B for a lower triangular L `[n, n]` (what is above its diagonal is not read) and B `[n, k]`, in
   * place. Throws `DomainError` for a zero on the diagonal.
   */
  solveTriangular(L: Matrix, B: Matrix, options?: { transpose?: boolean }): void;
  /**
   * Eigenvalues and eigenvectors of the symmetric A (lower triangle read, A kept). Throws `DomainError` for an entry
   * that is not finite, `ConvergenceError` where the iteration fails.
   */
  eigh(A: Matrix): Eigen;
}
