/** Matrices with known eigenvalues, of every kind that estimators find easy or hard. */
import { type DenseOperator, denseOperator } from "../../../src/linalg/dense.ts";
import { orthonormalRows } from "../../../src/linalg/estimators/orthogonalRows.ts";
import { matrix, zeros } from "../../../src/linalg/matrix.ts";
import { kernels } from "../../../src/linalg/provider.ts";
import { stream } from "../../../src/random/streams.ts";

/** V diag(values) Vᵀ for a random orthogonal V, exactly symmetric. */
export function withEigenvalues(values: Float64Array, seed = 1): DenseOperator {
  const n = values.length;
  const random = stream(seed, "eigenvectors");
  const V = orthonormalRows(
    matrix(
      n,
      n,
      Float64Array.from({ length: n * n }, () => random.normal()),
    ),
  );
  const scaled = matrix(
    n,
    n,
    V.data.map((v, t) => v * values[Math.floor(t / n)]),
  );
  const A = zeros(n, n);
  kernels().gemm(V, scaled, A, { transA: true });
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) A.data[j * n + i] = A.data[i * n + j];
  }
  return denseOperator(A);
}

export type Spectra = Readonly<
  Record<
    "flat" | "algebraic" | "exponential" | "step" | "lowRank" | "indefinite",
    Float64Array<ArrayBuffer>
  >
>;

/** Those of D eigenvalues. */
export function spectraOf(D: number): Spectra {
  const spectrum = (value: (i: number) => number): Float64Array<ArrayBuffer> =>
    Float64Array.from({ length: D }, (_, i) => value(i));
  return {
    flat: spectrum((i) => 3 - (2 * i) / (D - 1)),
    algebraic: spectrum((i) => (i + 1) ** -2),
    exponential: spectrum((i) => 0.7 ** i),
    step: spectrum((i) => (i < 6 ? 1 : 1e-3)),
    lowRank: spectrum((i) => (i < 4 ? 4 - i : 0)),
    indefinite: spectrum((i) => (i % 3 === 0 ? -1 : 1) / (1 + i / 4)),
  };
}

export const spectra: Spectra = spectraOf(48);

export function traceOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
