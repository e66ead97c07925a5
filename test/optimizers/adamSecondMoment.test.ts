/** Adam's second moment against Adam, and each of its differences from the diagonal of the Fisher by itself. */
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { empirical } from "../../src/curvature/kinds.ts";
import { gradientVariance } from "../../src/curvature/perExample.ts";
import { DomainError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { glm } from "../../src/objective.ts";
import { adam } from "../../src/optimizers/adam.ts";
import { adamSecondMoment } from "../../src/optimizers/adamSecondMoment.ts";
import { minibatchGradient } from "../../src/optimizers/minibatch.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { stream } from "../../src/random/streams.ts";
import { distance, numbers, random } from "../support/matrices.ts";

const N = 8;
const X = random(N, 2, 1);
const y = Array.from({ length: N }, (_, n) => n % 2);
const mean = glm({ X, y, likelihood: bernoulli(), intercept: true });
const sum = glm({ X, y, likelihood: bernoulli(), intercept: true, reduction: "sum" });
const theta = numbers(3, 2);

describe("Adam's second moment", () => {
  it("is what the steps of Adam were divided by", () => {
    const batch = () => ({ size: 3, random: new LegacyRandom(5) });
    const [stepSize, epsilon, beta2] = [0.1, 1e-8, 0.9];
    const constants = { beta1: 0, beta2, epsilon };
    const steps = [...adam(mean, { stepSize, iterations: 12, batch: batch(), ...constants })];
    const path = steps.map((step) => step.theta);
    const V = adamSecondMoment(mean, path, { batch: batch(), beta2 });
    // the batches again, for the last gradient
    const source = minibatchGradient(mean, batch());
    const last = path.map((at) => source(at)).at(-1)!;
    const roots = last.map((g, i) => (stepSize * g) / steps.at(-1)!.step[i] - epsilon);
    expect(
      distance(
        V.diagonal(),
        roots.map((root) => root ** 2),
      ),
    ).toBeLessThan(1e-13);
    expect(V).toMatchObject({
      kind: "Adam's second moment",
      structure: "diagonal",
      scale: "mean",
      degree: 2,
      samples: N,
    });
  });

  it("weighs the squares along the path by powers of β₂ that sum to one", () => {
    const path = [1, 2, 3].map((seed) => numbers(3, seed));
    const V = adamSecondMoment(mean, path, { beta2: 0.5 });
    const squares = path.map((at) => mean.gradient(at).map((g) => g * g));
    const exact = squares[0].map(
      (_, i) => (squares[0][i] + 2 * squares[1][i] + 4 * squares[2][i]) / 7,
    );
    expect(distance(V.diagonal(), exact)).toBeLessThan(1e-15);
  });

  it("at one θ and with one sample a batch is, on average, the empirical Fisher's diagonal", () => {
    const E = curvature(mean, theta, empirical(), diagonal()).diagonal();
    const V = long(1);
    expect(distance(V, E)).toBeLessThan(0.02);
  });

  it("squares means: the gradient's square and the variance over B, for batches without replacement", () => {
    const B = 4;
    const variance = gradientVariance(mean, theta);
    const g = mean.gradient(theta);
    const exact = variance.map((v, i) => g[i] ** 2 + (v / B) * ((N - B) / (N - 1)));
    expect(distance(long(B), exact)).toBeLessThan(0.02);
    // a full batch has no variance: the square of the gradient
    const whole = adamSecondMoment(mean, [theta]).diagonal();
    expect(
      distance(
        whole,
        g.map((x) => x * x),
      ),
    ).toBeLessThan(1e-15);
  });

  /** the average of many squares, all with nearly the same weight */
  function long(size: number): Float64Array {
    const path = Array.from({ length: 40_000 }, () => theta);
    const batch = { size, random: stream(3, "batches") };
    return adamSecondMoment(mean, path, { batch, beta2: 1 - 1e-6 }).diagonal();
  }

  it("has the objective's scale, as the empirical Fisher has", () => {
    const [A, B] = [mean, sum].map((problem) => adamSecondMoment(problem, [theta]));
    expect(B.scale).toBe("sum");
    expect(
      distance(
        B.diagonal(),
        A.diagonal().map((v) => N * v),
      ),
    ).toBeLessThan(1e-15);
    // Adam itself, of a sum: N times that
    expect(
      distance(
        sum.gradient(theta).map((g) => g * g),
        B.diagonal().map((v) => N * v),
      ),
    ).toBeLessThan(1e-15);
  });

  it("refuses an empty path, a decay out of range and an impossible batch", () => {
    expect(() => adamSecondMoment(mean, [])).toThrow(
      new DomainError("Adam's second moment: found no θ, expected a path"),
    );
    expect(() => adamSecondMoment(mean, [theta], { beta2: 1 })).toThrow(
      "Adam's second moment: beta2 is 1, expected a number in [0, 1)",
    );
    const batch = { size: 9, random: stream(0, "batches") };
    expect(() => adamSecondMoment(mean, [theta], { batch })).toThrow(DomainError);
  });
});
