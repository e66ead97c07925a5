/** The best eigenpairs that a few orthonormal vectors can form, and how good they are. */
import { type Matrix, zeros } from "../matrix.ts";
import { kernels } from "../provider.ts";
import { norm } from "../vector.ts";
import { rowProducts } from "./orthogonalRows.ts";
import { type CountedProducts, row } from "./products.ts";

/**
 * Of k orthonormal vectors V `[D]`: eigenvalues θ of VᵀAV in the given order, y = V s `[D, k]` by columns, and
 * ‖A y − θ y‖ (Parlett, 11.3 to 11.5). By k products.
 */
export function rayleighRitz(
  products: CountedProducts,
  vectors: readonly Float64Array[],
  order: (a: number, b: number) => number,
): { values: Float64Array; vectors: Matrix; bounds: Float64Array } {
  const k = vectors.length;
  const D = products.dimension;
  const V = zeros(k, D);
  vectors.forEach((v, i) => {
    row(V, i).set(v);
  });
  const AV = products.multiplyRows(V);
  const eigen = kernels().eigh(rowProducts(V, AV));
  const sequence = Array.from(eigen.values.keys()).sort((a, b) =>
    order(eigen.values[a], eigen.values[b]),
  );
  const values = Float64Array.from(sequence, (i) => eigen.values[i]);
  const S = zeros(k, k);
  sequence.forEach((from, to) => {
    for (let j = 0; j < k; j++) S.data[j * k + to] = eigen.vectors.data[j * k + from];
  });
  const Y = zeros(D, k);
  const residual = zeros(D, k);
  kernels().gemm(V, S, Y, { transA: true });
  kernels().gemm(AV, S, residual, { transA: true });
  for (let t = 0; t < Y.data.length; t++) residual.data[t] -= values[t % k] * Y.data[t];
  const bounds = values.map((_, i) =>
    norm(Float64Array.from({ length: D }, (_, a) => residual.data[a * k + i])),
  );
  return { values, vectors: Y, bounds };
}
