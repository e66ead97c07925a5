/** The dense kernels of each provider: GFLOP/s, and their share of the best matrix product of the same provider. */
import type { Kernels } from "../src/linalg/kernels.ts";
import { identity, type Matrix, type Reals, zeros } from "../src/linalg/matrix.ts";
import { nativeKernels, wasmKernels } from "../src/linalg/provider.ts";
import { stream } from "../src/random/streams.ts";
import type { Benchmark, Row } from "./report.ts";
import { secondsPerCall } from "./timing.ts";

const SIZES = [14, 32, 120, 500, 1000];
/** the product that counts as the peak */
const PEAK_SIZE = 1000;

interface Task {
  readonly name: string;
  /** operations for size n, by the usual count */
  operations(n: number): number;
  /** the call to measure; it must leave its inputs as they were, or restore them */
  prepare(kernels: Kernels, n: number): () => void;
}

const tasks: readonly Task[] = [
  {
    name: "gemm",
    operations: (n) => 2 * n ** 3,
    prepare(kernels, n) {
      const [A, B, C] = [normal(n), normal(n), zeros(n, n)];
      return () => kernels.gemm(A, B, C);
    },
  },
  {
    name: "gemm f32",
    operations: (n) => 2 * n ** 3,
    prepare(kernels, n) {
      const [A, B, C] = [single(normal(n)), single(normal(n)), single(zeros(n, n))];
      return () => kernels.gemm(A, B, C);
    },
  },
  {
    name: "syrk",
    operations: (n) => n ** 2 * (n + 1),
    prepare(kernels, n) {
      const [A, C] = [normal(n), zeros(n, n)];
      return () => kernels.syrk(A, C, { transA: true });
    },
  },
  {
    name: "gemv",
    operations: (n) => 2 * n ** 2,
    prepare(kernels, n) {
      const [A, x, y] = [normal(n), new Float64Array(n).fill(1), new Float64Array(n)];
      return () => kernels.gemv(A, x, y);
    },
  },
  {
    name: "cholesky",
    operations: (n) => n ** 3 / 3,
    prepare(kernels, n) {
      const [A, L] = [definite(kernels, n), zeros(n, n)];
      return () => {
        L.data.set(A.data);
        kernels.cholesky(L);
      };
    },
  },
  {
    name: "triangular solve",
    operations: (n) => n ** 3,
    prepare(kernels, n) {
      const [L, B, X] = [definite(kernels, n), normal(n), zeros(n, n)];
      kernels.cholesky(L);
      return () => {
        X.data.set(B.data);
        kernels.solveTriangular(L, X);
      };
    },
  },
  {
    // Golub & Van Loan's count of the symmetric QR algorithm with eigenvectors; divide and conquer does less
    name: "eigh",
    operations: (n) => 9 * n ** 3,
    prepare(kernels, n) {
      const A = definite(kernels, n);
      return () => {
        kernels.eigh(A);
      };
    },
  },
];

export const kernelBenchmark: Benchmark = {
  name: "kernels",
  title:
    "Dense kernels: best time of a call, GFLOP/s, share of the provider's own gemm of size " +
    `${PEAK_SIZE} in the same precision, and WebAssembly's time as a multiple of native's`,
  async measure({ onRow }) {
    const providers = available();
    const peaks = new Map<string, number>();
    for (const kernels of providers) {
      for (const task of tasks.filter(({ name }) => name.startsWith("gemm"))) {
        const seconds = secondsPerCall(task.prepare(kernels, PEAK_SIZE), { budget: 1.5 });
        peaks.set(kernels.info.name + task.name, rate(task, PEAK_SIZE, seconds));
      }
    }
    const rows: Row[] = [];
    for (const task of tasks) {
      for (const n of SIZES) {
        let native: number | undefined;
        for (const kernels of providers) {
          const { name: provider } = kernels.info;
          const seconds = secondsPerCall(task.prepare(kernels, n));
          if (provider === "native") native = seconds;
          const gflops = rate(task, n, seconds);
          const precision = task.name === "gemm f32" ? "gemm f32" : "gemm";
          const peak = peaks.get(provider + precision) ?? gflops;
          const times = native ? seconds / native : "";
          const row = { kernel: task.name, n, provider, ms: 1e3 * seconds, "GFLOP/s": gflops };
          rows.push({ ...row, "of peak": gflops / peak, "times native": times });
          onRow(rows[rows.length - 1]);
        }
      }
    }
    return rows;
  },
};

/** Native first where there is one, so that ratios within the run can be formed. */
function available(): Kernels[] {
  try {
    return [nativeKernels(), wasmKernels()];
  } catch {
    return [wasmKernels()];
  }
}

function rate(task: Task, n: number, seconds: number): number {
  return task.operations(n) / seconds / 1e9;
}

function normal(n: number): Matrix {
  const random = stream(7);
  const A = zeros(n, n);
  for (let i = 0; i < A.data.length; i++) A.data[i] = random.normal();
  return A;
}

/** AAᵀ/n + I */
function definite(kernels: Kernels, n: number): Matrix {
  const C = identity(n);
  kernels.syrk(normal(n), C, { alpha: 1 / n, beta: 1 });
  return C;
}

function single<T extends Reals>({ rows, cols, data }: Matrix<T>): Matrix<Float32Array> {
  return { rows, cols, data: Float32Array.from(data) };
}
