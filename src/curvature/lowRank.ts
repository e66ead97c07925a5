/** The structure that keeps rows, or only their inner products: exact where there are fewer rows than parameters. */
import { DomainError, ShapeError } from "../errors.ts";
import { LowRankOperator } from "../linalg/lowRankOperator.ts";
import { type Reals, zeros } from "../linalg/matrix.ts";
import { heldRows, type RowProducts } from "../linalg/rowProducts.ts";
import { MEMORY_LIMIT, requireMemory } from "../linalg/shapes.ts";
import { holdTerms } from "./heldTerms.ts";
import type { Terms } from "./kind.ts";
import { passedRows } from "./passedRows.ts";
import type { CurvatureSum, Structure } from "./structure.ts";

export interface LowRankOptions {
  /**
   * bytes of the rows `[N · K, D]` in float64 that are kept, default 1 GiB. If they take more, no row is written: the Gram
   * matrix comes from products layer by layer, and each product with the matrix takes a pass over the data. 0 for
   * eigenvalues, traces and log-determinants alone
   */
  readonly memory?: number;
  /** bytes that the Gram matrix `[N · K, N · K]` may take, default 2 GiB */
  readonly memoryLimit?: number;
}

/**
 * The exact matrix w Rᵀ R by its N·K rows R, (J_nᵀ S_n)ᵀ with K columns each, where N·K < D: nothing is dropped. Its
 * eigenvalues, trace and log-determinant come from the Gram matrix R Rᵀ, solves from Woodbury's formula, to rounding. They
 * need a damping. For K outputs' factors choose few samples: a batch of 100 with 10 classes has 1000 rows, of an
 * empirical Fisher 100.
 *
 * Gram matrices of float32 networks are products of float32 rows: eigenvalues are exact to about 1e-7 of the largest.
 *
 * Throws `ShapeError`, before rows are made, where N·K ≥ D ({@link full} is smaller then), and where the Gram matrix would
 * not fit; `DomainError` for the Hessian of a model not linear in θ, which is no sum of squares, and for centred gradients
 * whose rows do not fit into `memory`.
 *
 * @example
 * const E = curvature(few, theta, empirical(), lowRank());
 * E.solve(g, { damping: 1e-4 });
 * curvature(few, theta, fisher(), lowRank({ memory: 0 })).eigenvalues();
 */
export function lowRank({
  memory = 2 ** 30,
  memoryLimit = MEMORY_LIMIT,
}: LowRankOptions = {}): Structure<LowRankOperator> {
  return {
    name: "low rank",
    build(sum) {
      const rows = rowsOf(sum, memory, memoryLimit);
      return new LowRankOperator(rows, sum.weight);
    },
  };
}

function rowsOf<T extends Reals>(sum: CurvatureSum<T>, memory: number, limit: number): RowProducts {
  const { name, dimension: D, samples: N } = sum;
  const [first] = sum.batches();
  requireRows(first, name);
  const count = N * first.factor.cols;
  if (count >= D) {
    throw new ShapeError(
      `low rank of the ${name}: ${N} samples of ${first.factor.cols} columns are ${count} rows, expected fewer than the ` +
        `${D} parameters; full() is smaller, or take fewer samples or draws`,
    );
  }
  requireMemory(count, count, `low rank of the ${name}, Gram matrix`, limit);
  if (8 * count * D <= memory) return heldRows(writtenRows(sum, count));
  if (first.centre) {
    throw new DomainError(
      `low rank of the ${name}: centred rows have to be written, ${count} × ${D} numbers take more than the ${memory} bytes of ` +
        "the option memory; allow more, or use matrixFree()",
    );
  }
  return passedRows(holdTerms(sum, 2 ** 28), count);
}

function requireRows<T extends Reals>({ residual }: Terms<T>, name: string): void {
  if (!residual) return;
  throw new DomainError(
    `low rank of the ${name}: with its second-order terms Σ r ∇²f it is no sum of squares of rows; use fisher() or ggn() ` +
      "in this structure, or matrixFree()",
  );
}

/** R, `[N · K, D]` in float64, centred where the kind says so. */
function writtenRows<T extends Reals>(sum: CurvatureSum<T>, count: number) {
  const D = sum.dimension;
  const all = zeros(count, D);
  let start = 0;
  for (const { at, factor, centre } of sum.batches()) {
    const { data } = at.factorRows(factor);
    all.data.set(data, start * D);
    if (centre) {
      for (let t = start * D; t < start * D + data.length; t++) all.data[t] -= centre[t % D];
    }
    start += factor.count * factor.cols;
  }
  return all;
}
