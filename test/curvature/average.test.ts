/** Means over mini-batches, and matrices in other structures with their labels. */
import { describe, expect, it } from "vitest";
import { average } from "../../src/curvature/average.ts";
import { blockDiagonal } from "../../src/curvature/blockDiagonal.ts";
import { convert } from "../../src/curvature/convert.ts";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { relativeDistance } from "../../src/curvature/distance.ts";
import { full } from "../../src/curvature/full.ts";
import { kfac } from "../../src/curvature/kfac.ts";
import { empirical, fisher, gradientCovariance } from "../../src/curvature/kinds.ts";
import { lowRank } from "../../src/curvature/lowRank.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import type { Structure } from "../../src/curvature/structure.ts";
import { DomainError, ShapeError } from "../../src/errors.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import {
  toBlocks,
  toDiagonal,
  toKroneckerBlocks,
  toLowRank,
} from "../../src/linalg/conversions.ts";
import { diagonalOperator } from "../../src/linalg/diagonalOperator.ts";
import { KroneckerOperator } from "../../src/linalg/kroneckerOperator.ts";
import { objective } from "../../src/objective.ts";
import { denseCase } from "../support/layeredNetworks.ts";
import { distance, numbers, random } from "../support/matrices.ts";

const { model } = denseCase(3);
const X = random(7, 2, 1);
const labels = [0, 2, 1, 1, 0, 2, 0];
const theta = numbers(model.parameters, 2);
const part = (start: number, end: number, reduction: "mean" | "sum" = "mean") =>
  objective({
    model,
    likelihood: categorical(3),
    X: { rows: end - start, cols: 2, data: X.data.slice(2 * start, 2 * end) },
    y: labels.slice(start, end),
    reduction,
    oneClass: true,
  });

describe("averages", () => {
  const structures: readonly Structure[] = [
    full(),
    diagonal(),
    blockDiagonal(),
    lowRank(),
    matrixFree(),
  ];

  it.each(structures)(
    "of batches of 1, 4 and 2 samples are the matrix of all: $name",
    (structure) => {
      const parts = [part(0, 1), part(1, 5), part(5, 7)].map((problem) => {
        const matrix = curvature(problem, theta, empirical(), structure);
        return { matrix, samples: matrix.samples };
      });
      const whole = curvature(part(0, 7), theta, empirical(), structure);
      const mean = average(parts);
      expect(mean.constructor).toBe(whole.constructor);
      const { kind, structure: name, scale, degree, samples } = whole;
      expect(mean).toMatchObject({ kind, structure: name, scale, degree, samples });
      expect(distance(mean.dense().data, whole.dense().data)).toBeLessThan(1e-14);
      const b = numbers(theta.length, 3);
      const [x, y] = [mean, whole].map((A) => A.solve(b, { damping: 0.1 }));
      expect(distance(x, y)).toBeLessThan(1e-8);
    },
  );

  it("of KFACs are no KFAC", () => {
    const parts = [part(0, 3), part(3, 7)].map((problem) => {
      const matrix = curvature(problem, theta, fisher(), kfac());
      return { matrix, samples: matrix.samples };
    });
    const whole = curvature(part(0, 7), theta, fisher(), kfac());
    const mean = average(parts);
    expect(mean).toMatchObject({ kind: "Fisher", structure: "mean of KFAC", samples: 7 });
    expect(relativeDistance(mean, whole)).toBeGreaterThan(1e-3);
    const expected = parts[0].matrix
      .dense()
      .data.map((x, t) => (3 * x + 4 * parts[1].matrix.dense().data[t]) / 7);
    expect(distance(mean.dense().data, expected)).toBeLessThan(1e-14);
  });

  it("of matrices that say nothing of themselves say nothing", () => {
    const D = diagonalOperator(Float64Array.of(1, 2));
    const mean = average([
      { matrix: D, samples: 1 },
      { matrix: D.scaled(2), samples: 3 },
    ]);
    expect(Array.from(mean.diagonal())).toEqual([1.75, 3.5]);
    for (const label of ["kind", "structure", "scale", "degree", "samples"]) {
      expect(mean).not.toHaveProperty(label);
    }
  });

  it("are refused where they mean nothing", () => {
    const F = curvature(part(0, 3), theta, fisher());
    const E = curvature(part(0, 3), theta, empirical());
    const S = curvature(part(0, 3, "sum"), theta, fisher());
    const C = curvature(part(0, 3), theta, gradientCovariance());
    const of = (...matrices: Parameters<typeof average>[0][number]["matrix"][]) =>
      average(matrices.map((matrix) => ({ matrix, samples: 3 })));
    expect(() => average([])).toThrow("found none");
    expect(() => average([{ matrix: F, samples: 0 }])).toThrow("one of 0 samples");
    expect(() => of(F, E)).toThrow("found a Fisher and a empirical Fisher");
    expect(() => of(S, S)).toThrow("sums are added: add(A, B)");
    expect(() => of(C, C)).toThrow(DomainError);
    expect(() => of(C, C)).toThrow("centred each at its own mean gradient");
    expect(() => of(diagonalOperator(numbers(2)), diagonalOperator(numbers(3)))).toThrow(
      ShapeError,
    );
  });
});

describe("conversions", () => {
  const F = curvature(part(0, 7), theta, fisher());
  const K = curvature(part(0, 7), theta, fisher(), kfac());

  it("keep the labels, and say what was made of what", () => {
    const D = convert(F, toDiagonal());
    expect(D).toMatchObject({
      kind: "Fisher",
      structure: "diagonal of full",
      scale: "mean",
      degree: 1,
      samples: 7,
    });
    expect(D.seconds).toBeUndefined();
    const exact = curvature(part(0, 7), theta, fisher(), diagonal());
    expect(distance(D.diagonal(), exact.diagonal())).toBeLessThan(1e-15);
    expect(convert(diagonalOperator(theta), toDiagonal())).not.toHaveProperty("kind");
  });

  it("to the blocks of another are those made from the data", () => {
    const B = curvature(part(0, 7), theta, fisher(), blockDiagonal());
    for (const { blocks } of [B, K]) {
      const found = convert(F, toBlocks(blocks)).dense();
      expect(distance(found.data, B.dense().data)).toBeLessThan(1e-15);
    }
    expect(relativeDistance(convert(F, toLowRank(8)), F)).toBeLessThan(0.1);
  });

  it("to Kronecker products find what KFAC misses", () => {
    const places = K.blocks.map(({ name, indices, operator }) => ({
      name,
      indices,
      left: operator instanceof KroneckerOperator ? operator.left.rows : 1,
    }));
    const best = convert(F, toKroneckerBlocks(places));
    expect(best.structure).toBe("nearest Kronecker products of full");
    expect(relativeDistance(best, F)).toBeLessThan(relativeDistance(K, F));
  });
});
