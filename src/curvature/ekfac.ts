/** The structure that keeps the eigenbasis of Kronecker factors, and what is exact in it: EKFAC. */
import { BlockDiagonalOperator } from "../linalg/blockDiagonalOperator.ts";
import type { DenseOperator } from "../linalg/dense.ts";
import { EigenbasisOperator } from "../linalg/eigenbasisOperator.ts";
import type { Reals } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { MEMORY_LIMIT } from "../linalg/shapes.ts";
import type { KfacOptions } from "./kfac.ts";
import type { KroneckerSum } from "./kroneckerSums.ts";
import { layerSums, layersOf } from "./layerSums.ts";
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
 * The data are passed over twice, with the same draws of a sampled Fisher. Layout of the blocks, `sharing` (of the factors
 * whose eigenvectors are taken), scale, exact blocks and what is refused are those of {@link kfac}.
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
      const { factored, exact } = layerSums(sum, "EKFAC", sharing, memoryLimit);
      const layers = factored.map(basisOf);
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

function basisOf(layer: KroneckerSum): BasisLayer {
  return {
    layer,
    left: kernels().eigh(layer.left.matrix()).vectors,
    right: kernels().eigh(layer.right.matrix()).vectors,
    moments: new Float64Array(layer.indices.length),
  };
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
