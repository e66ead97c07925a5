/** The Cholesky factorization as an object, for everything that is solved more than once. */
import { NotPositiveDefiniteError } from "../errors.ts";
import { copy, identity, type Matrix, matrix, requireLength, zeros } from "./matrix.ts";
import { kernels } from "./provider.ts";
import { lowerTriangleMax, requireDamping, squareSize } from "./shapes.ts";

/** A + damping · I = L Lᵀ. */
export class Cholesky {
  readonly dimension: number;
  /** L `[n, n]`, zeros above the diagonal */
  readonly lower: Matrix;

  constructor(lower: Matrix) {
    this.dimension = lower.rows;
    this.lower = lower;
  }

  /** (A + damping · I)⁻¹ b, `[n] → [n]` */
  solve(b: Float64Array): Float64Array {
    requireLength(b.length, this.dimension, "right-hand side");
    return this.solveMany(matrix(this.dimension, 1, b)).data;
  }

  /** (A + damping · I)⁻¹ B, `[n, k] → [n, k]`. Throws `ShapeError`. */
  solveMany(B: Matrix): Matrix {
    const X = copy(B);
    kernels().solveTriangular(this.lower, X);
    kernels().solveTriangular(this.lower, X, { transpose: true });
    return X;
  }

  /** L⁻¹ b, `[n] → [n]`: its squared norm is bᵀ (A + damping · I)⁻¹ b. */
  whiten(b: Float64Array): Float64Array {
    const x = copy(matrix(this.dimension, 1, b));
    kernels().solveTriangular(this.lower, x);
    return x.data;
  }

  /** (A + damping · I)⁻¹, `[n, n]`, exactly symmetric. Prefer {@link solve} where it does. */
  inverse(): Matrix {
    const W = identity(this.dimension);
    kernels().solveTriangular(this.lower, W);
    const inverse = zeros(this.dimension, this.dimension);
    kernels().syrk(W, inverse, { transA: true });
    return inverse;
  }

  /** log det(A + damping · I) */
  logDeterminant(): number {
    const n = this.dimension;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.log(this.lower.data[i * (n + 1)]);
    return 2 * sum;
  }
}

/**
 * Factors A + damping · I for a symmetric A `[n, n]` (lower triangle read, A kept). Throws
 * {@link NotPositiveDefiniteError} with the pivot, the damping and what to do; `DomainError` for entries that
 * are not finite or a negative damping; `ShapeError`.
 *
 * @example
 * factorize(fromRows([[4, 2], [2, 10]])).solve(Float64Array.of(6, 12)); // [1, 1]
 */
export function factorize(A: Matrix, { damping = 0 }: { damping?: number } = {}): Cholesky {
  const n = squareSize(A, "Cholesky factorization");
  requireDamping(damping);
  const max = lowerTriangleMax(A, "Cholesky factorization");
  const L = copy(A);
  for (let i = 0; i < n; i++) L.data[i * (n + 1)] += damping;
  const pivot = firstBadPivot(A, L, damping);
  if (pivot < 0) return new Cholesky(L);
  // What rounding alone can turn negative.
  const least = (n * Number.EPSILON * max).toPrecision(1);
  throw new NotPositiveDefiniteError(
    `the ${n} × ${n} matrix is not positive definite with damping ${damping}: pivot ${pivot} ` +
      "(counted from 0) is not positive, or no more than rounding. If the matrix should be positive " +
      `semi-definite, its row ${pivot} depends on the rows before: use a damping above ${least}, add a ` +
      "prior, or drop dependent parameters; an indefinite matrix (a Hessian) needs a damping above −λ_min",
    pivot,
  );
}

/**
 * Factors L in place; the first pivot that is not positive, or so small beside its diagonal entry that it is what
 * rounding leaves of zero (dependent rows would otherwise be solved into garbage of size 1/ε); −1 if all are good.
 */
function firstBadPivot(A: Matrix, L: Matrix, damping: number): number {
  const n = A.rows;
  try {
    kernels().cholesky(L);
  } catch (error) {
    if (error instanceof NotPositiveDefiniteError) return error.pivot;
    throw error;
  }
  for (let i = 0; i < n; i++) {
    const place = i * (n + 1);
    if (L.data[place] ** 2 <= n * Number.EPSILON * (A.data[place] + damping)) return i;
  }
  return -1;
}
