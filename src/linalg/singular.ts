/** Singular values and right singular vectors by one-sided Jacobi rotations (Demmel & Veselić 1992). */
import { ConvergenceError } from "../errors.ts";
import { copy, identity, type Matrix, requireFinite, transpose } from "./matrix.ts";

/** A = U diag(values) Vᵀ */
export interface Singular {
  /** descending, `[D]`; zero where A has no full column rank */
  readonly values: Float64Array;
  /** `[N, D]`, orthonormal columns; a column of a zero value is zero */
  readonly left: Matrix;
  /** `[D, D]`, orthonormal columns */
  readonly right: Matrix;
}

const SWEEPS = 60;

/**
 * The thin singular value decomposition of A `[N, D]`, N ≥ D small. Columns are rotated until they are
 * orthogonal to working precision, so small singular values are as exact as the columns' scaling allows:
 * the eigenvalues of AᵀA would lose everything below √ε of the largest. Throws `DomainError` for
 * an entry that is not finite, {@link ConvergenceError} after 60 sweeps.
 *
 * @example
 * const { values } = singular(fromRows([[3, 0], [0, 4]])); // [4, 3]
 */
export function singular(A: Matrix): Singular {
  requireFinite(A.data, "matrix to decompose");
  // Columns as contiguous rows.
  const columns = transpose(A);
  const rotations = identity(A.cols);
  const { rows: D, cols: N } = columns;
  const tolerance = Number.EPSILON * Math.sqrt(N);
  let sweep = 0;
  for (let rotated = true; rotated; sweep++) {
    if (sweep === SWEEPS) {
      throw new ConvergenceError(`singular values did not converge in ${SWEEPS} sweeps`);
    }
    rotated = false;
    for (let p = 0; p < D - 1; p++) {
      for (let q = p + 1; q < D; q++) {
        if (orthogonalize(columns, rotations, p, q, tolerance)) rotated = true;
      }
    }
  }
  const norms = Float64Array.from({ length: D }, (_, j) =>
    Math.sqrt(columns.data.subarray(j * N, (j + 1) * N).reduce((s, x) => s + x * x, 0)),
  );
  const order = Array.from(norms.keys()).sort((a, b) => norms[b] - norms[a]);
  return sorted(columns, rotations, norms, order);
}

/** One rotation of columns p and q; false if they are orthogonal already. */
function orthogonalize(
  columns: Matrix,
  rotations: Matrix,
  p: number,
  q: number,
  tolerance: number,
): boolean {
  const N = columns.cols;
  let a = 0;
  let b = 0;
  let c = 0;
  for (let n = 0; n < N; n++) {
    const x = columns.data[p * N + n];
    const y = columns.data[q * N + n];
    a += x * x;
    b += y * y;
    c += x * y;
  }
  if (Math.abs(c) <= tolerance * Math.sqrt(a) * Math.sqrt(b)) return false;
  const zeta = (b - a) / (2 * c);
  const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, t);
  rotate(columns, p, q, cosine, cosine * t);
  rotate(rotations, p, q, cosine, cosine * t);
  return true;
}

function rotate(rows: Matrix, p: number, q: number, cosine: number, sine: number): void {
  const { cols, data } = rows;
  for (let n = 0; n < cols; n++) {
    const x = data[p * cols + n];
    const y = data[q * cols + n];
    data[p * cols + n] = cosine * x - sine * y;
    data[q * cols + n] = sine * x + cosine * y;
  }
}

function sorted(
  columns: Matrix,
  rotations: Matrix,
  norms: Float64Array,
  order: number[],
): Singular {
  const { rows: D, cols: N } = columns;
  const left = copy(columns);
  const right = copy(rotations);
  const values = Float64Array.from(order, (j) => norms[j]);
  order.forEach((from, to) => {
    for (let n = 0; n < N; n++) {
      left.data[to * N + n] = norms[from] > 0 ? columns.data[from * N + n] / norms[from] : 0;
    }
    right.data.set(rotations.data.subarray(from * D, (from + 1) * D), to * D);
  });
  return { values, left: transpose(left), right: transpose(right) };
}
