/** What a scoring pass is compared with: a dsyrk of its size, and one pass over memory. */
import { type Matrix, zeros } from "../src/linalg/matrix.ts";
import { kernels } from "../src/linalg/provider.ts";

/** a scoring pass costs at most this many dsyrk plus one pass over memory */
export const LIMIT = 1.5;

export interface Costs {
  /** seconds */
  readonly dsyrk: number;
  readonly memory: number;
}

/** Wall time, and the processor time of all threads, which does not count what other programs take. */
export interface Seconds {
  readonly wall: number;
  readonly processor: number;
}

/** Seconds that a pass may take. */
export function bound({ dsyrk, memory }: Costs): number {
  return LIMIT * dsyrk + memory;
}

/** XᵀX by the provider in use, and the sum of all entries of X `[N, P]`, which reads each once. */
export async function costs(X: Matrix): Promise<{ dsyrk: Seconds; memory: Seconds }> {
  const C = zeros(X.cols, X.cols);
  return {
    dsyrk: await seconds(() => kernels().syrk(X, C, { transA: true })),
    memory: await seconds(() => {
      C.data[0] = sum(X.data);
    }),
  };
}

/** What one call takes. */
export async function seconds(work: () => unknown): Promise<Seconds> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - started) / 1000, processor: (user + system) / 1e6 };
}

/** Four sums at once, so that memory and not the additions are what is waited for. */
function sum(data: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let k = 0; k + 3 < data.length; k += 4) {
    a += data[k];
    b += data[k + 1];
    c += data[k + 2];
    d += data[k + 3];
  }
  return a + b + c + d;
}
