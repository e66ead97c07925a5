import { describe, expect, it } from "vitest";
import { DomainError, NotPositiveDefiniteError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import { fromRows } from "../../src/linalg/matrix.ts";
import { glm } from "../../src/objective.ts";
import {
  varianceAdaptation,
  varianceAdaptationFactors,
  varianceAdaptationMatrix,
  variancePreconditioner,
} from "../../src/optimizers/varianceAdaptation.ts";
import { absoluteError } from "../support/accuracy.ts";

const X = fromRows([
  [1, 0.5],
  [1, -2],
  [1, 0.25],
  [1, 3],
  [1, -1],
]);
const y = [1, 0, 0, 1, 1];
const theta = Float64Array.of(0.3, -0.4);
const problem = (reduction: "mean" | "sum") =>
  glm({ X, y, likelihood: bernoulli(), intercept: false, reduction, priorVariance: 2 });

/** mean and covariance of the gradient of one random sample, from the definition, `mean` scale */
function noise(): { h: number[]; S: number[][] } {
  const gradients = y.map((target, n) => {
    const f = theta[0] + theta[1] * X.data[2 * n + 1];
    const r = 1 / (1 + Math.exp(-f)) - target;
    return [0, 1].map((i) => r * X.data[2 * n + i] + theta[i] / (2 * 5));
  });
  const h = [0, 1].map((i) => gradients.reduce((s, g) => s + g[i] / 5, 0));
  const S = [0, 1].map((i) =>
    [0, 1].map((j) => gradients.reduce((s, g) => s + ((g[i] - h[i]) * (g[j] - h[j])) / 5, 0)),
  );
  return { h, S };
}
const { h, S } = noise();

describe("variance adaptation", () => {
  it.each(["mean", "sum"] as const)("the matrix of eq. 19, by the formula (%s)", (reduction) => {
    const [a, b, c] = [S[0][0] + h[0] ** 2, S[0][1] + h[0] * h[1], S[1][1] + h[1] ** 2];
    const det = a * c - b * b;
    const x = [(c * h[0] - b * h[1]) / det, (a * h[1] - b * h[0]) / det];
    const expected = [x[0] * h[0], x[0] * h[1], x[1] * h[0], x[1] * h[1]];
    expect(
      absoluteError(varianceAdaptationMatrix(problem(reduction), theta).data, expected),
    ).toBeLessThan(1e-12);
  });

  it("the full form steps along Σ⁻¹∇L (Sherman and Morrison), the diagonal one by signal and noise", () => {
    const det = S[0][0] * S[1][1] - S[0][1] ** 2;
    const u = [(S[1][1] * h[0] - S[0][1] * h[1]) / det, (S[0][0] * h[1] - S[0][1] * h[0]) / det];
    const hh = h[0] ** 2 + h[1] ** 2;
    const shrink = hh / (1 + h[0] * u[0] + h[1] * u[1]);
    const [full] = varianceAdaptation(problem("mean"), { form: "full", start: theta });
    expect(
      absoluteError(
        full.step,
        u.map((x) => shrink * x),
      ),
    ).toBeLessThan(1e-13);

    const factors = h.map((m, i) => (m * m) / (m * m + S[i][i]));
    expect(absoluteError(varianceAdaptationFactors(problem("sum"), theta), factors)).toBeLessThan(
      1e-14,
    );
    const [diagonal] = varianceAdaptation(problem("mean"), { start: theta, stepSize: 0.5 });
    expect(
      absoluteError(
        diagonal.step,
        factors.map((d, i) => 0.5 * d * h[i]),
      ),
    ).toBeLessThan(1e-14);
  });

  it("adds the damping to the second moments", () => {
    const damped = varianceAdaptationFactors(problem("mean"), theta, { damping: 0.3 });
    expect(
      absoluteError(
        damped,
        h.map((m, i) => (m * m) / (m * m + S[i][i] + 0.3)),
      ),
    ).toBeLessThan(1e-14);
    const M = varianceAdaptationMatrix(problem("mean"), theta, { damping: 1e9 });
    expect(M.data[1] / (h[0] * h[1] * 1e-9)).toBeCloseTo(1, 8);
  });

  it("is the projection onto the gradient where there is no noise", () => {
    // two equal samples: Σ = 0, and ∇L∇Lᵀ alone is singular
    const twins = glm({
      X: fromRows([
        [1, 2],
        [1, 2],
      ]),
      y: [1, 1],
      likelihood: gaussian(),
      intercept: false,
    });
    expect(() => varianceAdaptationMatrix(twins, theta)).toThrow(NotPositiveDefiniteError);
    const M = varianceAdaptationMatrix(twins, theta, { damping: 1e-9 }).data;
    expect(absoluteError(M, [0.2, 0.4, 0.4, 0.8])).toBeLessThan(1e-8);
    expect([...varianceAdaptationFactors(twins, theta)]).toEqual([1, 1]);
  });

  it("stands still where all gradients are zero", () => {
    const fitted = glm({
      X: fromRows([[1], [2]]),
      y: [3, 6],
      likelihood: gaussian(),
      intercept: false,
    });
    for (const form of ["full", "diagonal", "momentum"] as const) {
      const steps = [
        ...varianceAdaptation(fitted, { form, start: Float64Array.of(3), iterations: 2 }),
      ];
      expect(steps.map((s) => s.theta[0])).toEqual([3, 3, 3]);
    }
  });

  it("lowers the loss in each form", () => {
    for (const form of ["full", "diagonal", "momentum"] as const) {
      const losses = Array.from(
        varianceAdaptation(problem("mean"), { form, stepSize: 0.2, iterations: 30 }),
        (s) => s.loss,
      );
      expect(losses.at(-1)!).toBeLessThan(losses[0] - 1e-3);
    }
  });

  it("refuses a negative damping, an unknown form, and says at which iteration it is singular", () => {
    expect(() => variancePreconditioner({ damping: -1 })).toThrow(DomainError);
    expect(() => varianceAdaptationMatrix(problem("mean"), theta, { damping: NaN })).toThrow(
      "damping: found NaN",
    );
    expect(() => variancePreconditioner({ form: "toString" as "full" })).toThrow(
      'variance adaptation: form is "toString", expected one of full, diagonal, momentum',
    );
    // the second parameter has no gradient at all: an exact zero on the diagonal
    const idle = glm({
      X: fromRows([
        [1, 0],
        [2, 0],
      ]),
      y: [1, 3],
      likelihood: gaussian(),
      intercept: false,
    });
    expect(() => [...varianceAdaptation(idle, { form: "full" })]).toThrow(
      /^variance adaptation, iteration 0: the 2 × 2 matrix is not positive definite/,
    );
  });
});
