/** Cholesky factorization and triangular solves, by blocks so that most of the work is a product. */
import { axpy, dot, multiply64 } from "./product";

const BLOCK: i32 = 48;

@inline function at(base: usize, index: i32): usize {
  return base + (<usize>index << 3);
}

/**
 * Overwrites the lower triangle of A `[n, n]` with L, A = L Lᵀ, and the upper one with zeros. Returns −1, or the
 * first pivot that is not a positive finite number (A is then half done). Work: as `multiply64`.
 */
export function cholesky(n: i32, A: usize, work: usize): i32 {
  for (let j = 0; j < n; j += BLOCK) {
    const nb = min(BLOCK, n - j);
    if (j > 0) {
      // Rows below and including the block lose what the columns already done explain.
      const done = at(A, j * n);
      multiply64(n - j, nb, j, -1, done, n, 1, done, 1, n, at(A, j * n + j), n, true, work);
    }
    for (let i = j; i < n; i++) {
      const row = at(A, i * n + j);
      const end = min(i, j + nb);
      for (let c = j; c < end; c++) {
        const pivot = at(A, c * n + j);
        const value = load<f64>(at(row, c - j)) - dot(row, pivot, c - j);
        store<f64>(at(row, c - j), value / load<f64>(at(pivot, c - j)));
      }
      if (i < j + nb) {
        const value = load<f64>(at(row, i - j)) - dot(row, row, i - j);
        if (!(value > 0 && value < Infinity)) return i;
        store<f64>(at(row, i - j), Math.sqrt(value));
        memory.fill(at(A, i * n + i + 1), 0, <usize>(n - i - 1) << 3);
      }
    }
  }
  return -1;
}

/** B ← L⁻¹ B for L `[n, n]` lower triangular and B `[n, k]`. Work: as `multiply64`. */
export function solveLower(n: i32, k: i32, L: usize, B: usize, work: usize): void {
  for (let j = 0; j < n; j += BLOCK) {
    const end = min(j + BLOCK, n);
    if (j > 0) {
      multiply64(end - j, k, j, -1, at(L, j * n), n, 1, B, k, 1, at(B, j * k), k, false, work);
    }
    for (let i = j; i < end; i++) {
      const row = at(B, i * k);
      for (let p = j; p < i; p++) axpy(-load<f64>(at(L, i * n + p)), at(B, p * k), row, k);
      divide(row, k, load<f64>(at(L, i * n + i)));
    }
  }
}

/** B ← L⁻ᵀ B. Work: as `multiply64`. */
export function solveLowerTransposed(n: i32, k: i32, L: usize, B: usize, work: usize): void {
  for (let j = (n - 1) / BLOCK * BLOCK; j >= 0; j -= BLOCK) {
    const end = min(j + BLOCK, n);
    if (end < n) {
      const below = at(L, end * n + j);
      multiply64(
        end - j, k, n - end, -1, below, 1, n, at(B, end * k), k, 1, at(B, j * k), k, false, work,
      );
    }
    for (let i = end - 1; i >= j; i--) {
      const row = at(B, i * k);
      for (let p = i + 1; p < end; p++) axpy(-load<f64>(at(L, p * n + i)), at(B, p * k), row, k);
      divide(row, k, load<f64>(at(L, i * n + i)));
    }
  }
}

function divide(x: usize, n: i32, by: f64): void {
  for (let i = 0; i < n; i++) store<f64>(at(x, i), load<f64>(at(x, i)) / by);
}
