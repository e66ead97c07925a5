/** How alike curvature matrices are: as matrices, and as preconditioners. */
import { DomainError, ShapeError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { SymmetricOperator } from "../linalg/operator.ts";
import { kernels } from "../linalg/provider.ts";
import { cosine, dot, norm } from "../linalg/vector.ts";
import type { CurvatureLabels } from "./curvature.ts";

/**
 * ‖A − B‖ / ‖B‖ in the Frobenius norm (default) or the spectral norm. Both matrices are made dense: throws
 * {@link ShapeError} where they would not fit, or their sizes differ.
 *
 * @example
 * relativeDistance(curvature(problem, theta, empirical()), curvature(problem, theta, fisher()));
 */
export function relativeDistance(
  A: SymmetricOperator,
  B: SymmetricOperator,
  matrixNorm: "frobenius" | "spectral" = "frobenius",
): number {
  requireSameDimension(A, B);
  const b = B.dense();
  const a = A.dense();
  const difference = { ...b, data: a.data.map((x, i) => x - b.data[i]) };
  const size = matrixNorm === "frobenius" ? (C: Matrix) => norm(C.data) : spectralNorm;
  return size(difference) / size(b);
}

/**
 * tr(A B) / (‖A‖_F ‖B‖_F): 1 for matrices that differ only in scale; NaN if one is zero. Both are made dense: throws
 * as {@link relativeDistance}.
 */
export function matrixCosine(A: SymmetricOperator, B: SymmetricOperator): number {
  requireSameDimension(A, B);
  return cosine(A.dense().data, B.dense().data);
}

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

export interface CompareOptions {
  /** ∇L(θ) `[D]`; default none, then steps are not compared */
  readonly gradient?: Float64Array;
  /** λ ≥ 0 of the steps (A + λ I)⁻¹ g, default 0; a prior's precision is for the caller to add */
  readonly damping?: number;
}

/**
 * Compares matrices with the first of them, the reference R (the Fisher, as a rule), as matrices and by the steps
 * that they make of a gradient. All are made dense. Throws {@link DomainError} where there are none, or they are at
 * different scales (mean and sum); {@link ShapeError} as {@link relativeDistance}; and as `solve` does.
 *
 * @example
 * const F = curvature(problem, theta, fisher());
 * const E = curvature(problem, theta, empirical());
 * compare([F, E], { gradient: problem.gradient(theta), damping: 1e-4 })[1].step?.cosine;
 */
export function compare(
  matrices: readonly (SymmetricOperator & Partial<CurvatureLabels>)[],
  { gradient, damping = 0 }: CompareOptions = {},
): ComparisonRow[] {
  const [reference] = matrices;
  if (!reference) throw new DomainError("compare: found no matrix, expected at least one");
  for (const { scale } of matrices) {
    if (scale !== undefined && reference.scale !== undefined && scale !== reference.scale) {
      throw new DomainError(
        `compare: matrices of a ${reference.scale} and of a ${scale} over samples differ by a factor N; ` +
          "make both from objectives with the same reduction",
      );
    }
  }
  const best = gradient && reference.solve(gradient, { damping });
  return matrices.map((A, i) => {
    const row = {
      name: [A.kind, A.structure].filter(Boolean).join(", ") || `matrix ${i}`,
      trace: A.trace(),
      frobenius: relativeDistance(A, reference),
      spectral: relativeDistance(A, reference, "spectral"),
      cosine: matrixCosine(A, reference),
    };
    if (!gradient || !best) return row;
    const step = A.solve(gradient, { damping });
    const gamma =
      stepQuality(reference, gradient, step) / stepQuality(reference, gradient, gradient);
    return { ...row, step: { cosine: cosine(step, best), gamma, norm: norm(step) } };
  });
}

function requireSameDimension(A: SymmetricOperator, B: SymmetricOperator): void {
  if (A.dimension !== B.dimension) {
    throw new ShapeError(`matrices of dimension ${A.dimension} and ${B.dimension} do not compare`);
  }
}

/** ‖A‖₂, the largest size of an eigenvalue. */
function spectralNorm(A: Matrix): number {
  const { values } = kernels().eigh(A);
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
