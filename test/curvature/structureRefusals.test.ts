/** Structures of models without layers, and what structures refuse, with the reason and before memory is taken. */
import { describe, expect, it } from "vitest";
import { blockDiagonal } from "../../src/curvature/blockDiagonal.ts";
import { curvature } from "../../src/curvature/curvature.ts";
import { ekfac } from "../../src/curvature/ekfac.ts";
import { kfac } from "../../src/curvature/kfac.ts";
import type { Kind } from "../../src/curvature/kind.ts";
import { empirical, fisher, gradientCovariance, hessian } from "../../src/curvature/kinds.ts";
import { lowRank } from "../../src/curvature/lowRank.ts";
import { DomainError, NotPositiveDefiniteError, ShapeError } from "../../src/errors.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { poisson } from "../../src/likelihoods/poisson.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import { dense } from "../../src/models/network/dense.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { glm, objective } from "../../src/objective.ts";
import { distance, largest, numbers, random, tabulate } from "../support/matrices.ts";
import { problems } from "../support/problems.ts";
import { tiedCase } from "../support/testModels.ts";

/** The first parameters, all but the last, the last. */
function ranges(D: number) {
  const first = Math.floor(D / 2);
  return [
    { name: "last", offset: D - 1, size: 1 },
    { name: "first", offset: 0, size: first },
    ...(D - 1 > first ? [{ name: "middle", offset: first, size: D - 1 - first }] : []),
  ];
}

describe.each(problems)("ranges of $name", ({ objective, theta, exact }) => {
  const D = theta.length;
  const parts = ranges(D);
  const partOf = (i: number): number =>
    parts.findIndex(({ offset, size }) => i >= offset && i < offset + size);
  const kinds: readonly (readonly [Kind<Matrix>, Float64Array])[] = [
    [fisher(), exact.fisher()],
    [empirical(), exact.empirical()],
    [hessian(), exact.hessian()],
    [gradientCovariance(), exact.covariance()],
  ];

  it("are exact blocks, whatever the model", () => {
    for (const [kind, A] of kinds) {
      const expected = tabulate(D, (i, j) => (partOf(i) === partOf(j) ? A[i * D + j] : 0));
      for (const batch of [2, 7]) {
        const B = curvature(objective, theta, kind, blockDiagonal({ by: parts }), { batch });
        const tolerance = (kind.name === "Hessian" ? 1e-11 : 1e-13) * Math.max(1, largest(A));
        expect(distance(B.dense().data, expected.data)).toBeLessThan(tolerance);
      }
    }
  });
});

describe("few samples of a model of the user's own", () => {
  const model = {
    ...tiedCase(3, 3).model,
    at: undefined,
    views: undefined,
  };
  const { at: _, views: __, ...own } = model;
  const X = random(4, 3, 1);
  const problem = objective({ model: own, likelihood: categorical(3), X, y: [0, 2, 1, 0] });
  const theta = numbers(own.parameters, 2);

  it("are of low rank, with rows or without", () => {
    for (const kind of [fisher<Matrix>(), empirical<Matrix>()]) {
      const F = curvature(problem, theta, kind).dense().data;
      for (const memory of [0, 2 ** 30]) {
        const A = curvature(problem, theta, kind, lowRank({ memory }), { batch: 3 });
        expect(distance(A.dense().data, F)).toBeLessThan(1e-13 * Math.max(1, largest(F)));
      }
    }
  });

  it("have no layers, and so no Kronecker factors", () => {
    for (const structure of [kfac(), ekfac()]) {
      expect(() => curvature(problem, theta, fisher(), structure)).toThrow(
        new DomainError(
          `${structure.name} of the Fisher: the model has no layers, and Kronecker factors are those of a layer's inputs and ` +
            "output gradients; use a network of layers (sequential), or full(), blockDiagonal() or lowRank()",
        ),
      );
    }
    for (const by of ["layer", "parameter"] as const) {
      expect(() => curvature(problem, theta, fisher(), blockDiagonal({ by }))).toThrow(
        `Fisher, block diagonal by ${by}: the model does not say which parameters belong together`,
      );
    }
  });
});

