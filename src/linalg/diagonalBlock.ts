/** One block of a block-diagonal matrix, and what blocks have to be together. */
import { DomainError, NotPositiveDefiniteError, ShapeError } from "../errors.ts";
import type { SymmetricOperator } from "./operator.ts";

/** A matrix on some of the coordinates. */
export interface DiagonalBlock<O extends SymmetricOperator = SymmetricOperator> {
  /** e.g. "2.weight" */
  readonly name: string;
  /** row and column i of `operator` belong to coordinate `indices[i]` */
  readonly indices: ArrayLike<number>;
  readonly operator: O;
}

/** Runs an operation on a block's operator; its error says which block. */
export function inBlock<O extends SymmetricOperator, R>(
  { name, operator }: DiagonalBlock<O>,
  operation: (A: O) => R,
): R {
  try {
    return operation(operator);
  } catch (error) {
    if (error instanceof NotPositiveDefiniteError) {
      throw new NotPositiveDefiniteError(`block ${name}: ${error.message}`, error.pivot);
    }
    if (error instanceof DomainError) throw new DomainError(`block ${name}: ${error.message}`);
    throw error;
  }
}

/** D. Throws {@link ShapeError}, {@link DomainError} unless the blocks are a partition of 0 … D − 1. */
export function requirePartition(blocks: readonly DiagonalBlock[]): number {
  const D = blocks.reduce((sum, { indices }) => sum + indices.length, 0);
  const owner = new Int32Array(D).fill(-1);
  blocks.forEach(({ name, indices, operator }, b) => {
    if (operator.dimension !== indices.length) {
      throw new ShapeError(
        `block ${name}: an operator of dimension ${operator.dimension} for ${indices.length} coordinates`,
      );
    }
    const bad = claim(indices, owner, b);
    if (bad === undefined) return;
    if (!(Number.isInteger(bad) && bad >= 0 && bad < D)) {
      throw new DomainError(
        `block ${name}: coordinate ${bad}, expected the ${D} coordinates of all blocks to be 0 to ${D - 1}`,
      );
    }
    throw new DomainError(
      `coordinate ${bad} is in block ${blocks[owner[bad]].name} and in ${name}`,
    );
  });
  return D;
}

/** Marks coordinates as those of block b; returns the first that is none, or is marked already. */
function claim(indices: ArrayLike<number>, owner: Int32Array, b: number): number | undefined {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    // what is no coordinate has no owner, not even −1
    if (owner[index] !== -1) return index;
    owner[index] = b;
  }
  return undefined;
}

/** Whether two lists of coordinates are equal, in this order. */
export function sameIndices(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
