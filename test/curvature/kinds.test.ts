/** Every kind in every structure against its definition: loops over samples and labels, exact derivatives. */
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { full } from "../../src/curvature/full.ts";
import { ggn } from "../../src/curvature/ggn.ts";
import type { Kind } from "../../src/curvature/kind.ts";
import { empirical, fisher, gradientCovariance, hessian } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { sampled } from "../../src/curvature/sampled.ts";
import { canonicalSplit } from "../../src/curvature/split.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { distance, largest, numbers } from "../support/matrices.ts";
import { networkProblems, type Problem, problems } from "../support/problems.ts";

interface Case {
  readonly name: string;
  /** a new value each time: sampled kinds are seeded alike */
  kind(problem: Problem): Kind<Matrix>;
  exact(problem: Problem): Float64Array;
}

const cases: readonly Case[] = [
  { name: "Fisher", kind: () => fisher(), exact: ({ exact }) => exact.fisher() },
  { name: "empirical Fisher", kind: () => empirical(), exact: ({ exact }) => exact.empirical() },
  { name: "Hessian", kind: () => hessian(), exact: ({ exact }) => exact.hessian() },
  {
    name: "gradient covariance",
    kind: () => gradientCovariance(),
    exact: ({ exact }) => exact.covariance(),
  },
  {
    name: "GGN of the canonical split",
    kind: ({ objective }) => ggn(canonicalSplit(objective)),
    // Proposition 1
    exact: ({ exact }) => exact.fisher(),
  },
  ...[1, 3].map((draws) => ({
    name: `sampled Fisher with ${draws} draws`,
    kind: () => sampled<Matrix>({ draws, random: new LegacyRandom(5) }),
    exact: ({ objective, exact }: Problem) =>
      exact.sampled(objective.likelihood, draws, new LegacyRandom(5)),
  })),
];

const grid = problems.flatMap((problem) =>
  cases.map((entry) => ({ ...entry, problem, label: `${entry.name}, ${problem.name}` })),
);

describe.each(grid)("$label", ({ name, kind, exact, problem }) => {
  const { objective, sum, theta } = problem;
  const D = theta.length;
  const expected = exact(problem);
  // a model of three functions has second derivatives that are differences of its vjp: 1e-11 of the Hessian's size
  const differences = name === "Hessian" && networkProblems.includes(problem);
  const tolerance = (differences ? 1e-11 : 1e-13) * Math.max(1, largest(expected));
  const diagonalOf = (A: Float64Array): Float64Array =>
    Float64Array.from({ length: D }, (_, i) => A[i * (D + 1)]);
  const product = (v: Float64Array): Float64Array =>
    Float64Array.from({ length: D }, (_, i) =>
      v.reduce((total, x, j) => total + expected[i * D + j] * x, 0),
    );

  it("full", () => {
    const A = curvature(objective, theta, kind(problem), full());
    expect(distance(A.dense().data, expected)).toBeLessThan(tolerance);
  });

  it("diagonal", () => {
    const A = curvature(objective, theta, kind(problem), diagonal());
    expect(distance(A.diagonal(), diagonalOf(expected))).toBeLessThan(tolerance);
  });

  it("matrix-free", () => {
    const A = curvature(objective, theta, kind(problem), matrixFree());
    for (const seed of [1, 2]) {
      const v = numbers(D, seed);
      expect(distance(A.multiply(v), product(v))).toBeLessThan(D * tolerance);
    }
    expect(distance(A.diagonal(), diagonalOf(expected))).toBeLessThan(tolerance);
    expect(distance(A.dense().data, expected)).toBeLessThan(tolerance);
  });

  it("solves alike in the full and the matrix-free structure", () => {
    const b = numbers(D, 3);
    const damping = 0.1 + Math.max(0, -2 * Math.min(...diagonalOf(expected)));
    const A = curvature(objective, theta, kind(problem), full());
    const damped = damping + Math.max(0, -A.eigen().values[0]);
    const x = A.solve(b, { damping: damped });
    const B = curvature(objective, theta, kind(problem), matrixFree({ tolerance: 1e-13 }));
    expect(distance(B.solve(b, { damping: damped }), x)).toBeLessThan(1e-9 * largest(x));
    const back = product(x).map((value, i) => value + damped * x[i]);
    expect(distance(back, b)).toBeLessThan(1e-9 * largest(x));
  });

  it("is N times as large at the sum scale", () => {
    const N = objective.samples;
    const A = curvature(sum, theta, kind(problem));
    expect(
      distance(
        A.dense().data,
        expected.map((a) => N * a),
      ),
    ).toBeLessThan(N * tolerance);
    const d = curvature(sum, theta, kind(problem), diagonal()).diagonal();
    expect(
      distance(
        d,
        diagonalOf(expected).map((a) => N * a),
      ),
    ).toBeLessThan(N * tolerance);
  });

  it.each([1, 3, 5, 100])("in batches of %i is the same sum", (batch) => {
    for (const structure of [full(), diagonal(), matrixFree()]) {
      const whole = curvature(objective, theta, kind(problem), structure);
      const parts = curvature(objective, theta, kind(problem), structure, { batch });
      const [a, b] = [whole.dense().data, parts.dense().data];
      // differences round in each batch anew
      const exact = (differences ? 1e-11 : 1e-13) * Math.max(1, largest(a));
      expect(distance(a, b)).toBeLessThanOrEqual(exact);
    }
  });
});
