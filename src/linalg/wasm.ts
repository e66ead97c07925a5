/**
 * The kernels in our own WebAssembly (`assembly/dense.ts`): the same results everywhere, in Node and in browsers.
 * Compiled at first use, synchronously; operands are copied in and results out, block by block.
 */
import { ConvergenceError } from "../errors.ts";
import { bytes } from "./denseKernels.generated.ts";
import type { Eigen, Kernels } from "./kernels.ts";
import { type Matrix, type Reals, zeros } from "./matrix.ts";
import { mirrorLower, multiplyVector, scale, solveVector, transposeRows } from "./plain.ts";
import {
  lowerTriangleMax,
  notPositiveDefinite,
  type ProductOptions,
  type ProductSizes,
  productSizes,
  requireTriangular,
  squareSize,
  vectorSizes,
} from "./shapes.ts";
import { type Block, copyIn, copyOut, WasmMemory } from "./wasmMemory.ts";

export { decodeBase64 } from "./wasmMemory.ts";

/** Bytes of the packed panels of `assembly/product.ts`. */
const PANELS = (64 * 256 + 256 * 512) * 8;
/** Order of the blocks in which a large product is copied in: at most 3 · 32 MiB at a time. */
const BLOCK = 2048;
/** Entries of `diagonalize`'s workspace for an order n. */
const rotations = (n: number): number => 16 * (2 * n + 2);

type Multiply = (
  m: number,
  n: number,
  k: number,
  alpha: number,
  A: number,
  rowStrideA: number,
  columnStrideA: number,
  B: number,
  rowStrideB: number,
  columnStrideB: number,
  C: number,
  strideC: number,
  lower: number,
  work: number,
) => void;

/** The exports of `assembly/dense.ts`. */
interface DenseExports {
  readonly multiply64: Multiply;
  readonly multiply32: Multiply;
  cholesky(n: number, A: number, work: number): number;
  solveLower(n: number, k: number, L: number, B: number, work: number): void;
  solveLowerTransposed(n: number, k: number, L: number, B: number, work: number): void;
  tridiagonalize(n: number, A: number, d: number, e: number, tau: number, work: number): void;
  accumulate(n: number, A: number, tau: number, Z: number, strideZ: number): void;
  diagonalize(n: number, d: number, e: number, Z: number, strideZ: number, work: number): number;
}

/** The provider. Each call makes one with its own memory; `provider.ts` keeps one for everybody. */
export function openWasmKernels(): Kernels {
  const memory = new WasmMemory<DenseExports>(bytes);
  return {
    info: { name: "wasm", library: "natgrad WebAssembly SIMD", threads: 1 },

    gemm(A, B, C, options = {}) {
      multiply(memory, A, B, C, options, productSizes(A, B, C, options), false);
    },

    syrk(A, C, { transA = false, alpha = 1, beta = 0 } = {}) {
      const options = { transA, transB: !transA, alpha, beta };
      multiply(memory, A, A, C, options, productSizes(A, A, C, options), true);
      mirrorLower(C);
    },

    gemv(A, x, y, options = {}) {
      vectorSizes(A, x, y, options.transA ?? false);
      multiplyVector(A, x, y, options);
    },

    cholesky(A) {
      const n = squareSize(A, "cholesky");
      const [a, work] = memory.reserve(n * n * 8, PANELS);
      const view = memory.view(A.data, a, n * n);
      view.set(A.data);
      const pivot = memory.exports.cholesky(n, a, work);
      if (pivot < 0) A.data.set(view);
      memory.release();
      if (pivot >= 0) throw notPositiveDefinite(pivot, n);
    },

    solveTriangular(L, B, { transpose = false } = {}) {
      requireTriangular(L, B);
      const { rows: n, cols: k } = B;
      if (k === 1) {
        solveVector(L, B.data, transpose);
        return;
      }
      const [l, b, work] = memory.reserve(n * n * 8, n * k * 8, PANELS);
      const view = memory.view(B.data, b, n * k);
      memory.view(L.data, l, n * n).set(L.data);
      view.set(B.data);
      if (transpose) memory.exports.solveLowerTransposed(n, k, l, b, work);
      else memory.exports.solveLower(n, k, l, b, work);
      B.data.set(view);
      memory.release();
    },

    eigh(A) {
      return eigen(memory, A);
    },
  };
}

