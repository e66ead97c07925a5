/** The structure that keeps Kronecker factors: KFAC. */
import { BlockKroneckerOperator } from "../linalg/blockKroneckerOperator.ts";
import { KroneckerOperator } from "../linalg/kroneckerOperator.ts";
import { MEMORY_LIMIT } from "../linalg/shapes.ts";
import type { Sharing } from "./kroneckerSums.ts";
import { layerSums } from "./layerSums.ts";
import type { Structure } from "./structure.ts";

export interface KfacOptions {
  /**
   * What becomes of the positions (pixels of the outputs) at which a convolution uses its weight, and which of what KFAC
   * is exact for: `"expand"` (default) takes them for samples of their own, `"reduce"` averages inputs and sums
   * gradients over them first. Dense layers have one position, where both are the same
   */
  readonly sharing?: Sharing;
  /** bytes that the factors of one layer, or an exact block, may take, default 2 GiB */
  readonly memoryLimit?: number;
}

/**
 * Kronecker-factored approximate curvature (Martens & Grosse 2015; Grosse & Martens 2016 for convolutions; Eschenhagen et
 * al. 2023 for `sharing`): the block of each layer is G ⊗ A, and what lies between layers is dropped.
 *
 * With rows Σ_r g_nkr a_nrᵀ of the weight `[out, in]` (sample n, column k of the output factor S_n, position r of R) and a
 * constant 1 appended to a for the bias:
 * - `expand`: A = (1/NR) Σ_n Σ_r a aᵀ and G = w Σ_n Σ_k Σ_r g gᵀ;
 * - `reduce`: A = (1/N) Σ_n ā āᵀ with ā the mean over positions, G = w Σ_n Σ_k ĝ ĝᵀ with ĝ the sum over them.
 *
 * Weights and bias of a layer are one block, row by row: in the order of θ, entry (o, i) of the weight and bias o are row
 * and column o·(in + 1) + i and o·(in + 1) + in of G ⊗ A. A has no scale, G has the matrix's own (w, and the degree of its kind).
 * It is KFAC of whatever kind it is given: with `fisher()` and `ggn()` all columns of a square root (type 2), with
 * `sampled()` as many as there are draws, with `empirical()` one.
 *
 * The blocks are exact for one sample, and for any number of equal ones, in layers with one position; for a deep linear
 * network with squared loss (type 2); and with `reduce` for such a network whose convolutions end in a mean over all positions. A
 * grouped convolution has one product for each group (others average the groups). Layers without outer products, as
 * batch normalization, have an exact dense block.
 *
 * Throws `DomainError` that says why: for a layer used twice, whose rows are sums over its uses; for a model without
 * layers; for the Hessian of a model not linear in θ; for centred gradients. `ShapeError` for factors that would not fit.
 *
 * @example
 * const random = stream(0, "labels");
 * const K = curvature(digits, theta, sampled({ draws: 1, random }), kfac(), { batch: 1024 });
 * K.solve(g, { damping: 1e-3 }); // exact: (G ⊗ A + damping · I)⁻¹
 * K.solveFactored(g, { damping: 1e-3 }); // the π-corrected heuristic
 */
export function kfac({
  sharing = "expand",
  memoryLimit = MEMORY_LIMIT,
}: KfacOptions = {}): Structure<BlockKroneckerOperator> {
  return {
    name: sharing === "expand" ? "KFAC" : "KFAC-reduce",
    build(sum) {
      const { factored, exact } = layerSums(sum, "KFAC", [sharing], memoryLimit);
      const blocks = factored.map(([{ name, indices, left, right }]) => ({
        name,
        indices,
        operator: new KroneckerOperator(left, right),
      }));
      return new BlockKroneckerOperator([...blocks, ...exact]);
    },
  };
}
