/** From one structure to another: what is kept of a matrix when less is to be held. */
import { DomainError, ShapeError } from "../errors.ts";
import { BlockDiagonalOperator } from "./blockDiagonalOperator.ts";
import { DenseOperator } from "./dense.ts";
import { type DiagonalOperator, diagonalOperator } from "./diagonalOperator.ts";
import type { KroneckerOperator } from "./kroneckerOperator.ts";
import { type LowRankOperator, lowRankOperator } from "./lowRankOperator.ts";
import { type Matrix, zeros } from "./matrix.ts";
import { nearestKronecker } from "./nearestKronecker.ts";
import type { SymmetricOperator } from "./operator.ts";
import { requireMemory } from "./shapes.ts";

/** A structure that another matrix is brought into, as a value. */
export interface Conversion<O extends SymmetricOperator = SymmetricOperator> {
  /** e.g. "diagonal" */
  readonly name: string;
  /** throws `ShapeError` where dimensions do not fit or memory does not suffice */
  of(A: SymmetricOperator): O;
}

/** Every entry. */
export function toFull(): Conversion<DenseOperator> {
  return { name: "full", of: (A) => new DenseOperator(A.dense()) };
}

/** The diagonal: of all diagonal matrices the nearest in the Frobenius norm. */
export function toDiagonal(): Conversion<DiagonalOperator> {
  return { name: "diagonal", of: (A) => diagonalOperator(A.diagonal()) };
}

/** Where a block lies. */
export interface BlockPlace {
  readonly name: string;
  /** coordinates of its rows */
  readonly indices: ArrayLike<number>;
}

/**
 * The exact diagonal blocks: of all matrices with these blocks the nearest in the Frobenius norm. The blocks of another
 * `BlockDiagonalOperator` are places. By products with unit vectors, as many as there are in a block, where all entries
 * would take more than 128 MiB.
 */
export function toBlocks(
  places: readonly BlockPlace[],
): Conversion<BlockDiagonalOperator<DenseOperator>> {
  return {
    name: "block diagonal",
    of: (A) =>
      new BlockDiagonalOperator(
        blocksOf(A, places).map((block) => ({
          ...block,
          operator: new DenseOperator(block.matrix),
        })),
      ),
  };
}

/** A block and the sizes of its two Kronecker factors. */
export interface KroneckerPlace extends BlockPlace {
  /** m; of L, n follows */
  readonly left: number;
}

/**
 * In each block the Kronecker product nearest to it in the Frobenius norm, see {@link nearestKronecker}: the best that the
 * structure of KFAC can do, which KFAC is not.
 *
 * @example
 * const places = K.blocks.map(({ name, indices, operator }) => ({ name, indices, left: operator.left.rows }));
 * relativeDistance(convert(F, toKroneckerBlocks(places)), F); // never above that of K = curvature(…, kfac())
 */
export function toKroneckerBlocks(
  places: readonly KroneckerPlace[],
): Conversion<BlockDiagonalOperator<KroneckerOperator>> {
  return {
    name: "nearest Kronecker products",
    of: (A) =>
      new BlockDiagonalOperator(
        blocksOf(A, places).map(({ name, indices, matrix }, i) => {
          const { left } = places[i];
          return { name, indices, operator: nearestKronecker(matrix, left, indices.length / left) };
        }),
      ),
  };
}

/**
 * The `rank` largest eigenvalues with their eigenvectors: for a positive semi-definite A of all matrices of that rank the
 * nearest. Throws `DomainError` where one of them is not positive.
 */
export function toLowRank(rank: number): Conversion<LowRankOperator> {
  return {
    name: `rank ${rank}`,
    of(A) {
      const { values, vectors } = A.eigenpairs(rank);
      const least = values[rank - 1];
      if (!(least > 0)) {
        throw new DomainError(
          `rank ${rank}: the eigenvalue of that number is ${least}, expected a positive one`,
        );
      }
      const rows = zeros(rank, A.dimension);
      for (let t = 0; t < rows.data.length; t++) {
        const [i, j] = [Math.floor(t / A.dimension), t % A.dimension];
        rows.data[t] = Math.sqrt(values[i]) * vectors.data[j * rank + i];
      }
      return lowRankOperator(rows);
    },
  };
}

/** bytes of all entries up to which blocks are cut from them */
const ENTRIES = 2 ** 27;

interface CutBlock extends BlockPlace {
  readonly matrix: Matrix;
}

function blocksOf(A: SymmetricOperator, places: readonly BlockPlace[]): CutBlock[] {
  const D = A.dimension;
  const total = places.reduce((sum, { indices }) => sum + indices.length, 0);
  if (total !== D) {
    throw new ShapeError(`blocks of ${total} coordinates in all for a matrix of order ${D}`);
  }
  const all = 8 * D * D <= ENTRIES ? A.dense() : undefined;
  return places.map((place) => ({
    ...place,
    matrix: all ? cut(all, place.indices) : products(A, place.indices),
  }));
}

function cut({ cols, data }: Matrix, indices: ArrayLike<number>): Matrix {
  const n = indices.length;
  const block = zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) block.data[i * n + j] = data[indices[i] * cols + indices[j]];
  }
  return block;
}

/** By one product with each unit vector of the block; entries and their mirror images are averaged. */
function products(A: SymmetricOperator, indices: ArrayLike<number>): Matrix {
  const n = indices.length;
  requireMemory(n, n, "block of a matrix");
  const block = zeros(n, n);
  for (let j = 0; j < n; j++) {
    const unit = new Float64Array(A.dimension);
    unit[indices[j]] = 1;
    const column = A.multiply(unit);
    for (let i = 0; i < n; i++) {
      block.data[i * n + j] += column[indices[i]] / 2;
      block.data[j * n + i] += column[indices[i]] / 2;
    }
  }
  return block;
}
