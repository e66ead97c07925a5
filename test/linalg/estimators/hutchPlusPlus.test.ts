import { describe, expect, it } from "vitest";
import { DomainError } from "../../../src/errors.ts";
import { denseOperator } from "../../../src/linalg/dense.ts";
import { diagonalOperator } from "../../../src/linalg/diagonalOperator.ts";
import { hutchinsonTrace } from "../../../src/linalg/estimators/hutchinson.ts";
import { hutchPlusPlus } from "../../../src/linalg/estimators/hutchPlusPlus.ts";
import { signs } from "../../../src/linalg/estimators/probes.ts";
import { CountedProducts } from "../../../src/linalg/estimators/products.ts";
import { matrix } from "../../../src/linalg/matrix.ts";
import { matrixFree } from "../../../src/linalg/matrixFree.ts";
import { stream } from "../../../src/random/streams.ts";
import { product, symmetric, tabulate } from "../../support/matrices.ts";
import { outside } from "./definitions.ts";
import { simulate, studentBand } from "./simulation.ts";
import { spectra, traceOf, withEigenvalues } from "./spectra.ts";

const REPLICATIONS = 1500;
const { lowRank, ...others } = spectra;

describe("hutchPlusPlus", () => {
  it.each(Object.entries(others))(
    "is unbiased, with error bars of the right length: %s",
    (name, values) => {
      const A = withEigenvalues(values);
      const found = simulate(REPLICATIONS, traceOf(values), (r) =>
        hutchPlusPlus(A, stream(1, name, r), { products: 24 }),
      );
      expect(Math.abs(found.bias)).toBeLessThan(4);
      expect(Math.abs(found.length - 1)).toBeLessThan(4 * found.lengthError);
      expect(found.lengthError).toBeLessThan(0.05);
    },
  );

  it("covers as Student's t with a third of the products less one where many entries add up", () => {
    const found = simulate(REPLICATIONS, traceOf(spectra.indefinite), (r) =>
      hutchPlusPlus(withIndefinite, stream(2, r), { products: 36 }),
    );
    const [low, high] = studentBand(11, REPLICATIONS);
    expect(found.coverage).toBeGreaterThan(low);
    expect(found.coverage).toBeLessThan(high);
  });
  const withIndefinite = withEigenvalues(spectra.indefinite);

  it("has a smaller error than Hutchinson's where the spectrum decays, a larger one where it is flat", () => {
    const error = (name: keyof typeof spectra, estimator: typeof hutchPlusPlus): number => {
      const A = withEigenvalues(spectra[name]);
      return simulate(400, traceOf(spectra[name]), (r) =>
        estimator(A, stream(3, name, r), { products: 24 }),
      ).error;
    };
    const ratio = (name: keyof typeof spectra): number =>
      error(name, hutchPlusPlus) / error(name, hutchinsonTrace);
    expect(ratio("exponential")).toBeLessThan(0.3);
    expect(ratio("algebraic")).toBeLessThan(0.1);
    expect(ratio("step")).toBeLessThan(0.01);
    // a third of the products for the trace of nearly the whole, without the spread of the diagonal
    expect(ratio("flat")).toBeGreaterThan(1);
  });

  it("is tr QᵀAQ and Hutchinson's estimate of what is outside of Q on both sides", () => {
    const values = spectra.algebraic;
    const A = withEigenvalues(values);
    const { value, standardError, products } = hutchPlusPlus(A, stream(7), { products: 24 });
    expect(products).toBe(24);
    const random = stream(7);
    const P = outside(product(signs(random, 8, 48), A.matrix));
    const PAP = product(P, product(A.matrix, P));
    const G = signs(random, 8, 48);
    const forms = product(product(G, PAP), G, { transB: true });
    const samples = Float64Array.from({ length: 8 }, (_, i) => forms.data[i * 9]);
    const mean = traceOf(samples) / 8;
    const kept = Float64Array.from({ length: 48 }, (_, i) => PAP.data[i * 49]);
    expect(Math.abs(value - (traceOf(values) - traceOf(kept) + mean))).toBeLessThan(1e-12);
    const variance = samples.reduce((s, x) => s + (x - mean) ** 2, 0) / 7;
    expect(Math.abs(standardError - Math.sqrt(variance / 8))).toBeLessThan(1e-12);
  });

  it("is exact up to a rank of a third of the products, and from D products on", () => {
    const A = withEigenvalues(lowRank);
    const found = hutchPlusPlus(A, stream(1), { products: 12 });
    expect(Math.abs(found.value - traceOf(lowRank))).toBeLessThan(1e-12);
    expect(found.standardError).toBeLessThan(1e-12);
    expect(found.products).toBe(12);
    // the rank is 4: what the 16 probes span costs 4 products, not 16
    expect(hutchPlusPlus(A, stream(1), { products: 45 }).products).toBeLessThan(15 + 15 + 15);
    const zero = diagonalOperator(new Float64Array(100));
    const nothing = hutchPlusPlus(zero, stream(1), { products: 12 });
    expect(nothing).toEqual({ value: 0, standardError: 0, products: 8 });
    const all = hutchPlusPlus(denseOperator(symmetric(30, 2)), stream(1), { products: 30 });
    expect(Math.abs(all.value - denseOperator(symmetric(30, 2)).trace())).toBeLessThan(1e-13);
    expect([all.standardError, all.products]).toEqual([0, 30]);
    const one = hutchPlusPlus(diagonalOperator(Float64Array.of(7)), stream(1), { products: 6 });
    expect(one).toEqual({ value: 7, standardError: 0, products: 1 });
  });

  it("refuses bad input", () => {
    const A = denseOperator(symmetric(60, 5));
    for (const products of [3, 7, 20, 0, 9.5, Number.NaN]) {
      expect(() => hutchPlusPlus(A, stream(0), { products })).toThrow(
        `Hutch++: ${products} products, expected an integer of at least 6 and a multiple of 3`,
      );
    }
    const nan = matrixFree(60, (v) => v.fill(Number.NaN));
    expect(() => hutchPlusPlus(nan, stream(0), { products: 6 })).toThrow(
      "Hutch++, product 1 with the operator: entry 0 is NaN",
    );
    const triangular = tabulate(60, (i, j) => (i >= j ? 1 : 0));
    const skewed = matrixFree(60, (v) => product(triangular, matrix(60, 1, v)).data);
    expect(() => hutchPlusPlus(skewed, stream(0), { products: 6 })).toThrow(DomainError);
  });

  it("works in any dimension that is more than its products", () => {
    // D = products + 1 is the tightest
    const A = symmetric(13, 4);
    const found = simulate(REPLICATIONS, denseOperator(A).trace(), (r) =>
      hutchPlusPlus(denseOperator(A), stream(4, r), { products: 12 }),
    );
    expect(Math.abs(found.bias)).toBeLessThan(4);
    expect(Math.abs(found.length - 1)).toBeLessThan(4 * found.lengthError);
    const counted = new CountedProducts(denseOperator(A), "test");
    expect(hutchPlusPlus(counted, stream(1), { products: 12 }).products).toBe(counted.count);
  });
});
