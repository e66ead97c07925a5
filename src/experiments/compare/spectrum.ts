/** Spectra from the largest eigenvalue on: computed where that is affordable, else by stochastic Lanczos quadrature. */
import { extremes, TOLERANCE } from "../../curvature/extremes.ts";
import { BlockDiagonalOperator } from "../../linalg/blockDiagonalOperator.ts";
import { DenseOperator } from "../../linalg/dense.ts";
import { spectralQuadrature } from "../../linalg/estimators/spectralQuadrature.ts";
import { MatrixFreeOperator } from "../../linalg/matrixFree.ts";
import type { SymmetricOperator } from "../../linalg/operator.ts";
import type { Generator } from "../../random/generator.ts";
import { DENSE } from "./matrices.ts";
import type { Spectrum } from "./results.ts";

/** points of a curve */
const POINTS = 240;
/** eigenvalues below this, relative to the largest in size, are zero to rounding */
const ROUNDING = 1e-13;

/**
 * `squares`: of how many squares of rows a matrix known by its products alone is the sum, infinity where it need not be such a sum. With fewer of
 * them than parameters the smallest eigenvalue is 0, and none is negative. Throws `ConvergenceError` as Lanczos does.
 */
export function spectrumOf(
  A: SymmetricOperator,
  random: Generator,
  squares = Number.POSITIVE_INFINITY,
): Spectrum {
  return isAffordable(A) ? computed(A.eigenvalues()) : estimated(A, random, squares);
}

/** Whether no dense matrix of more than {@link DENSE} rows is to be diagonalized. */
function isAffordable(A: SymmetricOperator): boolean {
  if (A instanceof BlockDiagonalOperator) {
    return A.blocks.every(({ operator }) => isAffordable(operator));
  }
  const byEntries = A instanceof DenseOperator || A instanceof MatrixFreeOperator;
  return !byEntries || A.dimension <= DENSE;
}

function computed(ascending: Float64Array): Spectrum {
  const values = ascending.toReversed();
  const D = values.length;
  const [largest, smallest] = [values[0], values[D - 1]];
  const zero = ROUNDING * D * Math.max(Math.abs(largest), Math.abs(smallest));
  const ranks = chosenRanks(D);
  return {
    points: ranks.map((rank) => [rank, values[rank - 1]]),
    largest,
    smallest,
    negative: values.filter((value) => value < -zero).length,
    by: "eigenvalues",
  };
}

/** All of a few; of many the first ones and then ever fewer, as on a logarithmic axis, and the last ones likewise. */
function chosenRanks(D: number): number[] {
  if (D <= POINTS) return Array.from({ length: D }, (_, i) => i + 1);
  const half = POINTS / 2;
  const ranks = new Set<number>([1, D]);
  for (let i = 0; i < half; i++) {
    const rank = Math.round((D / 2) ** (i / (half - 1)));
    ranks.add(rank);
    ranks.add(D + 1 - rank);
    ranks.add(1 + Math.round((i * (D - 1)) / (half - 1)));
  }
  return [...ranks].sort((a, b) => a - b);
}

/** products of a probe */
const STEPS = 40;
const PROBES = 6;

/**
 * How many eigenvalues are at least so large, averaged over probes: D times the weights of the nodes, summed up. Nodes are no eigenvalues but
 * at the ends, and where a spectrum ends in zeros the last nodes lie somewhere between those and the rest: what is nearer to zero than
 * the resolution of k steps, about 1/k² of the largest, is not drawn.
 */
function estimated(A: SymmetricOperator, random: Generator, squares: number): Spectrum {
  const steps = Math.min(A.dimension, STEPS);
  const { rules } = spectralQuadrature(A, random, { probes: PROBES, steps });
  const { largest, smallest } = extremes(A);
  const size = Math.max(Math.abs(largest), Math.abs(smallest));
  const resolution = size / STEPS ** 2;
  const nodes = rules
    .flatMap(({ nodes, weights, exact }) =>
      Array.from(nodes, (node, i) => {
        const isZero = Math.abs(node) < (exact ? ROUNDING * A.dimension * size : resolution);
        return { node: isZero ? 0 : node, weight: weights[i] };
      }),
    )
    .sort((a, b) => b.node - a.node);
  let mass = 0;
  const points = nodes.map(({ node, weight }): [number, number] => {
    mass += (A.dimension * weight) / PROBES;
    return [Math.max(1, mass), node];
  });
  return {
    points,
    largest,
    smallest: hasNullSpace(A, squares) ? 0 : smallest,
    by: "Lanczos",
    error: TOLERANCE * size,
  };
}

/** Whether a sum of so many squares has eigenvalues that are zero, whatever the rows; each block of one has the same rows. */
function hasNullSpace(A: SymmetricOperator, squares: number): boolean {
  return A instanceof BlockDiagonalOperator
    ? A.blocks.some(({ operator }) => hasNullSpace(operator, squares))
    : squares < A.dimension;
}
