import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { fromRows, type Matrix, matrix } from "../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { absoluteError, relativeError } from "../support/accuracy.ts";
import golden from "./golden/families.json" with { type: "json" };

const column = (...values: number[]): Matrix => matrix(values.length, 1, new Float64Array(values));

describe("categorical against 18,000 digits", () => {
  it.each(golden.categorical)("f = $f", ({ f, loss, residual, fisher, mean }) => {
    const C = f.length;
    const family = categorical(C);
    const outputs = fromRows(f.map(() => f));
    const targets = column(...f.keys());
    expect(relativeError(family.negativeLogLikelihood(outputs, targets), loss)).toBeLessThan(5e-16);
    expect(relativeError(family.residual(outputs, targets).data, residual.flat())).toBeLessThan(
      2e-15,
    );
    expect(relativeError(family.mean(outputs).data.slice(0, C), mean)).toBeLessThan(1e-15);
    const Lambda = family.outputFisher(outputs).data.slice(0, C * C);
    expect(relativeError(Lambda, fisher.flat())).toBeLessThan(2e-15);
  });
});

describe("the square root of Λ", () => {
  const outputs = matrix(1, 4, new Float64Array([0.2, -1, 1.4, 0.5]));
  const { data: S } = categorical(4).outputFactor(outputs);
  const { data: p } = categorical(4).mean(outputs);

  it("is the Cholesky factor without its last column, which is zero", () => {
    const [p0, p1, p2, p3] = p;
    const [q0, q1] = [p1! + p2! + p3!, p2! + p3!];
    const expected = [
      [Math.sqrt(p0! * (1 - p0!)), 0, 0],
      [-p1! * Math.sqrt(p0! / q0), Math.sqrt((p1! * q1) / q0), 0],
      [-p2! * Math.sqrt(p0! / q0), -p2! * Math.sqrt(p1! / (q0 * q1)), Math.sqrt((p2! * p3!) / q1)],
      [-p3! * Math.sqrt(p0! / q0), -p3! * Math.sqrt(p1! / (q0 * q1)), -Math.sqrt((p2! * p3!) / q1)],
    ];
    expect(absoluteError(S, expected.flat())).toBeLessThan(3e-16);
  });

  it("has the product of diag(√p) − p √pᵀ with its transpose", () => {
    const wide = Array.from({ length: 16 }, (_, k) => {
      const [i, j] = [Math.floor(k / 4), k % 4];
      return (i === j ? Math.sqrt(p[i]!) : 0) - p[i]! * Math.sqrt(p[j]!);
    });
    const gram = (A: ArrayLike<number>, K: number) =>
      Array.from({ length: 16 }, (_, k) => {
        const [i, j] = [Math.floor(k / 4), k % 4];
        return Array.from({ length: K }, (_, c) => A[i * K + c]! * A[j * K + c]!).reduce(
          (a, b) => a + b,
        );
      });
    expect(absoluteError(gram(S, 3), gram(wide, 4))).toBeLessThan(3e-16);
  });

  it("has columns that sum to zero, for Λ ignores a shift of all logits", () => {
    for (let j = 0; j < 3; j++) {
      expect(Math.abs(S[j]! + S[3 + j]! + S[6 + j]! + S[9 + j]!)).toBeLessThan(3e-16);
    }
  });

  it("is finite, and keeps its small entries, where classes are all but impossible", () => {
    const far = matrix(3, 3, new Float64Array([0, -700, -1400, -1400, -700, 0, 0, -2000, -3000]));
    const { data } = categorical(3).outputFactor(far);
    const block = (n: number) => [...data.subarray(6 * n, 6 * n + 6)];
    const p1 = Math.exp(-700);
    // a class of probability e⁻¹⁴⁰⁰ is impossible in float64, one of e⁻⁷⁰⁰ is not
    expect(relativeError(block(0).slice(0, 3), [Math.sqrt(p1), 0, -Math.sqrt(p1)])).toBeLessThan(
      1e-15,
    );
    expect(
      relativeError([block(1)[3]!, block(1)[5]!], [Math.sqrt(p1), -Math.sqrt(p1)]),
    ).toBeLessThan(1e-15);
    expect(block(2)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("relations to other forms", () => {
  it("does not change when all logits shift", () => {
    const f = [0.5, -0.25, 2, 1];
    const outputs = fromRows([f, f.map((v) => v + 4096)]);
    const { data } = categorical(4).outputFisher(outputs);
    expect(data.slice(0, 16)).toEqual(data.slice(16));
  });

  it("with logits (0, f) is the Bernoulli family", () => {
    const f = [-900, -30, -1, 0, 0.5, 12, 40, 800];
    const pairs = fromRows(f.map((v) => [0, v]));
    for (const y of [0, 1]) {
      const targets = column(...f.map(() => y));
      const two = categorical(2);
      const one = bernoulli();
      expect(
        relativeError(
          two.negativeLogLikelihood(pairs, targets),
          one.negativeLogLikelihood(column(...f), targets),
        ),
      ).toBeLessThan(5e-16);
      const second = two.residual(pairs, targets).data.filter((_, i) => i % 2 === 1);
      expect(relativeError(second, one.residual(column(...f), targets).data)).toBeLessThan(5e-16);
    }
  });
});

describe("sampling", () => {
  it("never draws a class without probability", () => {
    const N = 5000;
    const outputs = fromRows(Array.from({ length: N }, () => [-2000, 3, -2000, 3.5, -2000]));
    const drawn = new Set(categorical(5).sample(outputs, new LegacyRandom(0)).data);
    expect([...drawn].sort()).toEqual([1, 3]);
  });

  it("gives the largest class what rounding leaves of the sum", () => {
    const last = { uniform: () => 1 - 2 ** -53, normal: () => 0, integer: () => 0 };
    // Ten probabilities of 0.1 sum to 1 − 2⁻⁵³, which is not above the largest uniform draw.
    const outputs = fromRows([[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]);
    expect(categorical(10).sample(outputs, last).data[0]).toBe(0);
  });
});

describe("bad input", () => {
  it.each([-1, 3, 1.5, NaN])("refuses the label %f of three classes", (label) => {
    const check = (): void => categorical(3).checkTargets(column(0, label));
    expect(check).toThrow(DomainError);
    expect(check).toThrow(`categorical: target 1 is ${label}, expected a class index from 0 to 2`);
  });

  it.each([1, 0, 2.5, NaN])("refuses %f classes", (C) => {
    expect(() => categorical(C)).toThrow(
      `categorical: ${C} classes, expected an integer of at least 2`,
    );
  });
});
