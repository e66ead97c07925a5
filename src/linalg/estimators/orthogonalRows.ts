/** Orthonormal bases of what few vectors span, and what remains of them where one vector is left out. */
import { orthogonalize } from "../lanczos.ts";
import { type Matrix, zeros } from "../matrix.ts";
import { kernels } from "../provider.ts";
import { singular } from "../singular.ts";
import { dot, norm } from "../vector.ts";
import { row } from "./products.ts";

/** A vector whose distance from those before is less than this, relative to its length and times √D, adds nothing. */
const DEPENDENT = 8 * Number.EPSILON;
/** How near to 1 a leverage counts as 1. */
const ALONE = 1e-8;

/** Orthonormal rows `[r, D]` that span the rows of Y `[k, D]`, r ≤ k. */
export function orthonormalRows(Y: Matrix): Matrix {
  const D = Y.cols;
  const basis: Float64Array[] = [];
  for (let i = 0; i < Y.rows; i++) {
    const q = row(Y, i).slice();
    const before = norm(q);
    const after = orthogonalize(q, basis);
    if (after > DEPENDENT * Math.sqrt(D) * before) basis.push(q.map((x) => x / after));
  }
  const Q = zeros(basis.length, D);
  basis.forEach((q, i) => {
    row(Q, i).set(q);
  });
  return Q;
}

/** A Bᵀ, `[m, D]` and `[n, D]` → `[m, n]`: the inner products of rows. */
export function rowProducts(A: Matrix, B: Matrix): Matrix {
  const C = zeros(A.rows, B.rows);
  if (C.data.length > 0) kernels().gemm(A, B, C, { transB: true });
  return C;
}

/**
 * For the coordinates R `[k, r]` (rows: vector i in an orthonormal basis that all of them span) the unit vectors s_i
 * `[k, r]`, by rows, that are orthogonal to every vector but i: the others span the complement of s_i (a column of
 * R⁻ᵀ in Epperly, Tropp & Webber 2024, where R is invertible). Zero where the others span everything, which shows in
 * a leverage of vector i below 1.
 */
export function leftOut(R: Matrix): Matrix {
  const { rows: k, cols: r } = R;
  // R = U Σ Vᵀ: s_i ∝ (RᵀR)⁻¹ Rᵀ e_i = V Σ⁻¹ Uᵀ e_i, and the leverage is ‖Uᵀ e_i‖².
  const { values, left, right } = singular(R);
  const S = zeros(k, r);
  for (let i = 0; i < k; i++) {
    const u = row(left, i);
    if (dot(u, u) < 1 - ALONE) continue;
    const s = row(S, i);
    for (let j = 0; j < r; j++) axpyColumn(u[j] / values[j], right, j, s);
    const length = norm(s);
    for (let j = 0; j < r; j++) s[j] /= length;
  }
  return S;
}

function axpyColumn(a: number, V: Matrix, j: number, s: Float64Array): void {
  for (let i = 0; i < s.length; i++) s[i] += a * V.data[i * V.cols + j];
}
