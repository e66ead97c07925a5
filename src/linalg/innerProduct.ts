/** tr(A B), the inner product of symmetric matrices: what distances and cosines between them are made of. */
import { ShapeError } from "../errors.ts";
import type { SymmetricOperator } from "./operator.ts";
import { MEMORY_LIMIT } from "./shapes.ts";
import { requireSameDimension } from "./sum.ts";
import { dot } from "./vector.ts";

/**
 * tr(A B) = Σ_ij A_ij B_ij, in the structures where one of them knows how: diagonal with any, Kronecker and eigenbasis
 * operators of the same shapes, blocks block by block, rows that are held with any. Else both are made dense.
 *
 * Throws {@link ShapeError} where dimensions differ, and, before memory is taken, where making both dense would take more
 * than `memoryLimit` bytes (default 2 GiB for each).
 */
export function innerProduct(
  A: SymmetricOperator,
  B: SymmetricOperator,
  { memoryLimit = MEMORY_LIMIT }: { readonly memoryLimit?: number } = {},
): number {
  requireSameDimension(A, B);
  const known = A.innerProduct?.(B) ?? B.innerProduct?.(A);
  if (known !== undefined) return known;
  requireEntries(A.dimension, memoryLimit);
  return dot(A.dense().data, B.dense().data);
}

/** Throws {@link ShapeError} where a matrix of D² entries would take more than `limit` bytes. */
function requireEntries(D: number, limit: number): void {
  const size = D * D * Float64Array.BYTES_PER_ELEMENT;
  if (size <= limit) return;
  throw new ShapeError(
    `these two structures have to be compared entry by entry: ${D} × ${D} numbers take ${gibibytes(size)} each, the limit ` +
      `is ${gibibytes(limit)}. Without entries a diagonal or a low-rank matrix compares with any other, and block-diagonal ones ` +
      "(exact, KFAC, EKFAC) with each other; for one known by its products alone estimate traces of products",
  );
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}
