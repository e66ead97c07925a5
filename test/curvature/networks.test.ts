/** Curvature of networks: what the Fisher means, and what is refused before work is done. */
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { full } from "../../src/curvature/full.ts";
import type { Kind } from "../../src/curvature/kind.ts";
import { empirical, fisher, gradientCovariance, hessian } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { sampled } from "../../src/curvature/sampled.ts";
import { NotPositiveDefiniteError, ShapeError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import { dot } from "../../src/linalg/vector.ts";
import type { Model } from "../../src/models/model.ts";
import { dense } from "../../src/models/network/dense.ts";
import { relu } from "../../src/models/network/relu.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { tanh } from "../../src/models/network/tanh.ts";
import { type Objective, objective } from "../../src/objective.ts";
import { stream } from "../../src/random/streams.ts";
import { distance, largest, numbers, random } from "../support/matrices.ts";
import { problems } from "../support/problems.ts";

/** (1/N) Σ_n KL(p_θ ‖ p_θ′), by labels: −log p is linear or quadratic in y, so its mean or all labels stand for E. */
function divergence(problem: Objective<Matrix>, theta: Float64Array, other: Float64Array): number {
  const { likelihood, targets } = problem;
  const [f, g] = [problem.outputs(theta), problem.outputs(other)];
  const { cols, data: mean } = likelihood.mean(f);
  const classes = { bernoulli: 2, categorical: cols }[likelihood.name] ?? 1;
  let sum = 0;
  for (let y = 0; y < classes; y++) {
    const labels = { ...targets, data: classes === 1 ? mean : targets.data.map(() => y) };
    const before = likelihood.negativeLogLikelihood(f, labels);
    const after = likelihood.negativeLogLikelihood(g, labels);
    for (let n = 0; n < f.rows; n++) {
      const p =
        likelihood.name === "bernoulli" ? (y === 1 ? mean[n] : 1 - mean[n]) : mean[n * cols + y];
      sum += ((classes === 1 ? 1 : p) * (after[n] - before[n])) / f.rows;
    }
  }
  return sum;
}

it.each(problems)(
  "the Fisher is the curvature of the divergence: $name",
  ({ objective, theta }) => {
    const F = curvature(objective, theta, fisher());
    for (const seed of [1, 2, 3]) {
      const delta = numbers(theta.length, seed).map((d) => 1e-3 * d);
      // odd terms cancel between δ and −δ, those of fourth order between δ and 2δ
      const even = (size: number): number =>
        [size, -size]
          .map((by) =>
            divergence(
              objective,
              theta,
              theta.map((t, i) => t + by * delta[i]),
            ),
          )
          .reduce((sum, value) => sum + value);
      const found = (16 * even(1) - even(2)) / 12;
      expect(found / dot(delta, F.multiply(delta))).toBeCloseTo(1, 7);
    }
  },
);

describe("a network too large for a full matrix", () => {
  const layers = [dense(784, 400), relu(), dense(400, 400), relu(), dense(400, 10)];
  const network = sequential(layers);
  let passes = 0;
  const model: Model<Matrix<Float32Array>, Float32Array> = {
    ...network,
    forward(theta, X) {
      passes++;
      return network.forward(theta, X);
    },
    at(theta, X) {
      passes++;
      return network.at(theta, X);
    },
  };
  const N = 4;
  const X = { rows: N, cols: 784, data: Float32Array.from(random(N, 784).data) };
  const problem = objective({ model, likelihood: categorical(10), X, y: [0, 1, 2, 3] });
  const theta = network.initial();

  it("is refused with its size and what else to use, before a forward pass", () => {
    for (const kind of [fisher, empirical, hessian, gradientCovariance] as const) {
      expect(() => curvature(problem, theta, kind())).toThrow(ShapeError);
      expect(() => curvature(problem, theta, kind())).toThrow(
        /: a dense 478410 × 478410 matrix takes 1.71e\+3 GiB, the limit is 2.00 GiB; use a structure that does not hold it \(diagonal, Kronecker, matrix-free\)$/,
      );
    }
    expect(passes).toBe(0);
  });

  it("works in the others", () => {
    const D = curvature(problem, theta, fisher(), diagonal()).diagonal();
    const G = curvature(problem, theta, fisher(), matrixFree());
    const i = D.indexOf(largest(D));
    const unit = new Float64Array(theta.length);
    unit[i] = 1;
    expect(Math.abs(G.multiply(unit)[i] - D[i])).toBeLessThan(1e-5 * D[i]);
    expect(() => G.dense()).toThrow(/1.71e\+3 GiB/);
  });
});

describe("fewer samples than parameters", () => {
  const model = sequential([dense(3, 4), tanh(), dense(4, 1)], { precision: "float64" });
  const theta = model.initial();
  const X = random(5, 3, 1);
  const y = [0, 1, 0, 1, 1];
  const problem = objective({ model, likelihood: bernoulli(), X, y });
  const kinds: (() => Kind<Matrix>)[] = [
    () => fisher(),
    () => empirical(),
    () => gradientCovariance(),
    () => sampled({ random: stream(1, "labels") }),
  ];
  const g = problem.gradient(theta);
  // not in the range of a matrix of rank five
  const b = numbers(theta.length, 3);

  it.each(kinds.map((kind) => ({ name: kind().name, kind })))(
    "the $name is singular, and solves with a damping only",
    ({ kind }) => {
      for (const structure of [full(), matrixFree()]) {
        const A = curvature(problem, theta, kind(), structure);
        if (structure.name === "full") expect(() => A.solve(b)).toThrow(NotPositiveDefiniteError);
        // conjugate gradients find a direction without curvature, or do not converge, as rounding has it
        expect(() => A.solve(b)).toThrow(/damping/);
        expect(() => A.solve(b, { damping: -1 })).toThrow(/damping/);
        const x = A.solve(g, { damping: 0.01 });
        const back = A.multiply(x).map((value, i) => value + 0.01 * x[i]);
        expect(distance(back, g)).toBeLessThan(1e-8);
      }
    },
  );

  it("an empty batch, no samples and no draws are refused", () => {
    expect(() => curvature(problem, theta, fisher(), diagonal(), { batch: 0 })).toThrow(
      "batch is 0, expected a positive whole number of samples",
    );
    const none = { rows: 0, cols: 3, data: new Float64Array(0) };
    expect(() => objective({ model, likelihood: bernoulli(), X: none, y: [] })).toThrow(
      "X has 0 rows, expected at least one sample",
    );
    expect(() => sampled({ draws: 0, random: stream(1, "labels") })).toThrow(
      "sampled Fisher: draws is 0, expected a positive integer",
    );
  });
});
