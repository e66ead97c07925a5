/** Terms that are asked for again and again: held if they are small enough. */
import type { Reals } from "../linalg/matrix.ts";
import type { Terms } from "./kind.ts";
import type { CurvatureSum } from "./structure.ts";

export interface HeldTerms<T extends Reals> {
  /** the same sum */
  readonly sum: CurvatureSum<T>;
  /** that it holds: none if every pass computes the terms again */
  readonly bytes: number;
}

/** The same sum, with its forward passes and output factors held if they take no more than `limit` bytes. */
export function holdTerms<T extends Reals>(sum: CurvatureSum<T>, limit: number): HeldTerms<T> {
  const held: Terms<T>[] = [];
  let bytes = 0;
  // all batches are visited, so that what is drawn at random is drawn now
  for (const terms of sum.batches()) {
    bytes += bytesOf(terms);
    if (bytes <= limit) held.push(terms);
    else held.length = 0;
  }
  if (bytes > limit) return { sum, bytes: 0 };
  return { sum: { ...sum, batches: () => held }, bytes };
}

function bytesOf<T extends Reals>({ at, factor, residual }: Terms<T>): number {
  return at.bytes + factor.data.byteLength + (residual?.data.byteLength ?? 0);
}
