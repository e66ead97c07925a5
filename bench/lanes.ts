/** The lane kernels, in the shapes in which the sweep uses them; see `src/experiments/race`. */
import { openLanes, solveWorkspace } from "../src/linalg/lanes.ts";
import { matrix, zeros } from "../src/linalg/matrix.ts";
import { kernels, useKernels, wasmKernels } from "../src/linalg/provider.ts";
import { stream } from "../src/random/streams.ts";
import type { Benchmark, Row } from "./report.ts";
import { secondsPerCall } from "./timing.ts";

const random = stream(7);

interface Measured {
  readonly kernel: string;
  readonly shape: string;
  /** multiplications and additions, where they are what takes the time */
  readonly operations?: number;
  readonly entries?: number;
  readonly work: () => void;
}

export const laneBenchmark: Benchmark = {
  name: "lanes",
  title:
    "Lane kernels on one thread: best time of a call, GFLOP/s, share of the WebAssembly gemm of " +
    "size 500, nanoseconds an entry",
  async measure({ onRow }) {
    const chosen = kernels();
    try {
      // the products of the lanes would go to a BLAS otherwise, which the kernel benchmark measures
      useKernels(wasmKernels());
      const peak = gemmRate();
      return [outputs(), moments(), sparse(), logistic(), solve(31), solve(14)].map((measured) => {
        const { kernel, shape, operations, entries, work } = measured;
        const seconds = secondsPerCall(work);
        const rate = operations ? operations / seconds / 1e9 : undefined;
        const row: Row = {
          kernel,
          shape,
          ms: 1e3 * seconds,
          "GFLOP/s": rate ?? "",
          "of peak": rate ? rate / peak : "",
          "ns an entry": entries ? (1e9 * seconds) / entries : "",
        };
        onRow(row);
        return row;
      });
    } finally {
      useKernels(chosen);
    }
  },
};

/** GFLOP/s of the WebAssembly matrix product. */
function gemmRate(n = 500): number {
  const [A, B, C] = [matrix(n, n, normal(n * n)), matrix(n, n, normal(n * n)), zeros(n, n)];
  return (2 * n ** 3) / secondsPerCall(() => wasmKernels().gemm(A, B, C)) / 1e9;
}

/** The curvature of logistic regression on BreastCancer: products of pairs of features, times weights. */
function outputs(): Measured {
  return dense("dense · lanes, BreastCancer's curvature", 496, 569, 64);
}

/** The empirical Fisher of least squares on Boston: fourth moments, times monomials. */
function moments(): Measured {
  return dense("dense · lanes, Boston's fourth moments", 108, 120, 64);
}

function dense(kernel: string, m: number, k: number, lanes: number): Measured {
  const memory = openLanes(lanes, { A: m * k, W: k * lanes, out: m * lanes });
  const { A, W, out } = memory.reals;
  A.set(normal(A.length));
  W.set(normal(W.length));
  return {
    kernel,
    shape: `[${m}, ${k}] · [${k}, ${lanes}]`,
    operations: 2 * m * k * lanes,
    work: () => memory.multiplyDense({ rows: m, cols: k, data: A }, W, out),
  };
}

/** As a1a: 14 nonzeros a row. */
function sparse(): Measured {
  const [rows, cols, nonzeros, lanes] = [1605, 120, 14, 16];
  const lengths = { values: rows * nonzeros, W: cols * lanes, out: rows * lanes };
  const memory = openLanes(lanes, lengths, { from: rows + 1, at: rows * nonzeros });
  const { reals, indices } = memory;
  reals.values.fill(1);
  reals.W.set(normal(reals.W.length));
  indices.from.forEach((_, n) => {
    indices.from[n] = n * nonzeros;
  });
  indices.at.forEach((_, p) => {
    indices.at[p] = random.integer(cols);
  });
  const A = { rows, rowPointers: indices.from, columns: indices.at, values: reals.values };
  return {
    kernel: "sparse · lanes, a1a's outputs",
    shape: `[${rows}, ${cols}] · [${cols}, ${lanes}]`,
    operations: 2 * rows * nonzeros * lanes,
    work: () => memory.multiplySparse(A, reals.W, reals.out),
  };
}

/** Probabilities, residuals, weights and losses of logistic regression on BreastCancer. */
function logistic(): Measured {
  const [N, lanes] = [569, 64];
  const entries = N * lanes;
  const lengths = { f: entries, y: N, residual: entries, weight: entries, loss: lanes };
  const memory = openLanes(lanes, { ...lengths, work: lanes });
  memory.reals.f.set(normal(entries));
  return {
    kernel: "clipped logistic, BreastCancer",
    shape: `[${N}, ${lanes}]`,
    entries,
    work: () => memory.clippedLogistic({ ...memory.reals, clip: 1e-8, weights: "empirical" }),
  };
}

/** (C + λK)⁻¹g in each lane, by Cholesky. */
function solve(n: number, lanes = 64): Measured {
  const packed = (n * (n + 1)) / 2;
  const lengths = { C: packed * lanes, K: packed, g: n * lanes, z: n * lanes, damping: lanes };
  const memory = openLanes(lanes, { ...lengths, work: solveWorkspace(n) });
  const { C, K, g, damping } = memory.reals;
  for (let i = 0; i < n; i++) {
    const diagonal = (i * (i + 3)) / 2;
    C.fill(1, diagonal * lanes, (diagonal + 1) * lanes);
    K[diagonal] = 1;
  }
  g.set(normal(g.length));
  damping.fill(0.1);
  return {
    kernel: "damped solve",
    shape: `${lanes} × [${n}, ${n}]`,
    operations: lanes * (n ** 3 / 3 + 2 * n ** 2),
    work: () => memory.solve({ n, ...memory.reals }),
  };
}

function normal(count: number): Float64Array {
  return Float64Array.from({ length: count }, () => random.normal());
}
