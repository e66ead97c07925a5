/** The Monte-Carlo Fisher: its expectation, its error, and what stays the same. */
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { empirical, fisher } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { sampled } from "../../src/curvature/sampled.ts";
import { DomainError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import { glm, objective } from "../../src/objective.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { stream } from "../../src/random/streams.ts";
import { distance, numbers, random } from "../support/matrices.ts";
import { problems } from "../support/problems.ts";

const X = random(4, 2, 1);
const theta = Float64Array.of(0.7, -1.3);
const logistic = glm({ X, y: [0, 1, 1, 0], likelihood: bernoulli() });

describe("the expectation over labels", () => {
  it("of the empirical Fisher is the Fisher: all 16 labellings, weighed by their probability", () => {
    const p = logistic.likelihood.mean(logistic.outputs(theta)).data;
    const mean = new Float64Array(4);
    for (let code = 0; code < 16; code++) {
      const y = Array.from({ length: 4 }, (_, n) => (code >> n) & 1);
      const weight = y.reduce((w, label, n) => w * (label ? p[n] : 1 - p[n]), 1);
      const labelled = glm({ X, y, likelihood: bernoulli(), oneClass: true });
      const E = curvature(labelled, theta, empirical()).dense();
      for (let t = 0; t < 4; t++) mean[t] += weight * E.data[t];
    }
    expect(distance(mean, curvature(logistic, theta, fisher()).dense().data)).toBeLessThan(1e-15);
  });
});

/** Means and standard errors of the entries over independent matrices. */
function moments(draws: number, repetitions: number) {
  const sum = new Float64Array(4);
  const square = new Float64Array(4);
  for (let r = 0; r < repetitions; r++) {
    const kind = sampled<Matrix>({ draws, random: stream(1, "labels", draws, r) });
    curvature(logistic, theta, kind)
      .dense()
      .data.forEach((x, t) => {
        sum[t] += x / repetitions;
        square[t] += (x * x) / repetitions;
      });
  }
  const deviation = square.map((s, t) => Math.sqrt(s - sum[t] ** 2));
  return { mean: sum, deviation, error: deviation.map((s) => s / Math.sqrt(repetitions)) };
}

describe("over independent draws", () => {
  const F = curvature(logistic, theta, fisher()).dense().data;
  const one = moments(1, 2000);
  const sixteen = moments(16, 2000);

  it.each([
    { k: 1, ...one },
    { k: 16, ...sixteen },
  ])("the mean with $k draws is the Fisher, within 4 standard errors", ({ mean, error }) => {
    for (let t = 0; t < 4; t++) expect(Math.abs(mean[t] - F[t])).toBeLessThan(4 * error[t]);
    // and the standard errors are small enough for that to say something
    expect(error[0]).toBeLessThan(0.02 * F[0]);
  });

  it("the error falls as 1/√k", () => {
    for (let t = 0; t < 4; t++) {
      // each deviation is known to about 1/√(2 · 2000) = 1.6 %
      expect(Math.abs(one.deviation[t] / sixteen.deviation[t] / 4 - 1)).toBeLessThan(0.1);
    }
  });
});

describe("one matrix", () => {
  it("has the same draws in every product, and in its diagonal", () => {
    for (const { objective, theta } of problems) {
      // without memory for them, the factors are made again for each product
      for (const [batch, memory] of [
        [7, 1e6],
        [3, 1e6],
        [3, 0],
      ]) {
        const kind = sampled<Matrix>({ draws: 2, random: new LegacyRandom(4) });
        const A = curvature(objective, theta, kind, matrixFree({ memory }), { batch });
        const v = numbers(theta.length, 9);
        expect(A.multiply(v)).toEqual(A.multiply(v));
        const { cols: D, data } = A.dense();
        const diagonalOf = Float64Array.from({ length: D }, (_, i) => data[i * (D + 1)]);
        expect(distance(A.diagonal(), diagonalOf)).toBeLessThan(1e-13);
      }
    }
  });

  it("draws when it is made, not when it is first used", () => {
    const random = new LegacyRandom(4);
    const before = curvature(logistic, theta, sampled({ random }), matrixFree());
    random.uniform();
    const again = curvature(
      logistic,
      theta,
      sampled({ random: new LegacyRandom(4) }),
      matrixFree(),
    );
    const v = Float64Array.of(1, 2);
    expect(before.multiply(v)).toEqual(again.multiply(v));
  });

  it("has the draws of any other structure and batch size from the same seed", () => {
    const X = random(11, 2, 3);
    const y = Array.from({ length: 11 }, (_, n) => n % 3);
    const softmax = glm({ X, y, likelihood: categorical(3) });
    const W = numbers(6, 2);
    const make = () => sampled<Matrix>({ draws: 3, random: new LegacyRandom(8) });
    const A = curvature(softmax, W, make()).dense().data;
    for (const batch of [1, 4, 11]) {
      const B = curvature(softmax, W, make(), matrixFree(), { batch }).dense().data;
      expect(distance(A, B)).toBeLessThan(1e-14);
      const d = curvature(softmax, W, make(), diagonal(), { batch }).diagonal();
      expect(
        distance(
          d,
          Float64Array.from({ length: 6 }, (_, i) => A[i * 7]),
        ),
      ).toBeLessThan(1e-14);
    }
  });

  it("differs from the next one of the same generator", () => {
    const kind = sampled<Matrix>({ random: new LegacyRandom(4) });
    const A = curvature(logistic, theta, kind).dense();
    const B = curvature(logistic, theta, kind).dense();
    expect(distance(A.data, B.data)).toBeGreaterThan(1e-3);
  });

  it("does not look at the labels of the data", () => {
    const { model, likelihood, X } = logistic;
    const other = objective({ model, likelihood, X, y: [1, 0, 0, 1] });
    const make = () => sampled<Matrix>({ random: new LegacyRandom(4) });
    const A = curvature(logistic, theta, make()).dense();
    expect(curvature(other, theta, make()).dense()).toEqual(A);
  });
});

it.each([0, -1, 1.5, Number.NaN])("refuses %f draws", (draws) => {
  expect(() => sampled({ draws, random: new LegacyRandom(0) })).toThrow(
    new DomainError(`sampled Fisher: draws is ${draws}, expected a positive integer`),
  );
});
