import { describe, expect, it } from "vitest";
import { blockDiagonal } from "../../src/curvature/blockDiagonal.ts";
import { compare, stepQuality } from "../../src/curvature/compare.ts";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { matrixCosine, relativeDistance } from "../../src/curvature/distance.ts";
import { ekfac } from "../../src/curvature/ekfac.ts";
import { full } from "../../src/curvature/full.ts";
import { kfac } from "../../src/curvature/kfac.ts";
import { empirical, fisher } from "../../src/curvature/kinds.ts";
import { lowRank } from "../../src/curvature/lowRank.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import type { Structure } from "../../src/curvature/structure.ts";
import { DomainError, ShapeError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { denseOperator } from "../../src/linalg/dense.ts";
import { diagonalOperator } from "../../src/linalg/diagonalOperator.ts";
import { innerProduct } from "../../src/linalg/innerProduct.ts";
import { fromRows } from "../../src/linalg/matrix.ts";
import { dense } from "../../src/models/network/dense.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { tanh } from "../../src/models/network/tanh.ts";
import { glm, objective } from "../../src/objective.ts";
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

describe("structures of one network", () => {
  const network = sequential([dense(3, 5), tanh(), dense(5, 3)], { precision: "float64" });
  const D = network.parameters;
  const X = random(8, 3, 5);
  const y = Array.from({ length: 8 }, (_, n) => n % 3);
  const problem = objective({ model: network, likelihood: categorical(3), X, y });
  const theta = numbers(D, 6);
  const of = (structure: Structure) => curvature(problem, theta, fisher(), structure);
  const structures: readonly Structure[] = [
    full(),
    diagonal(),
    blockDiagonal(),
    blockDiagonal({ by: "parameter" }),
    kfac(),
    ekfac(),
    lowRank(),
    matrixFree(),
  ];
  const all = structures.map(of);
  const pairs = all.flatMap((A) => all.map((B) => [A.structure, B.structure, A, B] as const));
  /** no structure may be made dense for the sake of a distance */
  const memoryLimit = 0;

  it.each(pairs)("%s and %s", (_first, _second, A, B) => {
    const exact = denseOperator(A.dense());
    const reference = denseOperator(B.dense());
    const frobenius = relativeDistance(exact, reference);
    expect(relativeDistance(A, B)).toBeCloseTo(frobenius, 13);
    const spectral = relativeDistance(exact, reference, "spectral");
    expect(relativeDistance(A, B, "spectral")).toBeCloseTo(spectral, 13);
    // by Lanczos
    const close = relativeDistance(A, B, "spectral", { memoryLimit });
    expect(Math.abs(close - spectral)).toBeLessThan(1e-4);
    const products = [A, B].filter(({ structure }) => structure === "matrix-free");
    const known = [A, B].some(({ structure }) => /^(diagonal|low rank)$/.test(structure));
    if (products.length === 0) {
      expect(
        Math.abs(relativeDistance(A, B, "frobenius", { memoryLimit }) - frobenius),
      ).toBeLessThan(1e-7);
      expect(matrixCosine(A, B, { memoryLimit })).toBeCloseTo(matrixCosine(exact, reference), 13);
    } else {
      expect(() => matrixCosine(A, B, { memoryLimit })).toThrow(ShapeError);
      expect(() => matrixCosine(A, B, { memoryLimit })).toThrow("entry by entry");
      if (known) {
        expect(innerProduct(A, B, { memoryLimit })).toBeCloseTo(innerProduct(exact, reference), 13);
      }
    }
  });

  it("in one table, with spectra, bytes and seconds", () => {
    const gradient = problem.gradient(theta);
    const rows = compare(all, { gradient, damping: 0.01 });
    rows.forEach((row, i) => {
      const A = all[i];
      const values = denseOperator(A.dense()).eigenvalues();
      expect(row.name).toBe(`Fisher, ${structures[i].name}`);
      expect(row.trace).toBeCloseTo(A.trace(), 13);
      expect(row.largest).toBeCloseTo(values[D - 1], 13);
      expect(row.smallest).toBeCloseTo(values[0], 13);
      expect(row.by).toBe("entries");
      expect(row.bytes).toBe(A.bytes);
      expect(row.seconds).toBeGreaterThan(0);
      expect(row.step?.gamma).toBeGreaterThanOrEqual((rows[0].step?.gamma ?? 9) - 1e-3);
    });
    const { bytes } = rows[0];
    expect(bytes).toBe(8 * D * D);
    expect(rows[1].bytes).toBe(8 * D);
    expect(rows[2].bytes).toBe(8 * (20 * 20 + 18 * 18));
    expect(rows[4].bytes).toBe(8 * (5 * 5 + 4 * 4 + 3 * 3 + 6 * 6));
    // all diagonal entries, and thus their sum, are kept by all but KFAC
    for (const i of [1, 2, 3, 5, 6, 7]) expect(rows[i].trace).toBeCloseTo(rows[0].trace, 13);
    // exact ones are at no distance; EKFAC is nearer than KFAC
    for (const i of [6, 7]) expect(rows[i].frobenius).toBeLessThan(1e-13);
    expect(rows[5].frobenius).toBeLessThanOrEqual(rows[4].frobenius);
  });

  it("in one table by products alone, where entries may not be held", () => {
    const some = all.slice(1, 7);
    const [exact, products] = [{}, { memoryLimit }].map((options) => compare(some, options));
    products.forEach((row, i) => {
      expect(row.by).toBe("products");
      expect(Math.abs(row.frobenius - exact[i].frobenius)).toBeLessThan(1e-7);
      expect(Math.abs(row.spectral - exact[i].spectral)).toBeLessThan(1e-4);
      expect(row.cosine).toBeCloseTo(exact[i].cosine, 13);
    });
    expect(() => compare([all[2], all[7]], { memoryLimit })).toThrow("the limit is 0.00 GiB");
  });

  it("of large orders, with extreme eigenvalues by Lanczos", () => {
    const n = 1300;
    const entries = numbers(n, 7).map((x) => 2 + x);
    const A = diagonalOperator(entries);
    const B = denseOperator(A.dense());
    const [first, second] = compare([A, B]);
    expect(Math.abs(second.largest - first.largest)).toBeLessThan(3e-4);
    expect(Math.abs(second.smallest - first.smallest)).toBeLessThan(3e-4);
    expect(first.largest).toBe(Math.max(...entries));
    expect(second.frobenius).toBe(0);
    expect(second.spectral).toBeLessThan(1e-4);
  });
});
