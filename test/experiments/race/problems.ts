/** Small random problems for the race, dense and sparse, well and badly shaped. */

import type { RaceProblem } from "../../../src/experiments/race/index.ts";
import { sparse } from "../../../src/linalg/sparse.ts";
import { LegacyRandom } from "../../../src/random/legacy.ts";
import type { Problem } from "./bruteForce.ts";

export interface Pair {
  readonly brute: Problem;
  readonly race: RaceProblem;
}

export function denseProblem(likelihood: "gaussian" | "bernoulli", N: number, P: number): Pair {
  const random = new LegacyRandom(7);
  const X = Array.from({ length: N }, () => Array.from({ length: P }, () => random.normal()));
  const y = X.map((x) => {
    const f = 0.7 * x[0] - 0.4 * (x[1] ?? 0) + 0.8 * random.normal();
    return likelihood === "gaussian" ? f + 1 : Number(f > 0);
  });
  return pair(likelihood, X, y);
}

/** Two groups of indicators that each sum to one with the bias, an empty column and a doubled one. */
export function indicatorProblem(N: number): Pair {
  const random = new LegacyRandom(3);
  const X = Array.from({ length: N }, () => {
    const row = new Array<number>(9).fill(0);
    row[Math.min(random.integer(6), 2)] = 1;
    row[3 + random.integer(3)] = 1;
    row[7] = row[0];
    if (random.uniform() < 0.3) row[8] = 2;
    return row;
  });
  const y = X.map((x) => Number(x[0] + 0.5 * x[4] + 0.6 * random.normal() > 0.5));
  return pair("bernoulli", X, y, true);
}

function pair(
  likelihood: "gaussian" | "bernoulli",
  X: number[][],
  y: number[],
  asSparse = false,
): Pair {
  const [rows, cols] = [X.length, X[0].length];
  const matrix = { rows, cols, data: Float64Array.from(X.flat()) };
  const entries = X.map((row) => row.flatMap((v, j) => (v === 0 ? [] : [[j, v]])));
  const rowPointers = new Int32Array(rows + 1);
  entries.forEach((row, n) => {
    rowPointers[n + 1] = rowPointers[n] + row.length;
  });
  const csr = sparse(
    rows,
    cols,
    rowPointers,
    Int32Array.from(entries.flat(), ([j]) => j),
    Float64Array.from(entries.flat(), ([, v]) => v),
  );
  return {
    brute: { X, y, likelihood },
    race: {
      dataset: "toy",
      likelihood,
      X: asSparse ? csr : matrix,
      y: Float64Array.from(y),
    },
  };
}
