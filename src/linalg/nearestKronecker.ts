/** The Kronecker product nearest to a matrix. */
import { ShapeError } from "../errors.ts";
import { stream } from "../random/streams.ts";
import { extremeEigenvalues } from "./estimators/extremeEigenvalues.ts";
import { KroneckerOperator } from "./kroneckerOperator.ts";
import type { Matrix } from "./matrix.ts";
import { norm } from "./vector.ts";

/**
 * The symmetric L `[m, m]` and R `[n, n]` that minimize ‖A − L ⊗ R‖_F for a symmetric A `[mn, mn]` (Van Loan & Pitsianis 1993):
 * the best approximation of rank one of A's blocks, each as a row. Positive semi-definite if A is; tr L ≥ 0, and both have
 * the same Frobenius norm. By Lanczos, always from the same random vectors, to 1e-12 of the largest squared singular
 * value. Throws {@link ShapeError} for sizes that do not multiply to A's.
 */
export function nearestKronecker(A: Matrix, m: number, n: number): KroneckerOperator {
  if (!(Number.isInteger(m) && Number.isInteger(n) && m >= 1 && m * n === A.rows)) {
    throw new ShapeError(
      `nearest Kronecker product: factors of ${m} × ${m} and ${n} × ${n} for a matrix of order ${A.rows}`,
    );
  }
  const toRight = (X: Float64Array): Float64Array => inner(A, X, m, n);
  const toLeft = (Y: Float64Array): Float64Array => outer(A, Y, m, n);
  // the smaller factor is the eigenvector, the other follows from it
  const [left, right] =
    m <= n ? leading(m, toRight, toLeft) : leading(n, toLeft, toRight).reverse();
  const size = Math.sqrt(norm(left) * norm(right));
  const sign = traceOf(left, m) < 0 ? -1 : 1;
  return new KroneckerOperator(balanced(left, m, sign * size), balanced(right, n, sign * size));
}

/** The leading symmetric X of unit norm, and its image Y: A ≈ X ⊗ Y. */
function leading(
  m: number,
  forward: (X: Float64Array) => Float64Array,
  back: (Y: Float64Array) => Float64Array,
): [Float64Array, Float64Array] {
  const { vectors } = extremeEigenvalues(
    // on symmetric matrices only: an indefinite A may be nearer to a product of antisymmetric ones
    {
      dimension: m * m,
      multiply: (X) => symmetric(back(forward(symmetric(X, m))), m),
    },
    stream(0, "nearest Kronecker product"),
    { tolerance: 1e-12 },
  );
  const X = symmetric(vectors.data, m);
  const length = norm(X);
  const unit = X.map((x) => (length > 0 ? x / length : 0));
  return [unit, forward(unit)];
}

/** X with norm |size|. */
function balanced(X: Float64Array, m: number, size: number): Matrix {
  const length = norm(X);
  return { rows: m, cols: m, data: X.map((x) => (length > 0 ? (size * x) / length : 0)) };
}

/** Σ_ik X_ik A_ik, `[n, n]`, over the m × m blocks A_ik. */
function inner({ data, cols }: Matrix, X: Float64Array, m: number, n: number): Float64Array {
  const Y = new Float64Array(n * n);
  for (let i = 0; i < m * n; i++) {
    const row = Math.floor(i / n) * m;
    for (let k = 0; k < m; k++) {
      const [x, from, to] = [X[row + k], i * cols + k * n, (i % n) * n];
      for (let l = 0; l < n; l++) Y[to + l] += x * data[from + l];
    }
  }
  return Y;
}

/** The inner products of the blocks with Y, `[m, m]`. */
function outer({ data, cols }: Matrix, Y: Float64Array, m: number, n: number): Float64Array {
  const X = new Float64Array(m * m);
  for (let i = 0; i < m * n; i++) {
    const row = Math.floor(i / n) * m;
    for (let k = 0; k < m; k++) {
      const [from, at] = [i * cols + k * n, (i % n) * n];
      let sum = 0;
      for (let l = 0; l < n; l++) sum += data[from + l] * Y[at + l];
      X[row + k] += sum;
    }
  }
  return X;
}

function symmetric(X: Float64Array, m: number): Float64Array {
  return X.map((x, t) => (x + X[(t % m) * m + Math.floor(t / m)]) / 2);
}

function traceOf(X: Float64Array, m: number): number {
  let sum = 0;
  for (let i = 0; i < m; i++) sum += X[i * (m + 1)];
  return sum;
}
