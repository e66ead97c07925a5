/** What matrices made of curvature matrices say about themselves. */
import { BlockDiagonalOperator } from "../linalg/blockDiagonalOperator.ts";
import type { SymmetricOperator } from "../linalg/operator.ts";
import type { CurvatureLabels } from "./curvature.ts";

/** An operator with the labels that are known of it: all, where `curvature` made it. */
export type Labelled<O extends SymmetricOperator = SymmetricOperator> = O &
  Partial<CurvatureLabels>;

type Labels = { readonly [K in keyof CurvatureLabels]?: CurvatureLabels[K] | undefined };

/** The operator itself, with those of the labels that are not undefined. */
export function labelled<O extends SymmetricOperator>(operator: O, labels: Labels): Labelled<O> {
  const known = Object.entries(labels).filter(([, value]) => value !== undefined);
  return Object.assign(operator, Object.fromEntries(known));
}

/**
 * The structure of a sum or a mean of labelled matrices: that of the one which is kept as the result is, else the way it was
 * made, e.g. "mean of KFAC", which is none.
 */
export function structureOf(
  result: SymmetricOperator,
  parts: readonly Labelled[],
  made: "sum" | "mean",
): string | undefined {
  const names = parts.flatMap(({ structure }) => structure ?? []);
  if (names.length === 0) return undefined;
  const like = parts.find((A) => A.structure !== undefined && hasFormOf(result, A));
  return like?.structure ?? `${made} of ${[...new Set(names)].join(" and ")}`;
}

/** Whether two matrices are kept in the same way, block by block. */
function hasFormOf(A: SymmetricOperator, B: SymmetricOperator): boolean {
  if (!(A instanceof BlockDiagonalOperator && B instanceof BlockDiagonalOperator)) {
    return A.constructor === B.constructor;
  }
  return (
    A.blocks.length === B.blocks.length &&
    A.blocks.every(({ operator }, i) => hasFormOf(operator, B.blocks[i].operator))
  );
}
