/** Diagonal blocks that are Kronecker products, some of them exact: what KFAC makes. */
import { BlockDiagonalOperator } from "./blockDiagonalOperator.ts";
import { DenseOperator } from "./dense.ts";
import type { DiagonalBlock } from "./diagonalBlock.ts";
import { KroneckerOperator } from "./kroneckerOperator.ts";
import type { SolveOptions, SymmetricOperator } from "./operator.ts";

type Kept = KroneckerOperator | DenseOperator;

export class BlockKroneckerOperator extends BlockDiagonalOperator<Kept> {
  /**
   * The solve of KFAC's π-corrected damping (Martens & Grosse 2015, section 6.3), `[D] → [D]`: in each Kronecker block
   * (G + (√λ/π) I)⁻¹ ⊗ (A + π√λ I)⁻¹ with π² = (tr A / dim A) / (tr G / dim G), which is not (G ⊗ A + λ I)⁻¹, the exact
   * {@link solve}; blocks that are held entry by entry are damped exactly. It needs Cholesky factorizations where
   * `solve` needs eigendecompositions. Throws as `solve`.
   */
  solveFactored(b: Float64Array, options: SolveOptions = {}): Float64Array {
    return this.ofVector(b, "right-hand side", (A, part) =>
      A instanceof KroneckerOperator ? A.solveFactored(part, options) : A.solve(part, options),
    );
  }

  override scaled(c: number): BlockKroneckerOperator {
    return new BlockKroneckerOperator(
      this.blocks.map((block) => ({ ...block, operator: block.operator.scaled(c) })),
    );
  }

  /** With `solveFactored` where each block is a Kronecker product or dense again. */
  override plus(B: SymmetricOperator): BlockDiagonalOperator | undefined {
    const sum = super.plus(B);
    return sum?.blocks.every(isKept) ? new BlockKroneckerOperator(sum.blocks) : sum;
  }
}

function isKept(block: DiagonalBlock): block is DiagonalBlock<Kept> {
  return block.operator instanceof KroneckerOperator || block.operator instanceof DenseOperator;
}
