/** Means of matrices of mini-batches. */
import { DomainError } from "../errors.ts";
import { add } from "../linalg/sum.ts";
import { type Labelled, labelled, structureOf } from "./labels.ts";

/** A matrix of some of the samples. */
export interface MatrixPart {
  readonly matrix: Labelled;
  /** n_b ≥ 1 */
  readonly samples: number;
}

/**
 * Σ_b (n_b / N) A_b with N = Σ_b n_b: the matrix of a mean over all samples from those of means over mini-batches of any
 * sizes, in the structure that `add` gives their sum. It is the matrix of all samples for what is linear in them: every
 * entry, diagonals, exact blocks, low rank. A mean of Kronecker products is none, and differs from KFAC of all samples:
 * there, factors are averaged before they are multiplied, which is what `curvature` does with its option `batch`. The mean has
 * the labels of its parts, of N samples; where no structure holds the sum, `structure` is what it is a mean of.
 *
 * Throws {@link DomainError} for no parts, a number of samples that is no positive integer, matrices of different kinds, of
 * sums over samples (which are to be added), and of centred gradients (each centred at its own mean);
 * `ShapeError` for different dimensions.
 *
 * @example
 * const parts = [first, second].map((F) => ({ matrix: F, samples: F.samples }));
 * average(parts).solve(gradient, { damping });
 */
export function average(parts: readonly MatrixPart[]): Labelled {
  if (parts.length === 0) throw new DomainError("average of matrices: found none");
  const [{ matrix: first }] = parts;
  for (const { matrix, samples } of parts) {
    if (!(Number.isSafeInteger(samples) && samples >= 1)) {
      throw new DomainError(
        `average of matrices: one of ${samples} samples, expected a positive integer`,
      );
    }
    requireMean(matrix, first);
  }
  const total = parts.reduce((sum, { samples }) => sum + samples, 0);
  const [head, ...rest] = parts.map(({ matrix, samples }) => matrix.scaled(samples / total));
  const mean = rest.reduce(add, head);
  const { kind, scale, degree } = first;
  const structure = structureOf(
    mean,
    parts.map(({ matrix }) => matrix),
    "mean",
  );
  return labelled(mean, {
    kind,
    structure,
    scale,
    degree,
    samples: kind === undefined ? kind : total,
  });
}

function requireMean(matrix: MatrixPart["matrix"], first: MatrixPart["matrix"]): void {
  if (matrix.kind !== first.kind) {
    throw new DomainError(`average of matrices: found a ${first.kind} and a ${matrix.kind}`);
  }
  if (matrix.scale === "sum") {
    throw new DomainError(
      "average of matrices: one is a sum over its samples, expected means; sums are added: add(A, B)",
    );
  }
  if (matrix.kind === "gradient covariance") {
    throw new DomainError(
      "average of matrices: covariances of mini-batches are centred each at its own mean gradient, so that their mean lacks the " +
        "spread of those; make the covariance of all samples, with curvature's option batch",
    );
  }
}
