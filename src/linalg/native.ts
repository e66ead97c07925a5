/**
 * The kernels in the system's BLAS and LAPACK, through foreign calls. Node only; nothing is loaded before
 * {@link openNativeKernels} is called.
 */
import { ConvergenceError, ShapeError } from "../errors.ts";
import type { Kernels } from "./kernels.ts";
import { type Matrix, type Reals, zeros } from "./matrix.ts";
import { LEFT, LOWER, NO_TRANSPOSE, NON_UNIT, ROW_MAJOR, TRANSPOSE } from "./nativeFunctions.ts";
import { findLibrary, koffiLoader, type NativeLibrary } from "./nativeLibrary.ts";
import { mirrorLower, multiplyVector, scale, solveVector, transposeRows } from "./plain.ts";
import {
  lowerTriangleMax,
  notPositiveDefinite,
  productSizes,
  requireTriangular,
  squareSize,
  vectorSizes,
} from "./shapes.ts";

/** The native provider, with control over its threads. */
export interface NativeKernels extends Kernels {
  /** Sets the number of threads of the library, for the whole process; false where it has no such control. */
  setThreads(count: number): boolean;
}

/**
 * Orders below which other code is faster than a foreign call (0.3 µs, and LAPACK's own preparations): our
 * WebAssembly for Cholesky and eigenvectors, plain loops for one vector. Products have no such order. Measured on
 * one thread of an x86 server against OpenBLAS 0.3.21: Cholesky 1.4 against 1.7 µs at n = 16 and 2.9 against
 * 2.6 at 24; eigenvectors 11 against 19 µs at 14, equal at 80.
 */
const SMALL = { cholesky: 20, eigen: 80, solve: 72, multiply: 14 } as const;

/**
 * Idle threads of OpenBLAS look for work during 2^SPIN cycles (50 µs) before they sleep. By default 2^26 (20 ms): beside
 * JavaScript between the products they are then hardly ever asleep, and on two cores in one run of three they end up on
 * the core of the thread that waits for them, where a product takes 1.3 to 2 times as long (OpenBLAS 0.3.21).
 */
const SPIN = "17";

/**
 * Opens the library named by NATGRAD_BLAS, or the platform's. `small` serves small matrices. Throws
 * `MissingKernelsError` that says what was tried and how to install one.
 */
export function openNativeKernels(small: Kernels): NativeKernels {
  // read while the library is loaded
  process.env.OPENBLAS_THREAD_TIMEOUT ??= SPIN;
  return nativeKernelsOf(
    findLibrary(process.env.NATGRAD_BLAS, koffiLoader(), process.platform),
    small,
  );
}

/** The kernels over an opened library; without `small` LAPACK does every Cholesky and eigh. */
export function nativeKernelsOf(library: NativeLibrary, small?: Kernels): NativeKernels {
  const threads = library.threads;
  return {
    info: {
      name: "native",
      library: library.description,
      get threads() {
        return threads?.get() ?? 1;
      },
    },

    setThreads(count) {
      threads?.set(count);
      return threads !== undefined;
    },

    gemm(A, B, C, options = {}) {
      const { m, n, k } = productSizes(A, B, C, options);
      const { transA = false, transB = false, alpha = 1, beta = 0 } = options;
      if (alpha === 0 || m * n * k === 0) return scale(C.data, beta);
      requireInt32(m, n, k);
      const call = (C.data instanceof Float64Array ? library.dgemm : library.sgemm) as Generic<
        typeof library.dgemm
      >;
      call(
        ROW_MAJOR,
        transA ? TRANSPOSE : NO_TRANSPOSE,
        transB ? TRANSPOSE : NO_TRANSPOSE,
        m,
        n,
        k,
        alpha,
        A.data,
        A.cols,
        B.data,
        B.cols,
        beta,
        C.data,
        n,
      );
    },

    syrk(A, C, { transA = false, alpha = 1, beta = 0 } = {}) {
      const { n, k } = productSizes(A, A, C, { transA, transB: !transA });
      requireInt32(n, k);
      const call = (C.data instanceof Float64Array ? library.dsyrk : library.ssyrk) as Generic<
        typeof library.dsyrk
      >;
      const trans = transA ? TRANSPOSE : NO_TRANSPOSE;
      if (alpha === 0 || n * k === 0) scale(C.data, beta);
      else call(ROW_MAJOR, LOWER, trans, n, k, alpha, A.data, A.cols, beta, C.data, n);
      mirrorLower(C);
    },

    gemv(A, x, y, options = {}) {
      const { transA = false, alpha = 1, beta = 0 } = options;
      vectorSizes(A, x, y, transA);
      const { rows, cols } = A;
      if (Math.sqrt(rows * cols) < SMALL.multiply) return multiplyVector(A, x, y, options);
      if (alpha === 0) return scale(y, beta);
      requireInt32(rows, cols);
      const call = (y instanceof Float64Array ? library.dgemv : library.sgemv) as Generic<
        typeof library.dgemv
      >;
      const trans = transA ? TRANSPOSE : NO_TRANSPOSE;
      call(ROW_MAJOR, trans, rows, cols, alpha, A.data, cols, x, 1, beta, y, 1);
    },

    cholesky(A) {
      const n = squareSize(A, "cholesky");
      if (small && n < SMALL.cholesky) return small.cholesky(A);
      if (n > 0) factor(library, A);
    },

    solveTriangular(L, B, { transpose = false } = {}) {
      requireTriangular(L, B);
      const { rows: n, cols: k } = B;
      if (k === 1 && n < SMALL.solve) return solveVector(L, B.data, transpose);
      if (n === 0 || k === 0) return;
      requireInt32(n, k);
      const trans = transpose ? TRANSPOSE : NO_TRANSPOSE;
      library.dtrsm(ROW_MAJOR, LEFT, LOWER, trans, NON_UNIT, n, k, 1, L.data, n, B.data, k);
    },

    eigh(A) {
      const n = squareSize(A, "eigh");
      if (small && n < SMALL.eigen) return small.eigh(A);
      lowerTriangleMax(A, "eigh");
      const values = new Float64Array(n);
      const vectors = zeros(n, n);
      if (n > 0) decompose(library, A, values, vectors);
      return { values, vectors };
    },
  };
}

