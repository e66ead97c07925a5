/**
 * Coordinates in which a linear model is cheap and well conditioned. With X = B Tᵀ, B `[N, d]` of full
 * column rank, the outputs Xθ = Bη depend on η = Tᵀθ alone, and a damped step in θ is a step in η:
 *
 *     (Xᵀ W X + λI)⁻¹ Xᵀ r = T K⁻¹ z   with   (Bᵀ W B + λ K⁻¹) z = Bᵀ r,   K = TᵀT,
 *
 * so that θ ← θ − γδ moves η by −γz (the natural gradient does not depend on coordinates; the damping
 * λI does, and becomes λK⁻¹). Nothing is approximated, null directions of X are gone, and steps have
 * the length ‖δ‖² = zᵀK⁻¹z. Everything here is computed by the WebAssembly kernels, whatever the provider:
 * a grid search then gives the same bits on every machine.
 */

import { identity, type Matrix, zeros } from "../../linalg/matrix.ts";
import { wasmKernels } from "../../linalg/provider.ts";
import { singular } from "../../linalg/singular.ts";
import type { SparseMatrix } from "../../linalg/sparse.ts";

export interface Reduction<B extends Matrix | SparseMatrix = Matrix | SparseMatrix> {
  /** B `[N, d]` */
  readonly basis: B;
  /** K = TᵀT `[d, d]` */
  readonly gram: Matrix;
  /** K⁻¹ `[d, d]` */
  readonly metric: Matrix;
}

/**
 * The basis of left singular vectors, scaled so that BᵀB = N·I: then K and K⁻¹ are diagonal, with the
 * eigenvalues of XᵀX/N. Singular values below `max(N, D) ε` of the largest count as zero.
 */
export function orthogonalReduction(X: Matrix): Reduction<Matrix> {
  const { values, left } = singular(X);
  const cutoff = Math.max(X.rows, X.cols) * Number.EPSILON * values[0];
  const d = values.filter((s) => s > cutoff).length;
  const scale = Math.sqrt(X.rows);
  const basis = zeros(X.rows, d);
  for (let n = 0; n < X.rows; n++) {
    for (let j = 0; j < d; j++) basis.data[n * d + j] = scale * left.data[n * X.cols + j];
  }
  const gram = zeros(d, d);
  const metric = zeros(d, d);
  for (let j = 0; j < d; j++) {
    const eigenvalue = (values[j] / scale) ** 2;
    gram.data[j * (d + 1)] = eigenvalue;
    metric.data[j * (d + 1)] = 1 / eigenvalue;
  }
  return { basis, gram, metric };
}

/** A column counts as dependent when less than this share of its squared length is left. */
const DEPENDENT = 1e-10;

/**
 * The basis of X's own sparsest independent columns: columns are taken in the order of their nonzeros,
 * each that depends on those before it is left out. Of indicator columns that sum to one, the fullest
 * goes, which more than halves the nonzeros of a row and their pairs.
 */
export function sparseReduction(X: SparseMatrix): Reduction<SparseMatrix> {
  const { chosen, coefficients } = independentColumns(X);
  const d = chosen.length;
  const place = new Int32Array(X.cols).fill(-1);
  chosen.forEach((column, j) => {
    place[column] = j;
  });
  const basis = selectColumns(X, place, d);
  // T has a unit row for each chosen column, and the coefficients for each dependent one.
  const T = zeros(X.cols, d);
  for (let c = 0; c < X.cols; c++) {
    if (place[c] >= 0) T.data[c * d + place[c]] = 1;
    else T.data.set(coefficients[c], c * d);
  }
  const gram = zeros(d, d);
  wasmKernels().syrk(T, gram, { transA: true });
  return { basis, gram, metric: inverse(gram) };
}

function independentColumns(X: SparseMatrix): {
  chosen: number[];
  coefficients: Float64Array[];
} {
  const P = X.cols;
  const gram = sparseGram(X);
  const counts = new Int32Array(P);
  for (const c of X.columns) counts[c]++;
  const order = Array.from({ length: P }, (_, c) => c).sort(
    (a, b) => counts[a] - counts[b] || a - b,
  );
  const chosen: number[] = [];
  /** rows of the Cholesky factor of the chosen columns' Gram matrix */
  const factor: Float64Array[] = [];
  const coefficients: Float64Array[] = [];
  for (const c of order) {
    const l = new Float64Array(chosen.length + 1);
    let left = gram.data[c * P + c];
    for (let i = 0; i < chosen.length; i++) {
      let s = gram.data[c * P + chosen[i]];
      for (let k = 0; k < i; k++) s -= factor[i][k] * l[k];
      l[i] = s / factor[i][i];
      left -= l[i] * l[i];
    }
    if (left > DEPENDENT * gram.data[c * P + c]) {
      l[chosen.length] = Math.sqrt(left);
      factor.push(l);
      chosen.push(c);
    } else {
      coefficients[c] = backSubstitute(factor, l);
    }
  }
  return { chosen, coefficients };
}

/** Solves Lᵀ x = l for the rows of L and the leading entries of l. */
function backSubstitute(L: Float64Array[], l: Float64Array): Float64Array {
  const x = l.slice(0, L.length);
  for (let i = L.length - 1; i >= 0; i--) {
    x[i] /= L[i][i];
    for (let k = 0; k < i; k++) x[k] -= L[i][k] * x[i];
  }
  return x;
}

function sparseGram(X: SparseMatrix): Matrix {
  const P = X.cols;
  const gram = zeros(P, P);
  for (let n = 0; n < X.rows; n++) {
    for (let p = X.rowPointers[n]; p < X.rowPointers[n + 1]; p++) {
      for (let q = X.rowPointers[n]; q < X.rowPointers[n + 1]; q++) {
        gram.data[X.columns[p] * P + X.columns[q]] += X.values[p] * X.values[q];
      }
    }
  }
  return gram;
}

function selectColumns(X: SparseMatrix, place: Int32Array, cols: number): SparseMatrix {
  const rowPointers = new Int32Array(X.rows + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let n = 0; n < X.rows; n++) {
    for (let p = X.rowPointers[n]; p < X.rowPointers[n + 1]; p++) {
      if (place[X.columns[p]] < 0) continue;
      columns.push(place[X.columns[p]]);
      values.push(X.values[p]);
    }
    rowPointers[n + 1] = columns.length;
  }
  return {
    kind: "csr",
    rows: X.rows,
    cols,
    rowPointers,
    columns: Int32Array.from(columns),
    values: Float64Array.from(values),
  };
}

function inverse(A: Matrix): Matrix {
  const L = { ...A, data: A.data.slice() };
  wasmKernels().cholesky(L);
  const I = identity(A.rows);
  wasmKernels().solveTriangular(L, I);
  wasmKernels().solveTriangular(L, I, { transpose: true });
  return I;
}