describe("structures refuse", () => {
  const network = sequential([dense(3, 4), dense(4, 3)], { precision: "float64" });
  const X = random(4, 3, 1);
  const y = [0, 2, 1, 0];
  const problem = objective({ model: network, likelihood: categorical(3), X, y });
  const theta = network.initial();

  it("a tied layer in Kronecker factors, and keep it exact in blocks", () => {
    const tied = tiedCase(3, 3).model;
    const twice = objective({ model: tied, likelihood: categorical(3), X, y });
    const at = numbers(tied.parameters, 2);
    for (const structure of [kfac(), ekfac()]) {
      expect(() => curvature(twice, at, fisher(), structure)).toThrow(
        `${structure.name}: layer 0 is used 2 times: its rows are sums over its uses`,
      );
    }
    const B = curvature(twice, at, fisher(), blockDiagonal());
    const F = curvature(twice, at, fisher()).dense();
    const size = B.blocks[0].indices.length;
    const expected = tabulate(size, (i, j) => F.data[i * F.cols + j]);
    expect(distance(B.blocks[0].operator.dense().data, expected.data)).toBeLessThan(1e-13);
  });

  it("ranges that overlap, leave a gap or end too early or late", () => {
    const blocks = (...sizes: [number, number][]) =>
      blockDiagonal({ by: sizes.map(([offset, size], i) => ({ name: `${i}`, offset, size })) });
    const D = theta.length;
    for (const bad of [
      blocks([0, D - 1]),
      blocks([0, D + 1]),
      blocks([0, 5], [4, D - 4]),
      blocks([0, 5], [6, D - 6]),
      blocks([0, 0], [0, D]),
      blocks([0, 5], [5, D - 5.5]),
      blocks([1, D - 1]),
    ]) {
      expect(() => curvature(problem, theta, fisher(), bad)).toThrow(DomainError);
    }
  });

  it("what would not fit, before work is done, and say what would", () => {
    const wide = sequential([dense(784, 400), dense(400, 3)], { precision: "float64" });
    const digits = objective({ model: wide, likelihood: categorical(3), X: random(4, 784), y });
    const kind: Kind<Matrix> = {
      name: "Fisher",
      degree: 1,
      prepare() {
        throw new Error("work is done");
      },
    };
    expect(() => curvature(digits, wide.initial(), kind, blockDiagonal())).toThrow(
      "Fisher: exact blocks take 735 GiB, the limit is 2.00 GiB; the largest is 0, 314000 × 314000; use kfac()",
    );
  });

  it("factors and exact blocks that would not fit", () => {
    for (const structure of [kfac({ memoryLimit: 200 }), ekfac({ memoryLimit: 200 })]) {
      expect(() => curvature(problem, theta, fisher(), structure)).toThrow(ShapeError);
      expect(() => curvature(problem, theta, fisher(), structure)).toThrow(
        "Kronecker factors of layer 1, 3 × 3 and 5 × 5",
      );
    }
  });

  it("an unknown sharing", () => {
    const sharing = "spread" as "reduce";
    expect(() => curvature(problem, theta, fisher(), kfac({ sharing }))).toThrow(
      'KFAC: sharing is "spread", expected "expand" or "reduce"',
    );
  });

  it("more rows than parameters, and a Gram matrix that would not fit", () => {
    const counts = glm({ X, y: [1, 0, 2, 1], likelihood: poisson() });
    expect(() => curvature(counts, numbers(3, 1), fisher(), lowRank())).toThrow(
      "4 samples of 1 columns are 4 rows, expected fewer than the 3 parameters; full() is smaller",
    );
    expect(() => curvature(problem, theta, fisher(), lowRank({ memoryLimit: 500 }))).toThrow(
      ShapeError,
    );
  });

  it("solves without damping where the matrix is singular, naming the block", () => {
    const b = theta.map(() => 1);
    const K = curvature(problem, theta, fisher(), kfac());
    expect(() => K.solve(b)).toThrow(NotPositiveDefiniteError);
    expect(() => K.solve(b)).toThrow("block 0: the Kronecker-factored matrix is not positive");
    expect(() => curvature(problem, theta, fisher(), ekfac()).logDeterminant()).toThrow("block 0");
    expect(() => curvature(problem, theta, fisher(), lowRank()).solve(b)).toThrow("use a damping");
  });
});
