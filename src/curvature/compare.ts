/** How alike curvature matrices are: as matrices, and as preconditioners. */
import { DomainError } from "../errors.ts";
import { DenseOperator } from "../linalg/dense.ts";
import { MatrixFreeOperator } from "../linalg/matrixFree.ts";
import type { SymmetricOperator } from "../linalg/operator.ts";
import { cosine, dot, norm } from "../linalg/vector.ts";
import {
  type DistanceOptions,
  isByEntries,
  matrixCosine,
  relativeDistance,
  requireSameDimension,
} from "./distance.ts";
import { extremes } from "./extremes.ts";
import type { Labelled } from "./labels.ts";

/**
 * γ(Δ) = √(Δᵀ F Δ) / |Δᵀ g|, how good a step Δ is for the quadratic model with gradient g and curvature F, whatever its
 * length: with the best length the model falls by 1/(2γ²). Smaller is better, and no step has a smaller one
 * than the natural gradient F⁻¹g, with γ = 1/√(gᵀF⁻¹g). Infinity where Δ is orthogonal to g.
 *
 * Source: Wu et al. 2024, An improved empirical Fisher approximation for natural gradient descent (NeurIPS).
 *
 * @example
 * stepQuality(F, g, E.solve(g, { damping })) / stepQuality(F, g, g); // below 1: better than the gradient
 */
export function stepQuality(F: SymmetricOperator, g: Float64Array, step: Float64Array): number {
  return Math.sqrt(dot(step, F.multiply(step))) / Math.abs(dot(step, g));
}

/** One matrix, compared with the reference. */
export interface ComparisonRow {
  readonly name: string;
  readonly trace: number;
  /** ‖A − R‖_F / ‖R‖_F */
  readonly frobenius: number;
  /** ‖A − R‖₂ / ‖R‖₂ */
  readonly spectral: number;
  /** tr(A R) / (‖A‖_F ‖R‖_F) */
  readonly cosine: number;
  /** the largest eigenvalue */
  readonly largest: number;
  /** the smallest eigenvalue */
  readonly smallest: number;
  /**
   * how `frobenius` was found: `"entries"` by making both matrices dense; `"products"` by traces of products, where
   * distances below about 1e-7 are rounding, see {@link relativeDistance}
   */
  readonly by: "entries" | "products";
  /** that the matrix holds */
  readonly bytes: number;
  /** that it took to be made; absent for an operator that `curvature` did not make */
  readonly seconds?: number;
  /** of the step (A + damping · I)⁻¹ g; absent without a gradient */
  readonly step?: {
    /** with the step of the reference */
    readonly cosine: number;
    /** {@link stepQuality} under the reference, over that of the gradient itself */
    readonly gamma: number;
    /** ‖step‖₂ */
    readonly norm: number;
  };
}

export interface CompareOptions extends DistanceOptions {
  /** ∇L(θ) `[D]`; default none, then steps are not compared */
  readonly gradient?: Float64Array;
  /** λ ≥ 0 of the steps (A + λ I)⁻¹ g, default 0; a prior's precision is for the caller to add */
  readonly damping?: number;
}

/**
 * Compares matrices with the first of them, the reference R (the Fisher, as a rule), as matrices and by the steps
 * that they make of a gradient. Up to D = 4096 all are made dense, one at a time beside the reference, within
 * `memoryLimit`; beyond, the structures are compared as they are, and `by` says which it was. What cannot be compared
 * otherwise is made dense up to `memoryLimit`, for the trace of a product: two matrices known by their products alone, or
 * one of them and blocks.
 *
 * Throws {@link DomainError} where there are none, or they are at different scales (mean and sum); `ShapeError` for
 * different dimensions and where memory would not suffice; and as `solve` does.
 *
 * @example
 * const F = curvature(problem, theta, fisher());
 * const E = curvature(problem, theta, empirical());
 * compare([F, E], { gradient: problem.gradient(theta), damping: 1e-4 })[1].step?.cosine;
 */
export function compare(
  matrices: readonly Labelled[],
  { gradient, damping = 0, ...options }: CompareOptions = {},
): ComparisonRow[] {
  const [reference] = matrices;
  if (!reference) throw new DomainError("compare: found no matrix, expected at least one");
  for (const A of matrices) requireComparable(A, reference);
  const best = gradient && reference.solve(gradient, { damping });
  const R = entriesOf(reference, options);
  return matrices.map((matrix, i) => {
    const A = matrix === reference ? R : entriesOf(matrix, options);
    const { largest, smallest } = extremes(A);
    const { kind, structure, bytes, seconds } = matrix;
    const row: ComparisonRow = {
      name: [kind, structure].filter(Boolean).join(", ") || `matrix ${i}`,
      trace: A.trace(),
      frobenius: relativeDistance(A, R, "frobenius", options),
      spectral: relativeDistance(A, R, "spectral", options),
      cosine: matrixCosine(A, R, options),
      largest,
      smallest,
      by: isByEntries(A.dimension, options) ? "entries" : "products",
      bytes,
      ...(seconds !== undefined && { seconds }),
    };
    if (!gradient || !best) return row;
    const step = matrix.solve(gradient, { damping });
    const gamma =
      stepQuality(reference, gradient, step) / stepQuality(reference, gradient, gradient);
    return { ...row, step: { cosine: cosine(step, best), gamma, norm: norm(step) } };
  });
}

function requireComparable(A: Labelled, reference: Labelled): void {
  requireSameDimension(A, reference);
  if (A.scale === undefined || reference.scale === undefined || A.scale === reference.scale) return;
  throw new DomainError(
    `compare: matrices of a ${reference.scale} and of a ${A.scale} over samples differ by a factor N; ` +
      "make both from objectives with the same reduction",
  );
}

/** A matrix known by its products alone, once with all its entries instead of D products for each question. */
function entriesOf(A: SymmetricOperator, options: DistanceOptions): SymmetricOperator {
  const small = isByEntries(A.dimension, options);
  return small && A instanceof MatrixFreeOperator ? new DenseOperator(A.dense()) : A;
}
