/** The triangular factor of X by Householder reflections, some rows at a time, and what it says about the rank. */
import { type Matrix, transpose, zeros } from "../linalg/matrix.ts";
import { singular } from "../linalg/singular.ts";

/**
 * R `[P, P]`, upper triangular with RᵀR = Σ w_n x_n x_nᵀ. Reflections never form that sum, so R is that of a matrix
 * whose every column differs from the given one by rounding alone (Golub & Van Loan, 5.2 and 6.5.2).
 */
export class SequentialQr {
  readonly factor: Matrix;

  constructor(columns: number) {
    this.factor = zeros(columns, columns);
  }

  /** Takes rows X `[n, P]` with weights `[n]`. */
  add(X: Matrix, weights?: Float64Array): void {
    const { data: R, cols: P } = this.factor;
    const block = transpose(X).data;
    const n = X.rows;
    if (weights) {
      for (let i = 0; i < n; i++) {
        const root = Math.sqrt(weights[i]);
        for (let j = 0; j < P; j++) block[j * n + i] *= root;
      }
    }
    for (let j = 0; j < P; j++) {
      // the vector (R_jj, block column j); all between is zero
      const own = j * n;
      let square = 0;
      for (let i = 0; i < n; i++) square += block[own + i] * block[own + i];
      if (square === 0) continue;
      const pivot = R[j * P + j];
      const norm = Math.sqrt(pivot * pivot + square);
      const first = pivot > 0 ? pivot + norm : pivot - norm;
      R[j * P + j] = pivot > 0 ? -norm : norm;
      // I − β v vᵀ with v = (first, block column j)
      const beta = 2 / (first * first + square);
      for (let k = j + 1; k < P; k++) {
        const other = k * n;
        let product = first * R[j * P + k];
        for (let i = 0; i < n; i++) product += block[own + i] * block[other + i];
        const factor = beta * product;
        R[j * P + k] -= factor * first;
        for (let i = 0; i < n; i++) block[other + i] -= factor * block[own + i];
      }
    }
  }
}

/** A column that is, to rounding, a combination of columns before it. */
export interface Dependency {
  readonly column: number;
  /** the others that take part, with their coefficients in units of the columns; empty for a column of zeros */
  readonly others: readonly { readonly column: number; readonly coefficient: number }[];
}

/**
 * Distance of a column from the span of those before it, relative to its length, below which it counts as dependent.
 * R's `lm` takes 1e-7 and drops a column of the NIST set Filip, whose least distance is above 1e-10.
 */
export const DEPENDENT = 1e-12;

/** The dependent columns, by the triangular factor of {@link SequentialQr}, from left to right. */
export function dependencies(R: Matrix, tolerance: number = DEPENDENT): Dependency[] {
  const P = R.cols;
  const norms = columnNorms(R);
  // columns as rows, of length 1
  const columns = transpose(R);
  for (let j = 0; j < P; j++) {
    for (let i = 0; i < P; i++) columns.data[j * P + i] /= norms[j] || 1;
  }
  const column = (j: number): Float64Array => columns.data.subarray(j * P, (j + 1) * P);
  const independent: number[] = [];
  const found: Dependency[] = [];
  for (let j = 0; j < P; j++) {
    const own = column(j);
    const k = independent.length;
    const rest = Math.hypot(...own.subarray(k));
    if (rest > tolerance) {
      reflect(column, j, k, P);
      independent.push(j);
      continue;
    }
    // back substitution: own = Σ c_i (column independent[i])
    const c = own.slice(0, k);
    for (let i = k - 1; i >= 0; i--) {
      for (let m = i + 1; m < k; m++) c[i] -= c[m] * column(independent[m])[i];
      c[i] /= column(independent[i])[i];
    }
    const others = independent
      .map((other, i) => ({
        column: other,
        coefficient: (c[i] * norms[j]) / norms[other],
        size: c[i],
      }))
      .filter(({ size }) => Math.abs(size) > 1e-6)
      .map(({ column, coefficient }) => ({ column, coefficient }));
    found.push({ column: j, others: norms[j] === 0 ? [] : others });
  }
  return found;
}

/** σ_max / σ_min of R with its columns scaled to length 1; Infinity where one is zero. */
export function scaledCondition(R: Matrix): number {
  const norms = columnNorms(R);
  if (norms.some((norm) => norm === 0)) return Infinity;
  const scaled = { ...R, data: R.data.map((value, t) => value / norms[t % R.cols]) };
  const { values } = singular(scaled);
  return values[0] / values[values.length - 1];
}

function columnNorms({ rows, cols, data }: Matrix): Float64Array {
  return Float64Array.from({ length: cols }, (_, j) => {
    let square = 0;
    for (let i = 0; i < rows; i++) square += data[i * cols + j] ** 2;
    return Math.sqrt(square);
  });
}

/** Reflects entries k, … of column j onto entry k, and the columns after it with it. */
function reflect(column: (j: number) => Float64Array, j: number, k: number, P: number): void {
  const own = column(j);
  const v = own.slice(k);
  const norm = Math.hypot(...v);
  v[0] += v[0] > 0 ? norm : -norm;
  let square = 0;
  for (const entry of v) square += entry * entry;
  for (let other = j; other < P; other++) {
    const values = column(other);
    let product = 0;
    for (let i = 0; i < v.length; i++) product += v[i] * values[k + i];
    const factor = (2 * product) / square;
    for (let i = 0; i < v.length; i++) values[k + i] -= factor * v[i];
  }
}
