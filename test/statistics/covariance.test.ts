import { describe, expect, it } from "vitest";
import { fromRows } from "../../src/linalg/matrix.ts";
import { covariance } from "../../src/statistics/covariance.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import type { FamilyName } from "../../src/statistics/results.ts";
import { arrayRows } from "../../src/statistics/rows.ts";
import { relativeError } from "../support/accuracy.ts";
import { numbers } from "../support/matrices.ts";
import { curvatureByRows, designRows, regression, solve } from "../support/regressions.ts";

describe("tables of coefficients", () => {
  const data = regression("gaussian", 40, 2, 3);

  it("use t with an estimated variance and z otherwise", async () => {
    const estimated = covariance(await fitModel(arrayRows(data), { family: "gaussian" }), "fisher");
    expect(estimated).toMatchObject({ statistic: "t", degreesOfFreedom: 37, level: 0.95 });
    const [row] = estimated.coefficients;
    // SciPy 1.17: stats.t.isf(0.025, 37), stats.norm.isf(0.025)
    expect((row.upper - row.estimate) / row.standardError).toBeCloseTo(2.0261924630291093, 12);
    expect(row.statistic).toBe(row.estimate / row.standardError);
    const known = covariance(
      await fitModel(arrayRows(data), { family: "gaussian", variance: 1 }),
      "fisher",
    );
    expect(known.statistic).toBe("z");
    const [other] = known.coefficients;
    expect((other.estimate - other.lower) / other.standardError).toBeCloseTo(
      1.9599639845400545,
      12,
    );
    // s² against σ² = 1
    expect(
      relativeError(
        row.standardError,
        other.standardError *
          Math.sqrt((await fitModel(arrayRows(data), { family: "gaussian" })).variance!.unbiased),
      ),
    ).toBeLessThan(1e-12);
  });

  it("correct the sandwich by N / (N − D) where HC1 is asked for", async () => {
    const fit = await fitModel(arrayRows(data), { family: "gaussian" });
    const [plain, corrected] = (["HC0", "HC1"] as const).map((correction) =>
      covariance(fit, "sandwich", { correction }),
    );
    expect(plain.label).toBe("sandwich H⁻¹F̃H⁻¹, HC0");
    expect(corrected.correction).toBe("HC1");
    expect(
      relativeError(
        corrected.matrix.data,
        plain.matrix.data.map((v) => (v * 40) / 37),
      ),
    ).toBeLessThan(1e-14);
  });

  it("keep the logarithm of a p-value that is no double", async () => {
    const x = numbers(3000, 2);
    const y = x.map((v, n) => 5 * v + 0.01 * Math.sin(n));
    const fit = await fitModel(arrayRows({ X: fromRows(Array.from(x, (v) => [v])), y }), {
      family: "gaussian",
    });
    const [row] = covariance(fit, "fisher").coefficients;
    expect(row.pValue).toBe(0);
    expect(row.logPValue).toBeLessThan(-10_000);
    expect(Number.isFinite(row.logPValue)).toBe(true);
  });

  it("refuse a level that is none, and OPG where there are fewer rows than coefficients", async () => {
    const fit = await fitModel(arrayRows(data), { family: "gaussian" });
    expect(() => covariance(fit, "fisher", { level: 95 })).toThrow("level: found 95");
    const few = regression("poisson", 4, 3, 9);
    const saturated = await fitModel(arrayRows({ ...few, y: [1, 2, 3, 5] }), { family: "poisson" });
    expect(() => covariance(saturated, "empirical")).toThrow("the empirical Fisher is singular");
    expect(() => covariance(saturated, "sandwich", { correction: "HC1" })).toThrow(
      "HC1 needs more",
    );
  });
});

describe.each(["gaussian", "bernoulli", "categorical", "poisson"] as const)(
  "a ridge in the %s family",
  (family: FamilyName) => {
    const data = regression(family, 120, 3, 21);
    const lambda = 3;
    const P = 4;

    it("penalizes all coefficients but the intercepts", async () => {
      for (const variance of family === "gaussian" ? [1, 2.5] : [1]) {
        const fit = await fitModel(arrayRows(data), {
          family,
          ridge: lambda,
          ...(family === "gaussian" && { variance }),
        });
        const { gradient } = curvatureByRows(family, data, fit.theta, variance);
        gradient.forEach((value, t) => {
          const penalty = t % P === P - 1 ? 0 : lambda * fit.theta[t];
          expect(value + penalty).toBeCloseTo(0, 8);
        });
        expect(fit.logLikelihood).toBeCloseTo(
          -curvatureByRows(family, data, fit.theta, variance).loss,
          9,
        );
      }
    });

    it("is in H where H is inverted", async () => {
      const fit = await fitModel(arrayRows(data), {
        family,
        ridge: lambda,
        ...(family === "gaussian" && { variance: 1 }),
      });
      const { fisher, empirical } = curvatureByRows(family, data, fit.theta);
      const D = fit.theta.length;
      const plus = (A: Float64Array): Float64Array =>
        A.map((v, t) => v + (t % (D + 1) === 0 && (t / (D + 1)) % P !== P - 1 ? lambda : 0));
      const unit = Array.from({ length: D }, (_, t) => (t === 0 ? 1 : 0));
      const H = { ...fisher, data: plus(fisher.data) };
      const first = solve(H, unit);
      expect(covariance(fit, "fisher").matrix.data[0]).toBeCloseTo(first[0], 12);
      const E = { ...empirical, data: plus(empirical.data) };
      expect(covariance(fit, "empirical").matrix.data[0]).toBeCloseTo(solve(E, unit)[0], 12);
      const middle = first.map((_, s) =>
        first.reduce((sum, v, t) => sum + empirical.data[s * D + t] * v, 0),
      );
      const sandwich = first.reduce((sum, v, t) => sum + v * middle[t], 0);
      expect(covariance(fit, "sandwich").matrix.data[0]).toBeCloseTo(sandwich, 12);
    });
  },
);

describe("a ridge with an estimated variance", () => {
  it("minimizes RSS + λ ‖β‖², as ridge regression is usually written", async () => {
    const data = regression("gaussian", 60, 2, 4);
    const fit = await fitModel(arrayRows(data), { family: "gaussian", ridge: 7 });
    const design = designRows(data);
    const gram = fromRows(
      [0, 1, 2].map((i) =>
        [0, 1, 2].map(
          (j) => design.reduce((sum, x) => sum + x[i] * x[j], 0) + (i === j && i < 2 ? 7 : 0),
        ),
      ),
    );
    const right = [0, 1, 2].map((i) => design.reduce((sum, x, n) => sum + x[i] * data.y[n], 0));
    expect(relativeError(fit.theta, solve(gram, right))).toBeLessThan(1e-12);
  });
});
