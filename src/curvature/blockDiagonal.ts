/** The structure that keeps exact diagonal blocks. */
import { BlockDiagonalOperator } from "../linalg/blockDiagonalOperator.ts";
import { type DenseOperator, denseOperator } from "../linalg/dense.ts";
import type { Reals } from "../linalg/matrix.ts";
import { MEMORY_LIMIT } from "../linalg/shapes.ts";
import { addBlocks, addSecondOrderBlocks, type BlockSum, blockSums } from "./blockSums.ts";
import { coordinates, type Partition, parameterBlocks } from "./parameterBlocks.ts";
import type { CurvatureSum, Structure } from "./structure.ts";

export interface BlockDiagonalOptions {
  /**
   * `"layer"` (default) or `"parameter"`, an array of parameters such as a weight, of a model that names them; or ranges
   * of θ, for any model
   */
  readonly by?: Partition;
  /** bytes that all blocks may take, default 2 GiB */
  readonly memoryLimit?: number;
}

/**
 * The exact blocks of the matrix on its diagonal, entry by entry in float64; what is outside of them is dropped. All
 * operations work block by block, and each block is at the matrix's own scale. In a network the rows of one layer are
 * held at a time, a few samples of them. A tied layer is one block. The Hessian of a model not linear in θ takes D
 * products a batch; that of a network whose activations are all linear in pieces has the blocks of the Fisher, without.
 *
 * Throws `ShapeError`, before memory is taken, where the blocks would take more than `memoryLimit`; `DomainError` for a model
 * that does not name its arrays, and for ranges that overlap or leave a gap.
 *
 * @example
 * const B = curvature(digits, theta, fisher(), blockDiagonal({ by: "parameter" }));
 * B.blocks[0].operator.eigenvalues(); // of the first weight
 * curvature(counts, theta, fisher(), blockDiagonal({ by: [{ name: "rates", offset: 0, size: 2 }, …] }));
 */
export function blockDiagonal({
  by = "layer",
  memoryLimit = MEMORY_LIMIT,
}: BlockDiagonalOptions = {}): Structure<BlockDiagonalOperator<DenseOperator>> {
  return {
    name: `block diagonal by ${typeof by === "string" ? by : "ranges"}`,
    build(sum) {
      const sums = blockSums(sum.name, parameterBlocks(sum, by), memoryLimit);
      for (const terms of sum.batches()) {
        addBlocks(terms, sums);
        if (terms.residual) addSecondOrderBlocks(terms.at, terms.residual, sums);
      }
      return exactBlocks(sum, sums);
    },
  };
}

function exactBlocks<T extends Reals>(
  { weight }: CurvatureSum<T>,
  sums: readonly BlockSum[],
): BlockDiagonalOperator<DenseOperator> {
  return new BlockDiagonalOperator(sums.map((sum) => exactBlock(sum, weight)));
}

/** A block with its place, times w. */
export function exactBlock({ range, matrix }: BlockSum, weight: number) {
  for (let t = 0; t < matrix.data.length; t++) matrix.data[t] *= weight;
  return { name: range.name, indices: coordinates(range), operator: denseOperator(matrix) };
}
