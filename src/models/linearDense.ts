/** The sums of a linear model over dense inputs, as matrix products of groups of rows. */
import { type Blocks, type Matrix, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { inputRows } from "./inputs.ts";
import { type Layout, pairWeight } from "./linearLayout.ts";

/** entries of a group of rows: 2 MiB, so that they stay in cache between scaling and product */
const GROUP = 2 ** 18;

/** W without the weights of the constant, `[M, P]` */
function slopes({ P, Q, M, first, constant }: Layout, theta: Float64Array): Matrix {
  if (constant < 0) return { rows: M, cols: P, data: theta };
  const W = zeros(M, P);
  for (let m = 0; m < M; m++) {
    W.data.set(theta.subarray(m * Q + first, m * Q + first + P), m * P);
  }
  return W;
}

/** X̃ Wᵀ, `[N, M]` */
export function forward(layout: Layout, theta: Float64Array, X: Matrix): Matrix {
  const { Q, M, constant } = layout;
  const F = zeros(X.rows, M);
  if (constant >= 0) {
    for (let i = 0; i < F.data.length; i++) F.data[i] = theta[(i % M) * Q + constant];
  }
  const W = slopes(layout, theta);
  if (M === 1) kernels().gemv(X, W.data, F.data, { beta: 1 });
  else kernels().gemm(X, W, F, { transB: true, beta: 1 });
  return F;
}

/** Uᵀ X̃ as a vector, `[D]` */
export function pullback({ P, Q, M, first, constant }: Layout, X: Matrix, U: Matrix): Float64Array {
  const G = zeros(M, P);
  if (M === 1) kernels().gemv(X, U.data, G.data, { transA: true });
  else kernels().gemm(U, X, G, { transA: true });
  if (constant < 0) return G.data;
  const gradient = new Float64Array(M * Q);
  for (let m = 0; m < M; m++) gradient.set(G.data.subarray(m * P, (m + 1) * P), m * Q + first);
  for (let i = 0; i < U.data.length; i++) gradient[(i % M) * Q + constant] += U.data[i];
  return gradient;
}

/** Writes scale · x̃_n to `out` from `offset` on. */
function writeRow(
  { P, first, constant }: Layout,
  X: Matrix,
  n: number,
  scale: number,
  out: Float64Array,
  offset: number,
): void {
  const from = n * P;
  const to = offset + first;
  for (let p = 0; p < P; p++) out[to + p] = scale * X.data[from + p];
  if (constant >= 0) out[offset + constant] = scale;
}

/** `[N · K, D]`, row n·K + k is S_nmk x̃_n in the columns of output m */
export function factorRows(layout: Layout, X: Matrix, S: Blocks): Matrix {
  const { Q, M } = layout;
  const { count: N, cols: K } = S;
  const D = M * Q;
  const rows = zeros(N * K, D);
  for (let n = 0; n < N; n++) {
    for (let m = 0; m < M; m++) {
      for (let k = 0; k < K; k++) {
        const s = S.data[(n * M + m) * K + k];
        writeRow(layout, X, n, s, rows.data, (n * K + k) * D + m * Q);
      }
    }
  }
  return rows;
}

/** Calls `visit` with consecutive samples of X, their factors and room for as many rows x̃. */
function eachGroup(
  { Q }: Layout,
  X: Matrix,
  visit: (X: Matrix, start: number, room: Matrix) => void,
): void {
  const size = Math.min(X.rows, Math.max(1, Math.floor(GROUP / Q)));
  const room = new Float64Array(size * Q);
  for (let start = 0; start < X.rows; start += size) {
    const end = Math.min(start + size, X.rows);
    const group = inputRows(X, start, end);
    visit(group, start, { rows: group.rows, cols: Q, data: room.subarray(0, group.rows * Q) });
  }
}

/**
 * The blocks (i, j) are Σ_n w_n x̃_n x̃_nᵀ with w = {@link pairWeight}: those on the diagonal have w ≥ 0 and are
 * symmetric products of √w x̃, the others have weights of any sign.
 */
export function gram(layout: Layout, X: Matrix, S: Blocks): Matrix {
  const { Q, M, constant } = layout;
  const D = M * Q;
  const result = zeros(D, D);
  const block = zeros(Q, Q);
  for (let i = 0; i < M; i++) {
    for (let j = 0; j <= i; j++) {
      block.data.fill(0);
      eachGroup(layout, X, (group, start, Z) => {
        const weigh = (n: number): number => pairWeight(S, start + n, i, j);
        const root = i === j;
        for (let n = 0; n < group.rows; n++) {
          writeRow(layout, group, n, root ? Math.sqrt(weigh(n)) : weigh(n), Z.data, n * Q);
        }
        if (root) kernels().syrk(Z, block, { transA: true, beta: 1 });
        else {
          const rows = constant < 0 ? group : withConstant(layout, group);
          kernels().gemm(rows, Z, block, { transA: true, beta: 1 });
        }
      });
      for (let a = 0; a < Q; a++) {
        for (let b = 0; b < Q; b++) {
          const value = block.data[a * Q + b];
          result.data[(i * Q + a) * D + j * Q + b] = value;
          result.data[(j * Q + b) * D + i * Q + a] = value;
        }
      }
    }
  }
  return result;
}

function withConstant(layout: Layout, X: Matrix): Matrix {
  const rows = zeros(X.rows, layout.Q);
  for (let n = 0; n < X.rows; n++) writeRow(layout, X, n, 1, rows.data, n * layout.Q);
  return rows;
}

/** Entry (m, q) is Σ_n w_n x̃_nq² with the weight of block (m, m), `[D]` */
export function gramDiagonal(layout: Layout, X: Matrix, S: Blocks): Float64Array {
  const { Q, M } = layout;
  const sum = zeros(M, Q);
  eachGroup(layout, X, (group, start, Z) => {
    const weights = zeros(group.rows, M);
    for (let n = 0; n < group.rows; n++) {
      for (let m = 0; m < M; m++) weights.data[n * M + m] = pairWeight(S, start + n, m, m);
      writeRow(layout, group, n, 1, Z.data, n * Q);
    }
    for (let t = 0; t < Z.data.length; t++) Z.data[t] *= Z.data[t];
    kernels().gemm(weights, Z, sum, { transA: true, beta: 1 });
  });
  return sum.data;
}