/** C ← alpha · op(A) op(B) + beta · C in blocks; with `lower` only what touches the lower triangle. */
function multiply<T extends Reals>(
  memory: WasmMemory<DenseExports>,
  A: Matrix<T>,
  B: Matrix<T>,
  C: Matrix<T>,
  { transA = false, transB = false, alpha = 1, beta = 0 }: ProductOptions,
  { m, n, k }: ProductSizes,
  lower: boolean,
): void {
  const size = C.data.BYTES_PER_ELEMENT;
  const [mb, nb, kb] = [m, n, k].map((s) => Math.min(s, BLOCK));
  const [a, b, c, work] = memory.reserve(mb * kb * size, kb * nb * size, mb * nb * size, PANELS);
  const kernel = size === 8 ? memory.exports.multiply64 : memory.exports.multiply32;
  for (let i = 0; i < m; i += BLOCK) {
    const rows = Math.min(BLOCK, m - i);
    for (let j = 0; j < (lower ? i + rows : n); j += BLOCK) {
      const cols = Math.min(BLOCK, n - j);
      const block = { row: i, rows, col: j, cols };
      const view = memory.view(C.data, c, rows * cols);
      if (beta !== 0) copyIn(C, block, view);
      scale(view, beta);
      for (let p = 0; alpha !== 0 && p < k; p += BLOCK) {
        const depth = Math.min(BLOCK, k - p);
        const blockA = part(transA, i, rows, p, depth);
        const blockB = part(transB, p, depth, j, cols);
        copyIn(A, blockA, memory.view(A.data, a, rows * depth));
        copyIn(B, blockB, memory.view(B.data, b, depth * cols));
        const [rowA, columnA] = transA ? [1, rows] : [depth, 1];
        const [rowB, columnB] = transB ? [1, depth] : [cols, 1];
        const triangle = lower && i === j ? 1 : 0;
        kernel(
          rows,
          cols,
          depth,
          alpha,
          a,
          rowA,
          columnA,
          b,
          rowB,
          columnB,
          c,
          cols,
          triangle,
          work,
        );
      }
      copyOut(view, C, block);
    }
  }
}

/** The block of a stored matrix that holds rows and columns of op(matrix). */
function part(transposed: boolean, row: number, rows: number, col: number, cols: number): Block {
  return transposed ? { row: col, rows: cols, col: row, cols: rows } : { row, rows, col, cols };
}

function eigen(memory: WasmMemory<DenseExports>, A: Matrix): Eigen {
  const n = squareSize(A, "eigh");
  const factor = powerOfTwo(lowerTriangleMax(A, "eigh"));
  const stride = paddedStride(n);
  const [a, d, e, tau, z, work] = memory.reserve(
    n * n * 8,
    n * 8,
    n * 8,
    n * 8,
    n * stride * 8,
    rotations(n) * 8,
  );
  const { exports } = memory;
  const view = memory.view(A.data, a, n * n);
  view.set(A.data);
  scale(view, factor);
  exports.tridiagonalize(n, a, d, e, tau, work);
  exports.accumulate(n, a, tau, z, stride);
  const failed = exports.diagonalize(n, d, e, z, stride, work);
  if (failed >= 0) {
    memory.release();
    throw new ConvergenceError(`eigenvalue ${failed} of ${n} did not converge in 60 iterations`);
  }
  const found = memory.view(A.data, d, n);
  const order = Uint32Array.from(found.keys()).sort((i, j) => found[i] - found[j]);
  const values = Float64Array.from(order, (i) => found[i] / factor);
  const vectors = zeros(n, n);
  transposeRows(n, memory.view(A.data, z, n * stride), stride, order, vectors.data);
  memory.release();
  return { values, vectors };
}

/** 1, or the power of two that brings a very small or very large `max` to [1, 2), where squares are safe. */
function powerOfTwo(max: number): number {
  if (max === 0 || (max > 2 ** -100 && max < 2 ** 100)) return 1;
  // 2⁻ˣ of a denormal number is beyond the largest double.
  return 2 ** -Math.max(-1023, Math.floor(Math.log2(max)));
}

/** Rows of whole cache lines, an odd number of them: a column then visits every set of the cache. */
function paddedStride(n: number): number {
  const lines = Math.ceil(n / 8);
  return 8 * (lines % 2 === 0 ? lines + 1 : lines);
}
