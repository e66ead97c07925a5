import { describe, expect, it } from "vitest";
import { scalarLikelihood } from "../../src/likelihoods/scalar.ts";
import { matrix } from "../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";

/** A family that natgrad does not have, in the words of the doc comment. */
const exponential = scalarLikelihood({
  name: "exponential",
  belongs: (y) => y >= 0 && y < Infinity,
  expected: "a finite number of at least 0",
  loss: (f, y) => -f * y - Math.log(-f),
  residual: (f, y) => -1 / f - y,
  variance: (f) => 1 / (f * f),
  deviation: (f) => -1 / f,
  mean: (f) => -1 / f,
  draw: (f, random) => Math.log1p(-random.uniform()) / f,
});

describe("a family from functions of one output", () => {
  const N = 20_000;
  const outputs = matrix(N, 1, new Float64Array(N).fill(-0.25));
  const targets = exponential.sample(outputs, new LegacyRandom(0));

  it("is a whole likelihood", () => {
    expect(exponential).toMatchObject({ name: "exponential", outputs: 1, targetColumns: 1 });
    expect(exponential.mean(outputs).data[0]).toBe(4);
    expect(exponential.outputFisher(outputs).data[0]).toBe(16);
    expect(exponential.outputFactor(outputs).data[0]).toBe(4);
    expect(exponential.negativeLogLikelihood(outputs, targets)[7]).toBeCloseTo(
      -Math.log(0.25 * Math.exp(-0.25 * targets.data[7]!)),
      12,
    );
  });

  it("samples with score zero and the Fisher as its variance, within 4 standard errors", () => {
    const { data } = exponential.residual(outputs, targets);
    const mean = data.reduce((total, r) => total + r, 0) / N;
    const square = data.reduce((total, r) => total + r * r, 0) / N;
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(16 / N));
    // The fourth central moment of the exponential distribution is 9 σ⁴.
    expect(Math.abs(square - 16)).toBeLessThan(4 * Math.sqrt((8 * 16 ** 2) / N));
  });

  it("refuses targets in its own words", () => {
    expect(() => exponential.checkTargets(matrix(1, 1, new Float64Array([-2])))).toThrow(
      "exponential: target 0 is -2, expected a finite number of at least 0",
    );
  });
});
