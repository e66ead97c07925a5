/** Sums and multiples of curvature matrices, with their labels. */
import * as operators from "../linalg/sum.ts";
import type { CurvatureLabels } from "./curvature.ts";
import { type Labelled, labelled, structureOf } from "./labels.ts";

/** rounding of 1/N and of a product with it */
const ROUNDING = 4 * Number.EPSILON;

/**
 * A + B, in a structure that holds it: diagonal and diagonal; block diagonal with the same blocks, block by block; a matrix
 * held entry by entry and any that need not be known by products alone; two of low rank whose rows are held; two Kronecker
 * products that share a factor, as multiples of one do. Any other pair, two other KFACs among them, is added product by
 * product (block by block if both have the same blocks): the sum is then matrix-free, solves by conjugate gradients and
 * becomes dense on request.
 *
 * The sum has the labels of both where they agree, and its kind says what was added ("Fisher + empirical Fisher"); of how many
 * samples it is, is not known. A matrix without labels, as a prior's, changes only the kind. Throws `ShapeError` where
 * dimensions differ.
 *
 * @example
 * add(F, diagonalOperator(precisions)).solve(g); // a prior with a precision for each parameter
 */
export function add(A: Labelled, B: Labelled): Labelled {
  const sum = operators.add(A, B);
  const [a, b] = [A, B].map(({ kind }) => kind ?? "a matrix");
  const isKind = A.kind !== undefined || B.kind !== undefined;
  return labelled(sum, {
    kind: isKind ? (a === b ? a : `${a} + ${b}`) : undefined,
    structure: structureOf(sum, [A, B], "sum"),
    scale: common(A.scale, B.scale),
    degree: A.degree === B.degree ? A.degree : undefined,
    samples: A.kind === undefined ? B.samples : B.kind === undefined ? A.samples : undefined,
  });
}

/**
 * c A, in A's structure and with its labels. A sum over N samples times 1/N is labelled a mean, a mean times N a sum; other
 * factors go into the kind ("0.5 · Fisher"). Throws `DomainError` unless c is finite.
 *
 * @example
 * compare([F, scale(S, 1 / S.samples)]); // a mean, and a sum made a mean
 */
export function scale(A: Labelled, c: number): Labelled {
  const { kind, structure, degree, samples } = A;
  const multiple = operators.scale(A, c);
  const reduced = otherReduction(A, c);
  const isNamed = kind !== undefined && c !== 1 && !reduced;
  return labelled(multiple, {
    kind: isNamed ? `${Number(c.toPrecision(4))} · ${kind}` : kind,
    structure,
    scale: reduced ?? A.scale,
    degree,
    samples,
  });
}

/** What a factor of N or 1/N makes of a mean or a sum over N samples; undefined for every other. */
function otherReduction(
  { scale: reduction, samples }: Labelled,
  c: number,
): CurvatureLabels["scale"] | undefined {
  if (samples === undefined) return undefined;
  const isOne = (x: number): boolean => Math.abs(x - 1) <= ROUNDING;
  if (reduction === "sum" && isOne(c * samples)) return "mean";
  if (reduction === "mean" && isOne(c / samples)) return "sum";
  return undefined;
}

/** What both say, or the one that says something; undefined where they differ. */
function common<V>(a: V | undefined, b: V | undefined): V | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a === b ? a : undefined;
}
