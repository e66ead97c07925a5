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

  it("is diag(√p) − p √pᵀ", () => {
    const expected = S.map((_, k) => {
      const [i, j] = [Math.floor(k / 4), k % 4];
      return (i === j ? Math.sqrt(p[i]!) : 0) - p[i]! * Math.sqrt(p[j]!);
    });
    expect(absoluteError(S, expected)).toBeLessThan(2e-16);
  });

  it("has columns that sum to zero, for Λ ignores a shift of all logits", () => {
    for (let j = 0; j < 4; j++) {
      expect(Math.abs(S[j]! + S[4 + j]! + S[8 + j]! + S[12 + j]!)).toBeLessThan(3e-16);
    }
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
