import { describe, expect, it } from "vitest";
import {
  compare,
  matrixCosine,
  relativeDistance,
  stepQuality,
} from "../../src/curvature/compare.ts";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { empirical, fisher } from "../../src/curvature/kinds.ts";
import { DomainError, ShapeError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { denseOperator } from "../../src/linalg/dense.ts";
import { diagonalOperator } from "../../src/linalg/diagonalOperator.ts";
import { fromRows } from "../../src/linalg/matrix.ts";
import { glm } from "../../src/objective.ts";
import { numbers, positiveDefinite, random } from "../support/matrices.ts";

// prettier numbers: A − B = [[0, 3], [3, 0]], ‖B‖_F = 5, ‖B‖₂ = 4
const A = denseOperator(
  fromRows([
    [4, 3],
    [3, 3],
  ]),
);
const B = diagonalOperator(Float64Array.of(4, 3));

describe("two matrices", () => {
  it("have a relative distance in both norms", () => {
    expect(relativeDistance(A, B)).toBeCloseTo((3 * Math.SQRT2) / 5, 15);
    expect(relativeDistance(A, B, "spectral")).toBeCloseTo(3 / 4, 15);
    expect(relativeDistance(B, B)).toBe(0);
  });

  it("have a cosine that does not see their scales", () => {
    expect(matrixCosine(A, B)).toBeCloseTo(25 / (5 * Math.sqrt(43)), 15);
    expect(matrixCosine(B, diagonalOperator(Float64Array.of(8, 6)))).toBeCloseTo(1, 15);
    const opposite = diagonalOperator(Float64Array.of(-4, -3));
    expect(matrixCosine(B, opposite)).toBeCloseTo(-1, 15);
  });

  it("of different sizes are refused", () => {
    const C = diagonalOperator(Float64Array.of(1));
    expect(() => relativeDistance(A, C)).toThrow(ShapeError);
    expect(() => matrixCosine(A, C)).toThrow("dimension 2 and 1");
  });
});

describe("γ", () => {
  const F = denseOperator(positiveDefinite(5, 3));
  const g = numbers(5, 4);
  const natural = F.solve(g);

  it("is 1/√(gᵀF⁻¹g) for the natural gradient, and larger for every other step", () => {
    const least = 1 / Math.sqrt(natural.reduce((sum, x, i) => sum + x * g[i], 0));
    expect(stepQuality(F, g, natural)).toBeCloseTo(least, 14);
    for (let seed = 10; seed < 30; seed++) {
      const step = natural.map((x, i) => x + 0.1 * numbers(5, seed)[i]);
      expect(stepQuality(F, g, step)).toBeGreaterThan(least);
    }
  });

  it("does not depend on the length or the sign of a step", () => {
    const step = numbers(5, 6);
    const value = stepQuality(F, g, step);
    expect(
      stepQuality(
        F,
        g,
        step.map((x) => -40 * x),
      ),
    ).toBeCloseTo(value, 13);
  });

  it("gives the fall of the quadratic model with the best length, 1/(2γ²)", () => {
    const step = numbers(5, 6);
    const slope = step.reduce((sum, x, i) => sum + x * g[i], 0);
    const bend = F.multiply(step).reduce((sum, x, i) => sum + x * step[i], 0);
    const fall = (a: number): number => a * slope - 0.5 * a * a * bend;
    const best = slope / bend;
    expect(fall(best)).toBeCloseTo(0.5 / stepQuality(F, g, step) ** 2, 12);
    expect(fall(best)).toBeGreaterThan(Math.max(fall(0.99 * best), fall(1.01 * best)));
  });

  it("is infinite for a step along the contour", () => {
    expect(stepQuality(A, Float64Array.of(1, 0), Float64Array.of(0, 1))).toBe(Infinity);
  });
});

describe("compare", () => {
  const X = random(30, 2, 1);
  const y = Array.from({ length: 30 }, (_, n) => n % 2);
  const problem = glm({ X, y, likelihood: bernoulli(), intercept: true });
  const theta = numbers(3, 2);
  const gradient = problem.gradient(theta);
  const F = curvature(problem, theta, fisher());
  const E = curvature(problem, theta, empirical());
  const D = curvature(problem, theta, fisher(), diagonal());

  it("puts matrices of any structure beside the first", () => {
    const [reference, other, part] = compare([F, E, D], { gradient, damping: 0.01 });
    expect(reference).toMatchObject({ name: "Fisher, full", frobenius: 0, spectral: 0 });
    expect(reference.cosine).toBeCloseTo(1, 15);
    expect(reference.step?.cosine).toBeCloseTo(1, 15);
    expect(other.name).toBe("empirical Fisher, full");
    expect(other.frobenius).toBe(relativeDistance(E, F));
    expect(other.spectral).toBe(relativeDistance(E, F, "spectral"));
    expect(other.cosine).toBe(matrixCosine(E, F));
    const step = E.solve(gradient, { damping: 0.01 });
    expect(other.step?.gamma).toBeCloseTo(
      stepQuality(F, gradient, step) / stepQuality(F, gradient, gradient),
      14,
    );
    expect(other.step?.norm).toBeCloseTo(Math.hypot(...step), 14);
    expect(part).toMatchObject({ name: "Fisher, diagonal", trace: F.trace() });
  });

  it("has no smaller γ than that of the reference without damping", () => {
    const [reference, ...others] = compare([F, E, D], { gradient });
    for (const { step } of others) expect(step?.gamma).toBeGreaterThan(reference.step?.gamma ?? 9);
    expect(reference.step?.gamma).toBeLessThan(1);
  });

  it("works without a gradient, and with operators that have no labels", () => {
    const rows = compare([A, B]);
    expect(rows.map(({ name }) => name)).toEqual(["matrix 0", "matrix 1"]);
    expect(rows[1]).not.toHaveProperty("step");
  });

  it("refuses matrices of different scales, and none", () => {
    const sum = glm({ X, y, likelihood: bernoulli(), intercept: true, reduction: "sum" });
    const S = curvature(sum, theta, fisher());
    expect(() => compare([F, S])).toThrow(
      new DomainError(
        "compare: matrices of a mean and of a sum over samples differ by a factor N; make both from " +
          "objectives with the same reduction",
      ),
    );
    expect(() => compare([])).toThrow(DomainError);
  });
});
