/** Weighted sums of outer products of the rows of X: where the time of a scoring pass goes. */
import type { Matrix } from "../linalg/matrix.ts";
import { zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";

/** Doubles of the weighted copy of some rows: it stays in the second-level cache. */
const PANEL = 24_576;

/** Columns from which half the multiplications of `syrk` outweigh its handling of triangles. */
const WIDE = 64;

/**
 * Accumulates G_k = Σ_n W_nk x_n x_nᵀ for k < K and s_l = Σ_n S_nl x_n for l < L.
 *
 * Up to 64 columns one product does it all: of the panel with the rows [W_n1 x_n, …, W_nK x_n, S_n] and of X, some
 * rows at a time. For 20 columns that takes half the time of a `dsyrk` (OpenBLAS), which pays for the weighting.
 */
export class WeightedProducts {
  readonly columns: number;
  readonly weights: number;
  readonly vectors: number;
  readonly #total: Matrix;
  readonly #panel: Float64Array;
  readonly #rows: number;
  readonly #symmetric: boolean;

  /** `definite`: no weight is negative */
  constructor(columns: number, weights: number, vectors: number, definite = true) {
    this.columns = columns;
    this.weights = weights;
    this.vectors = vectors;
    this.#symmetric = definite && columns >= WIDE;
    this.#total = zeros(weights * columns + vectors, columns);
    const width = this.#symmetric ? columns : weights * columns + vectors;
    this.#rows = Math.max(16, Math.floor(PANEL / width));
    this.#panel = new Float64Array(this.#rows * width);
  }

  /** X `[n, P]`, W `[n, K]`, S `[n, L]`; the latter two may be longer. */
  add(X: Matrix, W: Float64Array, S: Float64Array): void {
    for (let start = 0; start < X.rows; start += this.#rows) {
      const end = Math.min(X.rows, start + this.#rows);
      const block = {
        rows: end - start,
        cols: X.cols,
        data: X.data.subarray(start * X.cols, end * X.cols),
      };
      if (this.#symmetric) this.#addSymmetric(block, W, S, start);
      else this.#addPanel(block, W, S, start);
    }
  }

  /** G_k `[P, P]`, exactly symmetric */
  gram(k: number): Matrix {
    const { columns: P } = this;
    const G = zeros(P, P);
    const { data } = this.#total;
    const from = k * P * P;
    for (let i = 0; i < P; i++) {
      for (let j = 0; j <= i; j++) {
        const value = 0.5 * (data[from + i * P + j] + data[from + j * P + i]);
        G.data[i * P + j] = value;
        G.data[j * P + i] = value;
      }
    }
    return G;
  }

  /** s_l `[P]` */
  vector(l: number): Float64Array {
    const start = (this.weights * this.columns + l) * this.columns;
    return this.#total.data.slice(start, start + this.columns);
  }

  #addPanel(X: Matrix, W: Float64Array, S: Float64Array, start: number): void {
    const { weights: K, vectors: L } = this;
    const { rows, cols: P, data } = X;
    const panel = this.#panel;
    let t = 0;
    for (let n = 0; n < rows; n++) {
      const row = n * P;
      const w = (start + n) * K;
      for (let k = 0; k < K; k++) {
        const weight = W[w + k];
        for (let j = 0; j < P; j++) panel[t + j] = weight * data[row + j];
        t += P;
      }
      const s = (start + n) * L;
      for (let l = 0; l < L; l++) panel[t++] = S[s + l];
    }
    const cols = K * P + L;
    kernels().gemm({ rows, cols, data: panel.subarray(0, t) }, X, this.#total, {
      transA: true,
      beta: 1,
    });
  }

  #addSymmetric(X: Matrix, W: Float64Array, S: Float64Array, start: number): void {
    const { weights: K, vectors: L, columns: P } = this;
    const { rows, data } = X;
    const panel = this.#panel.subarray(0, rows * P);
    for (let k = 0; k < K; k++) {
      for (let n = 0, t = 0; n < rows; n++) {
        const root = Math.sqrt(W[(start + n) * K + k]);
        for (let j = 0; j < P; j++, t++) panel[t] = root * data[t];
      }
      const total = this.#total.data.subarray(k * P * P, (k + 1) * P * P);
      const G = { rows: P, cols: P, data: total };
      kernels().syrk({ rows, cols: P, data: panel }, G, { transA: true, beta: 1 });
    }
    const vector = new Float64Array(rows);
    for (let l = 0; l < L; l++) {
      for (let n = 0; n < rows; n++) vector[n] = S[(start + n) * L + l];
      const from = (K * P + l) * P;
      const total = this.#total.data.subarray(from, from + P);
      kernels().gemv(X, vector, total, { transA: true, beta: 1 });
    }
  }
}
