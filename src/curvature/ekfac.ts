/** The structure that keeps the eigenbasis of Kronecker factors, and what is exact in it: EKFAC. */
import { BlockDiagonalOperator } from "../linalg/blockDiagonalOperator.ts";
import type { DenseOperator } from "../linalg/dense.ts";
import { EigenbasisOperator, symmetrized } from "../linalg/eigenbasisOperator.ts";
import { type Matrix, type Reals, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { MEMORY_LIMIT } from "../linalg/shapes.ts";
import type { KfacOptions } from "./kfac.ts";
import type { KroneckerSum, Sharing } from "./kroneckerSums.ts";
import { layerSums, layersOf, type SharedSums } from "./layerSums.ts";
import type { MomentSum } from "./momentSum.ts";
import { addSecondMoments, type BasisMoments } from "./secondMoments.ts";
import type { CurvatureSum, Structure } from "./structure.ts";

/** A layer's factors with the moments in their eigenbasis. */
interface BasisLayer extends BasisMoments {
  readonly layer: KroneckerSum;
}

/**
 * Eigenvalue-corrected Kronecker factorization (George et al. 2018): the block of each layer is
 * (P ⊗ Q) diag(Λ) (P ⊗ Q)ᵀ with P and Q the eigenvectors of {@link kfac}'s G and A, and
 * Λ = w Σ_n Σ_k (Pᵀ (Σ_r g_nkr ã_nrᵀ) Q)∘² the diagonal of the exact block in that basis: the sum over positions stays inside
 * the square. Of all matrices diagonal in the basis it is the nearest to the exact block in the Frobenius norm, KFAC's
 * among them, and its trace is that of the exact block.
 *
 * The factors of `reduce` (Eschenhagen et al. 2023, section 3.3) are sums of at most N outer products (A) and of N·K (G):
 * with fewer samples than a layer has inputs they have a null space, which Σ_r g aᵀ reaches although ā and ĝ do not, and in
 * which any basis is one of eigenvectors. There, and where eigenvalues are no more than rounding, the basis is that of the
 * `expand` factor restricted to it, whose rows are those at single positions; so no size of batches and no kernels
 * change the matrix. What is null there too meets no row.
 *
 * The data are passed over twice, with the same draws of a sampled Fisher. Layout of the blocks, `sharing` (of the factors
 * whose eigenvectors are taken), scale, exact blocks and what is refused are those of {@link kfac}; `reduce` holds the
 * factors of both while the matrix is made.
 *
 * @example
 * const E = curvature(digits, theta, fisher(), ekfac(), { batch: 1024 });
 * E.logDeterminant({ damping: 1e-3 });
 */
export function ekfac({
  sharing = "expand",
  memoryLimit = MEMORY_LIMIT,
}: KfacOptions = {}): Structure<BlockDiagonalOperator<EigenbasisOperator | DenseOperator>> {
  return {
    name: sharing === "expand" ? "EKFAC" : "EKFAC-reduce",
    build(sum) {
      const sharings: readonly [Sharing, ...Sharing[]] =
        sharing === "reduce" ? [sharing, "expand"] : [sharing];
      const { factored, exact } = layerSums(sum, "EKFAC", sharings, memoryLimit);
      const rounding = ROUNDING[sum.theta instanceof Float32Array ? "float32" : "float64"];
      const layers = factored.map((sums) => basisOf(sums, rounding));
      addMoments(sum, layers);
      const blocks = layers.map(({ layer, left, right, moments }) => ({
        name: layer.name,
        indices: layer.indices,
        operator: new EigenbasisOperator(
          left,
          right,
          moments.map((x) => sum.weight * x),
        ),
      }));
      return new BlockDiagonalOperator<EigenbasisOperator | DenseOperator>([...blocks, ...exact]);
    },
  };
}

function basisOf([layer, finer]: SharedSums, rounding: number): BasisLayer {
  return {
    layer,
    left: eigenvectors(layer.left, finer?.left, rounding),
    right: eigenvectors(layer.right, finer?.right, rounding),
    moments: new Float64Array(layer.indices.length),
  };
}

/** of one addition: factors of float32 networks are sums of float32 products */
const ROUNDING = { float64: Number.EPSILON, float32: 2 ** -23 } as const;

/**
 * The eigenvectors of a factor by columns, `[n, n]`; in its null space those of a finer sum there. A factor has one as it
 * has fewer terms than its order n, so that rounding leaves no more than n times that of one addition of the largest.
 */
function eigenvectors(factor: MomentSum, finer: MomentSum | undefined, rounding: number): Matrix {
  const { values, vectors } = kernels().eigh(factor.matrix());
  const n = factor.order;
  const least = n * rounding * values[n - 1];
  const above = values.findIndex((value) => value > least);
  const nullity = above < 0 ? n : above;
  if (finer && nullity > 1) rotateFirst(vectors, nullity, finer.matrix());
  return vectors;
}

/** Replaces the first columns V of an orthogonal matrix by V W, with W the eigenvectors of VᵀAV. */
function rotateFirst({ rows: n, data }: Matrix, count: number, A: Matrix): void {
  const V = zeros(n, count);
  for (let t = 0; t < V.data.length; t++) V.data[t] = data[Math.floor(t / count) * n + (t % count)];
  const AV = zeros(n, count);
  kernels().gemm(A, V, AV);
  const form = zeros(count, count);
  kernels().gemm(V, AV, form, { transA: true });
  const rotated = zeros(n, count);
  kernels().gemm(V, kernels().eigh(symmetrized(form)).vectors, rotated);
  for (let i = 0; i < n; i++) {
    data.set(rotated.data.subarray(i * count, (i + 1) * count), i * n);
  }
}

/** The second pass. */
function addMoments<T extends Reals>(sum: CurvatureSum<T>, layers: readonly BasisLayer[]): void {
  const byWeight = new Map(layers.map((basis) => [basis.layer.indices[0], basis]));
  for (const terms of sum.batches()) {
    for (const { kronecker = [] } of layersOf(terms, "EKFAC", sum.name)) {
      for (const product of kronecker) addSecondMoments(byWeight.get(product.weight)!, product);
    }
  }
}
