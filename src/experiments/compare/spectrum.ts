/** Spectra from the largest eigenvalue on: computed where that is affordable, else by stochastic Lanczos quadrature. */
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

export function spectrumOf(A: SymmetricOperator, random: Generator): Spectrum | undefined {
  return isAffordable(A) ? computed(A.eigenvalues()) : estimated(A, random);
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

/** How many eigenvalues are at least so large, averaged over probes: D times the weights of the nodes, summed up. */
function estimated(A: SymmetricOperator, random: Generator): Spectrum | undefined {
  const probes = 6;
  const quadrature = spectralQuadrature(A, random, { probes, steps: Math.min(A.dimension, 40) });
  const nodes = quadrature.rules
    .flatMap(({ nodes, weights }) => Array.from(nodes, (node, i) => ({ node, w: weights[i] })))
    .sort((a, b) => b.node - a.node);
  let mass = 0;
  const points = nodes.map(({ node, w }): [number, number] => {
    mass += (A.dimension * w) / probes;
    return [Math.max(1, mass), node];
  });
  return { points, largest: quadrature.largest, smallest: quadrature.least, by: "Lanczos" };
}