/** The largest order whose LAPACK workspace 1 + 6n + 2n² has a 32-bit length. */
const LARGEST_EIGEN = 32766;

/** A function over Float64Array or Float32Array that the caller has already matched to its arrays. */
type Generic<F> = F extends (...args: infer P) => void
  ? (...args: { [I in keyof P]: P[I] extends Float64Array ? Reals : P[I] }) => void
  : never;

function requireInt32(...sizes: number[]): void {
  for (const size of sizes) {
    if (size >= 2 ** 31) throw new ShapeError(`BLAS takes sizes below 2^31, found ${size}`);
  }
}

/** Column-major "upper" is row-major lower. */
function factor(library: NativeLibrary, A: Matrix): void {
  const n = A.rows;
  const info = new Int32Array(1);
  library.dpotrf("U", Int32Array.of(n), A.data, Int32Array.of(n), info);
  // A NaN is not smaller than zero, so some libraries take it for a pivot.
  const done = info[0] > 0 ? info[0] - 1 : n;
  for (let i = 0; i < done; i++) {
    const pivot = A.data[i * (n + 1)];
    if (!(pivot > 0 && pivot < Infinity)) throw notPositiveDefinite(i, n);
    A.data.fill(0, i * n + i + 1, (i + 1) * n);
  }
  if (done < n) throw notPositiveDefinite(done, n);
}

function decompose(library: NativeLibrary, A: Matrix, values: Float64Array, vectors: Matrix): void {
  const n = A.rows;
  if (n > LARGEST_EIGEN) {
    throw new ShapeError(`eigh takes orders up to ${LARGEST_EIGEN}, found ${n}`);
  }
  const order = Int32Array.of(n);
  const rows = A.data.slice();
  const info = new Int32Array(1);
  const call = (work: Float64Array, lwork: number, iwork: Int32Array, liwork: number): void =>
    library.dsyevd(
      "V",
      "U",
      order,
      rows,
      order,
      values,
      work,
      Int32Array.of(lwork),
      iwork,
      Int32Array.of(liwork),
      info,
    );
  const query = new Float64Array(1);
  const integers = new Int32Array(1);
  call(query, -1, integers, -1);
  const lwork = Math.max(query[0], 1 + 6 * n + 2 * n * n);
  const liwork = Math.max(integers[0], 3 + 5 * n);
  call(new Float64Array(lwork), lwork, new Int32Array(liwork), liwork);
  if (info[0] !== 0) throw new ConvergenceError(`dsyevd of a ${n} × ${n} matrix: info ${info[0]}`);
  // Its columns, column-major, are rows here.
  transposeRows(
    n,
    rows,
    n,
    new Uint32Array(n).map((_, i) => i),
    vectors.data,
  );
}
