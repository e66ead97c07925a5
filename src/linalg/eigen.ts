/** Functions of symmetric matrices by their eigenvalues, and the generalized symmetric eigenproblem. */
import { NotPositiveDefiniteError, ShapeError } from "../errors.ts";
import { factorize } from "./factorization.ts";
import type { Eigen } from "./kernels.ts";
import { copy, type Matrix, requireLength, transpose, zeros } from "./matrix.ts";
import { kernels } from "./provider.ts";
import { requireSymmetric } from "./shapes.ts";

/** V f(Λ) Vᵀ, `[n, n]`, exactly symmetric, for f ≥ 0 on the eigenvalues. */
export function spectralMatrix({ values, vectors }: Eigen, f: (value: number) => number): Matrix {
  const n = values.length;
  const roots = values.map((value) => Math.sqrt(f(value)));
  const half = { ...vectors, data: vectors.data.map((v, t) => v * roots[t % n]) };
  const result = zeros(n, n);
  kernels().syrk(half, result);
  return result;
}

/** V f(Λ) Vᵀ v, `[n] → [n]`. Throws `ShapeError`. */
export function spectralProduct(
  { values, vectors }: Eigen,
  f: (value: number) => number,
  v: Float64Array,
): Float64Array {
  const n = values.length;
  requireLength(v.length, n, "vector of a spectral product");
  const coordinates = new Float64Array(n);
  kernels().gemv(vectors, v, coordinates, { transA: true });
  const result = new Float64Array(n);
  kernels().gemv(
    vectors,
    coordinates.map((c, i) => c * f(values[i])),
    result,
  );
  return result;
}

/** What rounding alone makes of a zero eigenvalue: n ε times the largest. */
function negligible(values: Float64Array): number {
  const n = values.length;
  const largest = n === 0 ? 0 : Math.max(Math.abs(values[0]), Math.abs(values[n - 1]));
  return n * Number.EPSILON * largest;
}

/**
 * The eigenvalues plus damping, all of them positive beyond rounding. Throws {@link NotPositiveDefiniteError}
 * with the index of the smallest otherwise.
 */
export function requirePositive({ values }: Eigen, damping = 0): void {
  if (values.length > 0 && !(values[0] + damping > negligible(values))) {
    throw new NotPositiveDefiniteError(
      `the matrix is not positive definite with damping ${damping}: its smallest eigenvalue is ${values[0]}, ` +
        `its largest ${values[values.length - 1]}`,
      0,
    );
  }
}

/**
 * The symmetric square root of a symmetric positive semi-definite A `[n, n]`. Eigenvalues that are negative by
 * rounding alone (above −n ε λ_max) count as zero. Throws {@link NotPositiveDefiniteError}, `DomainError`,
 * `ShapeError`.
 */
export function squareRoot(A: Matrix): Matrix {
  requireSymmetric(A, "matrix square root");
  const eigen = kernels().eigh(A);
  const [least = 0] = eigen.values;
  if (least < -negligible(eigen.values)) {
    throw new NotPositiveDefiniteError(
      `the matrix square root needs a positive semi-definite matrix, its smallest eigenvalue is ${least}`,
      0,
    );
  }
  return spectralMatrix(eigen, (value) => Math.sqrt(Math.max(0, value)));
}

/**
 * (A + damping · I)^(−1/2), symmetric, for a symmetric A `[n, n]`. Throws {@link NotPositiveDefiniteError} where
 * the damped matrix is not positive definite beyond rounding, `DomainError`, `ShapeError`.
 */
export function inverseSquareRoot(A: Matrix, { damping = 0 }: { damping?: number } = {}): Matrix {
  requireSymmetric(A, "inverse square root");
  const eigen = kernels().eigh(A);
  requirePositive(eigen, damping);
  return spectralMatrix(eigen, (value) => 1 / Math.sqrt(value + damping));
}

/**
 * A v = λ B v for symmetric A and symmetric positive definite B, both `[n, n]`, by the Cholesky factor of B (Golub
 * & Van Loan, 8.7): eigenvalues ascending, columns with Vᵀ B V = I and Vᵀ A V = diag(values). Throws
 * {@link NotPositiveDefiniteError} where B is not positive definite, `DomainError`, `ShapeError`.
 */
export function generalizedEigen(A: Matrix, B: Matrix): Eigen {
  const n = requireSymmetric(A, "generalized eigenproblem, A");
  if (requireSymmetric(B, "generalized eigenproblem, B") !== n) {
    throw new ShapeError(`generalized eigenproblem: A is ${n} × ${n}, B is ${B.rows} × ${B.cols}`);
  }
  const { lower } = positiveFactor(B);
  // L⁻¹ A L⁻ᵀ
  const half = copy(A);
  kernels().solveTriangular(lower, half);
  const C = transpose(half);
  kernels().solveTriangular(lower, C);
  const { values, vectors } = kernels().eigh(C);
  kernels().solveTriangular(lower, vectors, { transpose: true });
  return { values, vectors };
}

/** The eigenvalues of {@link generalizedEigen}, ascending. */
export function generalizedEigenvalues(A: Matrix, B: Matrix): Float64Array {
  return generalizedEigen(A, B).values;
}

function positiveFactor(B: Matrix): ReturnType<typeof factorize> {
  try {
    return factorize(B);
  } catch (error) {
    if (!(error instanceof NotPositiveDefiniteError)) throw error;
    throw new NotPositiveDefiniteError(
      `the generalized eigenproblem A v = λ B v needs a positive definite B: ${error.message}`,
      error.pivot,
    );
  }
}
