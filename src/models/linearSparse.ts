/** The sums of a linear model over inputs in compressed rows: only nonzeros are visited. */
import { type Blocks, type Matrix, zeros } from "../linalg/matrix.ts";
import { mirrorLower } from "../linalg/plain.ts";
import type { SparseMatrix } from "../linalg/sparse.ts";
import { type Layout, pairWeight } from "./linearLayout.ts";

/** The nonzeros of x̃_n with ascending places in a row of W, in storage that the next row overwrites. */
class Row {
  readonly places: Int32Array;
  readonly values: Float64Array;
  length = 0;
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.places = new Int32Array(layout.Q);
    this.values = new Float64Array(layout.Q);
    this.#layout = layout;
  }

  read({ rowPointers, columns, values }: SparseMatrix, n: number): void {
    const { first, constant } = this.#layout;
    this.length = 0;
    if (constant === 0 && first === 1) this.#push(0, 1);
    for (let e = rowPointers[n]; e < rowPointers[n + 1]; e++) {
      this.#push(first + columns[e], values[e]);
    }
    if (constant >= 0 && first === 0) this.#push(constant, 1);
  }

  #push(place: number, value: number): void {
    this.places[this.length] = place;
    this.values[this.length++] = value;
  }
}

/** Calls `visit` with the nonzeros of each sample. */
function eachRow(layout: Layout, X: SparseMatrix, visit: (row: Row, n: number) => void): void {
  const row = new Row(layout);
  for (let n = 0; n < X.rows; n++) {
    row.read(X, n);
    visit(row, n);
  }
}

/** X̃ Wᵀ, `[N, M]` */
export function forward(layout: Layout, theta: Float64Array, X: SparseMatrix): Matrix {
  const { Q, M } = layout;
  const F = zeros(X.rows, M);
  eachRow(layout, X, ({ places, values, length }, n) => {
    for (let m = 0; m < M; m++) {
      let sum = 0;
      for (let a = 0; a < length; a++) sum += theta[m * Q + places[a]] * values[a];
      F.data[n * M + m] = sum;
    }
  });
  return F;
}

/** Uᵀ X̃ as a vector, `[D]` */
export function pullback(layout: Layout, X: SparseMatrix, U: Matrix): Float64Array {
  const { Q, M } = layout;
  const gradient = new Float64Array(M * Q);
  eachRow(layout, X, ({ places, values, length }, n) => {
    for (let m = 0; m < M; m++) {
      const u = U.data[n * M + m];
      for (let a = 0; a < length; a++) gradient[m * Q + places[a]] += u * values[a];
    }
  });
  return gradient;
}

/** `[N · K, D]`, row n·K + k is S_nmk x̃_n in the columns of output m */
export function factorRows(layout: Layout, X: SparseMatrix, S: Blocks): Matrix {
  const { Q, M } = layout;
  const { count: N, cols: K } = S;
  const D = M * Q;
  const rows = zeros(N * K, D);
  eachRow(layout, X, ({ places, values, length }, n) => {
    for (let m = 0; m < M; m++) {
      for (let k = 0; k < K; k++) {
        const s = S.data[(n * M + m) * K + k];
        const offset = (n * K + k) * D + m * Q;
        for (let a = 0; a < length; a++) rows.data[offset + places[a]] = s * values[a];
      }
    }
  });
  return rows;
}

/** Σ_n Σ_ij w_nij (e_i ⊗ x̃_n)(e_j ⊗ x̃_n)ᵀ with w = {@link pairWeight}, `[D, D]` */
export function gram(layout: Layout, X: SparseMatrix, S: Blocks): Matrix {
  const { Q, M } = layout;
  const D = M * Q;
  const result = zeros(D, D);
  const { data } = result;
  eachRow(layout, X, ({ places, values, length }, n) => {
    for (let i = 0; i < M; i++) {
      for (let j = 0; j <= i; j++) {
        const w = pairWeight(S, n, i, j);
        for (let a = 0; a < length; a++) {
          const scaled = w * values[a];
          const offset = (i * Q + places[a]) * D + j * Q;
          // within a diagonal block the lower triangle suffices
          const end = i === j ? a + 1 : length;
          for (let b = 0; b < end; b++) data[offset + places[b]] += scaled * values[b];
        }
      }
    }
  });
  mirrorLower(result);
  return result;
}

/** Entry (m, q) is Σ_n w_n x̃_nq² with the weight of block (m, m), `[D]` */
export function gramDiagonal(layout: Layout, X: SparseMatrix, S: Blocks): Float64Array {
  const { Q, M } = layout;
  const sum = new Float64Array(M * Q);
  eachRow(layout, X, ({ places, values, length }, n) => {
    for (let m = 0; m < M; m++) {
      const w = pairWeight(S, n, m, m);
      for (let a = 0; a < length; a++) sum[m * Q + places[a]] += w * values[a] * values[a];
    }
  });
  return sum;
}
