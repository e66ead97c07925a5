import { describe, expect, it } from "vitest";
import { DomainError } from "../../../src/errors.ts";
import { denseOperator } from "../../../src/linalg/dense.ts";
import { diagonalOperator } from "../../../src/linalg/diagonalOperator.ts";
import { hutchPlusPlus } from "../../../src/linalg/estimators/hutchPlusPlus.ts";
import { normals } from "../../../src/linalg/estimators/probes.ts";
import { xTrace } from "../../../src/linalg/estimators/xTrace.ts";
import { matrix } from "../../../src/linalg/matrix.ts";
import { matrixFree } from "../../../src/linalg/matrixFree.ts";
import { stream } from "../../../src/random/streams.ts";
import { product, symmetric, tabulate } from "../../support/matrices.ts";
import { exchangeable, xTraceTerm } from "./definitions.ts";
import { simulate, studentBand } from "./simulation.ts";
import { spectra, traceOf, withEigenvalues } from "./spectra.ts";

const REPLICATIONS = 1000;
const { lowRank, ...others } = spectra;

describe("xTrace", () => {
  it.each(Object.entries(others))(
    "is unbiased, with error bars that are not too short: %s",
    (name, values) => {
      const A = withEigenvalues(values);
      const found = simulate(REPLICATIONS, traceOf(values), (r) =>
        xTrace(A, stream(1, name, r), { products: 24 }),
      );
      expect(Math.abs(found.bias)).toBeLessThan(4);
      // Unbiased but for covariances that count as zero when they come out negative: never too short on average.
      expect(found.length).toBeGreaterThan(1 - 4 * found.lengthError);
      expect(found.length).toBeLessThan(name === "step" ? 3 : 1.3);
      expect(found.coverage).toBeGreaterThan(0.87);
    },
  );

  it.each(["flat", "indefinite"] as const)("has error bars of the right length: %s", (name) => {
    const A = withEigenvalues(spectra[name]);
    const found = simulate(REPLICATIONS, traceOf(spectra[name]), (r) =>
      xTrace(A, stream(2, name, r), { products: 30 }),
    );
    expect(Math.abs(found.length - 1)).toBeLessThan(4 * found.lengthError);
    expect(found.lengthError).toBeLessThan(0.05);
    // as Student's t with half of the products less one
    const [low, high] = studentBand(14, REPLICATIONS);
    expect(found.coverage).toBeGreaterThan(low);
    expect(found.coverage).toBeLessThan(high);
  });

  it("has a smaller error than Hutch++ where the spectrum decays", () => {
    for (const name of ["algebraic", "exponential", "step"] as const) {
      const A = withEigenvalues(spectra[name]);
      const [x, plus] = [xTrace, hutchPlusPlus].map((estimator) =>
        simulate(200, traceOf(spectra[name]), (r) =>
          estimator(A, stream(3, name, r), { products: 24 }),
        ),
      );
      expect(x.error).toBeLessThan(0.75 * plus.error);
    }
  });

  it.each(["flat", "algebraic", "indefinite"] as const)(
    "is the mean over bases without one probe: %s",
    (name) => {
      const A = withEigenvalues(spectra[name]);
      for (const products of [4, 14]) {
        const k = products / 2;
        const probes = normals(stream(8, name), k, 48);
        const expected = exchangeable(k, (i, left) => xTraceTerm(A.matrix, probes, i, left));
        const found = xTrace(A, stream(8, name), { products });
        expect(Math.abs(found.value - expected.value)).toBeLessThan(1e-11);
        expect(Math.abs(found.standardError - expected.standardError)).toBeLessThan(1e-10);
        expect(found.products).toBe(products);
      }
    },
  );

  it("is exact below a rank of half of the products, for multiples of I, and from D products on", () => {
    const A = withEigenvalues(lowRank);
    const found = xTrace(A, stream(1), { products: 10 });
    expect(Math.abs(found.value - traceOf(lowRank))).toBeLessThan(1e-12);
    expect(found.standardError).toBeLessThan(1e-12);
    expect(found.products).toBeLessThanOrEqual(10);
    // a diagonal one, whose products round nothing: four probes are in the span of the others
    const plain = xTrace(diagonalOperator(lowRank), stream(1), { products: 16 });
    expect(Math.abs(plain.value - 10)).toBeLessThan(1e-12);
    expect([plain.standardError < 1e-12, plain.products]).toEqual([true, 8 + 4]);

    const scaled = xTrace(diagonalOperator(new Float64Array(50).fill(3)), stream(1), {
      products: 8,
    });
    expect(Math.abs(scaled.value - 150)).toBeLessThan(1e-12);
    expect(scaled.standardError).toBeLessThan(1e-12);
    const zero = xTrace(diagonalOperator(new Float64Array(50)), stream(1), { products: 8 });
    expect(zero).toEqual({ value: 0, standardError: 0, products: 4 });
    const dense = denseOperator(symmetric(30, 2));
    const all = xTrace(dense, stream(1), { products: 30 });
    expect(Math.abs(all.value - dense.trace())).toBeLessThan(1e-13);
    expect([all.standardError, all.products]).toEqual([0, 30]);
    const one = xTrace(diagonalOperator(Float64Array.of(7)), stream(1), { products: 4 });
    expect(one).toEqual({ value: 7, standardError: 0, products: 1 });
  });

  it("loses nothing to eigenvalues over eighteen orders of magnitude", () => {
    const values = Float64Array.from({ length: 48 }, (_, i) => 10 ** (-i / 2));
    const A = withEigenvalues(values);
    for (const products of [12, 24, 46]) {
      const { value, standardError } = xTrace(A, stream(5), { products });
      const error = Math.abs(value - traceOf(values));
      expect(error).toBeLessThan(6 * standardError + 1e-14 * 48);
      expect(standardError).toBeLessThan(10 ** (-products / 4 + 1.5) + 1e-13);
    }
  });

  it("refuses bad input", () => {
    const A = denseOperator(symmetric(60, 5));
    for (const products of [2, 7, 0, -4, Number.NaN]) {
      expect(() => xTrace(A, stream(0), { products })).toThrow(
        `XTrace: ${products} products, expected an integer of at least 4 and a multiple of 2`,
      );
    }
    const nan = matrixFree(60, (v) => v.fill(Number.NaN));
    expect(() => xTrace(nan, stream(0), { products: 6 })).toThrow("entry 0 is NaN");
    const triangular = tabulate(60, (i, j) => (i >= j ? 1 : 0));
    const skewed = matrixFree(60, (v) => product(triangular, matrix(60, 1, v)).data);
    expect(() => xTrace(skewed, stream(0), { products: 6 })).toThrow(DomainError);
  });
});
