/** Sums and multiples of curvature matrices: the numbers, and what they say of themselves. */
import { describe, expect, it } from "vitest";
import { blockDiagonal } from "../../src/curvature/blockDiagonal.ts";
import { add, scale } from "../../src/curvature/combinations.ts";
import { compare } from "../../src/curvature/compare.ts";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { ekfac } from "../../src/curvature/ekfac.ts";
import { full } from "../../src/curvature/full.ts";
import { kfac } from "../../src/curvature/kfac.ts";
import { empirical, fisher } from "../../src/curvature/kinds.ts";
import { lowRank } from "../../src/curvature/lowRank.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import type { Structure } from "../../src/curvature/structure.ts";
import { DomainError, ShapeError } from "../../src/errors.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { diagonalOperator } from "../../src/linalg/diagonalOperator.ts";
import { objective } from "../../src/objective.ts";
import { denseCase } from "../support/layeredNetworks.ts";
import { distance, numbers, random } from "../support/matrices.ts";

const { model } = denseCase(3);
const N = 5;
const data = { X: random(N, 2, 1), y: [0, 2, 1, 1, 0], likelihood: categorical(3), model };
const [mean, sum] = (["mean", "sum"] as const).map((reduction) =>
  objective({ ...data, reduction, oneClass: true }),
);
const theta = numbers(model.parameters, 2);
const F = curvature(mean, theta, fisher());
const E = curvature(mean, theta, empirical());
const S = curvature(sum, theta, fisher());
const structures: readonly Structure[] = [
  full(),
  diagonal(),
  blockDiagonal(),
  kfac(),
  ekfac(),
  lowRank(),
  matrixFree(),
];

describe.each(structures)("of one structure: $name", (structure) => {
  const A = curvature(mean, theta, empirical(), structure);

  it("keep it, with the labels", () => {
    const { kind, structure: name, scale: reduction, degree } = A;
    const twice = add(A, A);
    expect(twice).toMatchObject({ kind, structure: name, scale: reduction, degree });
    expect(twice).toBeInstanceOf(A.constructor);
    expect(twice).not.toHaveProperty("samples");
    expect(twice).not.toHaveProperty("seconds");
    const half = scale(A, 0.5);
    expect(half).toMatchObject({ structure: name, scale: reduction, degree, samples: N });
    expect(half.kind).toBe("0.5 · empirical Fisher");
    expect(half).not.toHaveProperty("seconds");
    const entries = A.dense().data;
    for (const [B, c] of [
      [twice, 2],
      [half, 0.5],
    ] as const) {
      const expected = entries.map((x) => c * x);
      expect(distance(B.dense().data, expected)).toBeLessThan(1e-15);
      expect(B.logDeterminant({ damping: 0.1 })).toBeGreaterThan(theta.length * Math.log(0.1));
    }
    expect(A).toMatchObject({ kind, structure: name, scale: "mean", degree, samples: N });
  });
});

describe("a sum", () => {
  it("of two kinds says both", () => {
    const both = add(F, E);
    expect(both).toMatchObject({
      kind: "Fisher + empirical Fisher",
      structure: "full",
      scale: "mean",
    });
    expect(both).not.toHaveProperty("degree");
    expect(compare([F, both])[1].name).toBe("Fisher + empirical Fisher, full");
    expect(() => compare([both, S])).toThrow("matrices of a mean and of a sum");
  });

  it("with a matrix without labels keeps what is known", () => {
    const prior = diagonalOperator(numbers(theta.length).map((x) => 1 + x ** 2));
    for (const [A, B, kind] of [
      [F, prior, "Fisher + a matrix"],
      [prior, F, "a matrix + Fisher"],
    ] as const) {
      const posterior = add(A, B);
      expect(posterior).toMatchObject({ kind, structure: "full", scale: "mean", samples: N });
      expect(posterior).not.toHaveProperty("degree");
    }
    expect(add(prior, prior)).not.toHaveProperty("kind");
  });

  it("of a mean and a sum is neither", () => {
    expect(add(F, S)).not.toHaveProperty("scale");
  });

  it("that no structure holds says what of", () => {
    const later = theta.map((t) => 1.1 * t);
    const [K, L] = [theta, later].map((at) => curvature(mean, at, fisher(), kfac()));
    const D = curvature(mean, theta, fisher(), diagonal());
    expect(add(K, L).structure).toBe("sum of KFAC");
    expect(add(add(K, L), K).structure).toBe("sum of KFAC");
    expect(add(K, D).structure).toBe("sum of KFAC and diagonal");
    const [P, Q] = [theta, later].map((at) => curvature(mean, at, fisher(), ekfac()));
    expect(add(P, Q).structure).toBe("sum of EKFAC");
    const B = curvature(mean, theta, fisher(), blockDiagonal());
    expect(add(B, D).structure).toBe("block diagonal by layer");
    // whose blocks have their coordinates in another order
    expect(add(K, B).structure).toBe("sum of KFAC and block diagonal by layer");
  });

  it("of different sizes is refused", () => {
    expect(() => add(F, diagonalOperator(numbers(3)))).toThrow(ShapeError);
  });
});

describe("a multiple", () => {
  it("by the number of samples turns a sum into a mean, and back", () => {
    const made = scale(S, 1 / N);
    expect(made).toMatchObject({ kind: "Fisher", scale: "mean", samples: N, degree: 1 });
    const [reference, row] = compare([F, made]);
    expect(row.name).toBe(reference.name);
    expect(row.frobenius).toBeLessThan(1e-15);
    expect(scale(F, N)).toMatchObject({ kind: "Fisher", scale: "sum" });
    expect(scale(S, N)).toMatchObject({ kind: "5 · Fisher", scale: "sum" });
    expect(scale(F, 1)).toMatchObject({ kind: "Fisher", scale: "mean" });
    expect(() => compare([F, scale(S, 0.5)])).toThrow("matrices of a mean and of a sum");
  });

  it("of a matrix without labels has none, and of no number is refused", () => {
    expect(scale(diagonalOperator(theta), 2)).not.toHaveProperty("kind");
    expect(() => scale(F, Number.NaN)).toThrow(DomainError);
  });
});
