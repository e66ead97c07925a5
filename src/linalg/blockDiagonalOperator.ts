/** A symmetric matrix that is zero outside its diagonal blocks, each kept in a structure of its own. */
import { overlappingInnerProduct } from "./blockOverlaps.ts";
import { gatherRows, requireRows, scatterRows } from "./columns.ts";
import { type DiagonalBlock, inBlock, requirePartition, sameIndices } from "./diagonalBlock.ts";
import { DiagonalOperator } from "./diagonalOperator.ts";
import { innerProduct } from "./innerProduct.ts";
import { type Matrix, requireLength, zeros } from "./matrix.ts";
import type { Eigenpairs, SolveOptions, SymmetricOperator } from "./operator.ts";
import { requireMemory } from "./shapes.ts";
import { largestFirst, requirePairs } from "./spectrum.ts";
import { add } from "./sum.ts";

/** Its blocks have no coordinate in common and together all of them. */
export class BlockDiagonalOperator<O extends SymmetricOperator = SymmetricOperator>
  implements SymmetricOperator
{
  readonly dimension: number;
  readonly blocks: readonly DiagonalBlock<O>[];

  constructor(blocks: readonly DiagonalBlock<O>[]) {
    this.dimension = requirePartition(blocks);
    this.blocks = blocks;
  }

  get bytes(): number {
    return this.blocks.reduce((sum, { operator }) => sum + operator.bytes, 0);
  }

  multiply(v: Float64Array): Float64Array {
    return this.ofVector(v, "vector of a product", (A, part) => A.multiply(part));
  }

  multiplyMany(V: Matrix): Matrix {
    requireRows(V, this.dimension, "a product");
    return this.ofColumns(V, (A, part) => A.multiplyMany(part));
  }

  solve(b: Float64Array, options: SolveOptions = {}): Float64Array {
    return this.ofVector(b, "right-hand side", (A, part) => A.solve(part, options));
  }

  solveMany(B: Matrix, options: SolveOptions = {}): Matrix {
    requireRows(B, this.dimension, "right-hand sides");
    return this.ofColumns(B, (A, part) => A.solveMany(part, options));
  }

  inverseSquareRootMultiply(v: Float64Array, options: SolveOptions = {}): Float64Array {
    return this.ofVector(v, "vector of a product", (A, part) =>
      A.inverseSquareRootMultiply(part, options),
    );
  }

  logDeterminant(options: SolveOptions = {}): number {
    return this.sum((A) => A.logDeterminant(options));
  }

  diagonal(): Float64Array {
    const diagonal = new Float64Array(this.dimension);
    for (const { indices, operator } of this.blocks) {
      operator.diagonal().forEach((value, i) => {
        diagonal[indices[i]] = value;
      });
    }
    return diagonal;
  }

  trace(): number {
    return this.sum((A) => A.trace());
  }

  eigenvalues(): Float64Array {
    const values = new Float64Array(this.dimension);
    let start = 0;
    for (const { operator } of this.blocks) {
      values.set(operator.eigenvalues(), start);
      start += operator.dimension;
    }
    return values.sort();
  }

  /** Each is zero outside of one block. */
  eigenpairs(count: number = this.dimension): Eigenpairs {
    requirePairs(count, this.dimension);
    const found = this.blocks.flatMap(({ indices, operator }) => {
      const { values, vectors } = operator.eigenpairs(Math.min(count, operator.dimension));
      return Array.from(values, (value, column) => ({ value, column, vectors, indices }));
    });
    const order = largestFirst(
      found.map(({ value }) => value),
      count,
    ).map((i) => found[i]);
    const all = zeros(this.dimension, count);
    order.forEach(({ vectors, column, indices }, j) => {
      for (let i = 0; i < indices.length; i++) {
        all.data[indices[i] * count + j] = vectors.data[i * vectors.cols + column];
      }
    });
    return { values: Float64Array.from(order, ({ value }) => value), vectors: all };
  }

  dense(): Matrix {
    const D = this.dimension;
    requireMemory(D, D, "block-diagonal operator as a dense matrix");
    const A = zeros(D, D);
    for (const { indices, operator } of this.blocks) {
      const { data } = operator.dense();
      const n = indices.length;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) A.data[indices[i] * D + indices[j]] = data[i * n + j];
      }
    }
    return A;
  }

  scaled(c: number): BlockDiagonalOperator {
    return new BlockDiagonalOperator(
      this.blocks.map((block) => ({ ...block, operator: block.operator.scaled(c) })),
    );
  }

  /** Block diagonal if B is, with the same coordinates in each block and in the same order, or if it is diagonal. */
  plus(B: SymmetricOperator): BlockDiagonalOperator | undefined {
    if (B instanceof DiagonalOperator) return this.plusDiagonal(B.diagonal());
    if (!(B instanceof BlockDiagonalOperator && this.hasBlocksOf(B))) return undefined;
    return new BlockDiagonalOperator(
      this.blocks.map((block, i) => ({
        ...block,
        operator: add(block.operator, B.blocks[i].operator),
      })),
    );
  }

  /** tr(A B) for a B of blocks, which need not be the same. */
  innerProduct(B: SymmetricOperator): number | undefined {
    if (!(B instanceof BlockDiagonalOperator)) return undefined;
    if (!this.hasBlocksOf(B)) return overlappingInnerProduct(this.blocks, B.blocks, this.dimension);
    return this.blocks.reduce(
      (sum, { operator }, i) => sum + innerProduct(operator, B.blocks[i].operator),
      0,
    );
  }

  private hasBlocksOf(B: BlockDiagonalOperator): boolean {
    return (
      B.blocks.length === this.blocks.length &&
      this.blocks.every(({ indices }, i) => sameIndices(indices, B.blocks[i].indices))
    );
  }

  private plusDiagonal(entries: Float64Array): BlockDiagonalOperator {
    return new BlockDiagonalOperator(
      this.blocks.map((block) => {
        const part = Float64Array.from(block.indices, (index) => entries[index]);
        return { ...block, operator: add(block.operator, new DiagonalOperator(part)) };
      }),
    );
  }

  protected ofVector(
    v: Float64Array,
    what: string,
    apply: (A: O, part: Float64Array) => Float64Array,
  ): Float64Array {
    requireLength(v.length, this.dimension, what);
    const column = { rows: v.length, cols: 1, data: v };
    return this.ofColumns(column, (A, { data }) => {
      const image = apply(A, data);
      return { rows: image.length, cols: 1, data: image };
    }).data;
  }

  private ofColumns(V: Matrix, apply: (A: O, part: Matrix) => Matrix): Matrix {
    const result = zeros(V.rows, V.cols);
    for (const block of this.blocks) {
      const image = inBlock(block, (A) => apply(A, gatherRows(V, block.indices)));
      scatterRows(image, block.indices, result);
    }
    return result;
  }

  private sum(value: (A: O) => number): number {
    return this.blocks.reduce((sum, block) => sum + inBlock(block, value), 0);
  }
}

/**
 * The operator with these diagonal blocks. Throws `ShapeError` unless each block's operator has the dimension of its
 * indices, `DomainError` unless the indices of all blocks are 0 to D − 1, each once. Errors of an operation name the
 * block.
 *
 * @example
 * const A = blockDiagonalOperator([
 *   { name: "even", indices: [0, 2], operator: denseOperator(fromRows([[4, 2], [2, 10]])) },
 *   { name: "odd", indices: [1], operator: diagonalOperator(Float64Array.of(3)) },
 * ]);
 * A.logDeterminant(); // log 108
 */
export function blockDiagonalOperator<B extends DiagonalBlock>(
  blocks: readonly B[],
): BlockDiagonalOperator<B["operator"]> {
  return new BlockDiagonalOperator<B["operator"]>(blocks);
}
