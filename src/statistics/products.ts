/** Weighted sums of outer products of the rows of X: where the time of a scoring pass goes. */
import { type Matrix, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { borrowRows, returnRows, type WeightedRows } from "../linalg/weightedRows.ts";

/** Doubles of some rows and of their weighted copy: both stay in the second-level cache. */
const CACHED = 49_152;

/** Columns from which half the multiplications of `syrk` outweigh its handling of triangles. */
const WIDE = 64;

/**
 * Accumulates G_k = Σ_n W_nk x_n x_nᵀ for k < K and s_l = Σ_n S_nl x_n for l < L, L ≤ K or K = 0. The rows come in
 * pieces of at most {@link capacity}: {@link load}, then {@link add}; after the last one {@link finish}.
 *
 * Below 64 columns one product of [W_nk x_n, S_nk] with x_n gives both sums, in half the time of the `dsyrk` of
 * OpenBLAS for 20 columns; the rest of a scoring pass fits into what is saved.
 */
export class WeightedProducts {
  readonly columns: number;
  /** K */
  readonly weights: number;
  /** L */
  readonly vectors: number;
  /** rows that {@link load} takes at once */
  readonly capacity: number;
  readonly #rows: WeightedRows;
  readonly #totals: Matrix[];
  readonly #sums: Float64Array[];
  readonly #symmetric: boolean;
  #loaded: Matrix;

  /** `definite`: no weight is negative */
  constructor(columns: number, weights: number, vectors: number, definite = true) {
    this.columns = columns;
    this.weights = weights;
    this.vectors = vectors;
    this.capacity = Math.min(2048, Math.max(16, Math.floor(CACHED / columns / 2)));
    this.#rows = borrowRows(this.capacity, columns);
    this.#symmetric = definite && columns >= WIDE;
    const side = columns + 1;
    this.#totals = Array.from({ length: weights }, () =>
      zeros(side, this.#symmetric ? side : columns),
    );
    this.#sums = Array.from({ length: vectors }, () => new Float64Array(columns));
    this.#loaded = zeros(0, columns);
  }

  /** Takes at most {@link capacity} rows X `[n, P]`, and returns them where they are faster to read. */
  load(X: Matrix): Matrix {
    this.#loaded = this.#rows.load(X);
    return this.#loaded;
  }

  /** X θ of the loaded rows, `[n]`, until the next call. */
  multiply(theta: Float64Array): Float64Array {
    return this.#rows.multiply(this.#loaded.rows, theta);
  }

  /** The largest |x| of each column of the loaded rows, `[P]`, NaN where there is one, until the next call. */
  largest(): Float64Array {
    return this.#rows.largest(this.#loaded.rows);
  }

  /** Adds the loaded rows with weights W `[n, K]` and S `[n, L]`, which may be longer. */
  add(W: Float64Array, S: Float64Array): void {
    const { weights: K, vectors: L } = this;
    const { weights, last } = this.#rows;
    const n = this.#loaded.rows;
    for (let k = 0; k < K; k++) {
      pick(W, K, k, n, weights);
      if (this.#symmetric) {
        for (let i = 0; i < n; i++) weights[i] = Math.sqrt(weights[i]);
        last.fill(0, 0, n);
        kernels().syrk(this.#rows.panel(n), this.#totals[k], { transA: true, beta: 1 });
        continue;
      }
      if (k < L) pick(S, L, k, n, last);
      else last.fill(0, 0, n);
      kernels().gemm(this.#rows.panel(n), this.#loaded, this.#totals[k], { transA: true, beta: 1 });
    }
    if (K > 0 && !this.#symmetric) return;
    for (let l = 0; l < L; l++) {
      pick(S, L, l, n, last);
      const sum = this.#sums[l];
      const part = this.#rows.sum(n);
      for (let j = 0; j < sum.length; j++) sum[j] += part[j];
    }
  }

  /** To be called after the last {@link add}; the sums stay. */
  finish(): void {
    returnRows(this.#rows);
  }

  /** G_k `[P, P]`, exactly symmetric */
  gram(k: number): Matrix {
    const { columns: P } = this;
    const { data, cols } = this.#totals[k];
    const G = zeros(P, P);
    for (let i = 0; i < P; i++) {
      for (let j = 0; j <= i; j++) {
        const value = 0.5 * (data[i * cols + j] + data[j * cols + i]);
        G.data[i * P + j] = value;
        G.data[j * P + i] = value;
      }
    }
    return G;
  }

  /** s_l `[P]` */
  vector(l: number): Float64Array {
    const { columns: P } = this;
    if (this.weights === 0 || this.#symmetric) return this.#sums[l].slice();
    return this.#totals[l].data.slice(P * P, (P + 1) * P);
  }
}

/** Column k of A `[n, K]`. */
function pick(A: Float64Array, K: number, k: number, n: number, to: Float64Array): void {
  if (K === 1) to.set(A.subarray(0, n));
  else for (let i = 0; i < n; i++) to[i] = A[i * K + k];
}
