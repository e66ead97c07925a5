import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../../src/errors.ts";
import { denseOperator } from "../../../src/linalg/dense.ts";
import { diagonalOperator } from "../../../src/linalg/diagonalOperator.ts";
import { hutchinsonDiagonal, hutchinsonTrace } from "../../../src/linalg/estimators/hutchinson.ts";
import type { Multiplication } from "../../../src/linalg/estimators/products.ts";
import { fromRows, matrix } from "../../../src/linalg/matrix.ts";
import { matrixFree } from "../../../src/linalg/matrixFree.ts";
import { stream } from "../../../src/random/streams.ts";
import { distance, product, symmetric, tabulate } from "../../support/matrices.ts";
import { simulate, studentBand } from "./simulation.ts";
import { spectra, traceOf, withEigenvalues } from "./spectra.ts";

const REPLICATIONS = 2000;

describe("hutchinsonTrace", () => {
  it.each(Object.entries(spectra))(
    "is unbiased, with error bars of the right length: %s",
    (name, values) => {
      const A = withEigenvalues(values);
      const products = 24;
      const found = simulate(REPLICATIONS, traceOf(values), (r) =>
        hutchinsonTrace(A, stream(1, name, r), { products }),
      );
      expect(Math.abs(found.bias)).toBeLessThan(4);
      // Hutchinson 1990: Var = 2 (‖A‖_F² − Σ a_ii²) / m
      const off =
        values.reduce((s, x) => s + x * x, 0) - A.diagonal().reduce((s, x) => s + x * x, 0);
      const ratio = found.error / Math.sqrt((2 * off) / products);
      // The error of a square root of a mean of squares, whose kurtosis is below 15: √(14 / (4 · 2000)) = 0.042.
      expect(Math.abs(ratio - 1)).toBeLessThan(4 * 0.042);
      expect(Math.abs(found.length - 1)).toBeLessThan(4 * found.lengthError);
      expect(found.lengthError).toBeLessThan(0.04);
    },
  );

  it("covers as Student's t where many entries add up, and hardly less where few do", () => {
    for (const name of ["flat", "indefinite"] as const) {
      const A = withEigenvalues(spectra[name]);
      const found = simulate(REPLICATIONS, traceOf(spectra[name]), (r) =>
        hutchinsonTrace(A, stream(2, name, r), { products: 36 }),
      );
      const [low, high] = studentBand(35, REPLICATIONS);
      expect(found.coverage).toBeGreaterThan(low);
      expect(found.coverage).toBeLessThan(high);
    }
    // one eigenvalue makes the trace: ωᵀAω is nearly the square of a normal draw
    const skewed = withEigenvalues(spectra.algebraic);
    const found = simulate(REPLICATIONS, traceOf(spectra.algebraic), (r) =>
      hutchinsonTrace(skewed, stream(2, r), { products: 36 }),
    );
    expect(found.coverage).toBeGreaterThan(0.88);
    expect(found.coverage).toBeLessThan(0.95);
  });

  it("is the mean of ωᵀAω, with the standard deviation over √m", () => {
    const A = symmetric(60, 5);
    const seen: Float64Array[] = [];
    const operator: Multiplication = {
      dimension: 60,
      multiply(v) {
        seen.push(v.slice());
        return product(A, matrix(60, 1, v)).data;
      },
    };
    const { value, standardError, products } = hutchinsonTrace(operator, stream(3), {
      products: 50,
    });
    expect(products).toBe(50);
    expect(seen).toHaveLength(50);
    expect(new Set(seen.flatMap((v) => [...v]))).toEqual(new Set([-1, 1]));
    const forms = seen.map((v) => {
      const row = matrix(1, 60, v);
      return product(product(row, A), row, { transB: true }).data[0];
    });
    const mean = forms.reduce((s, x) => s + x, 0) / 50;
    const variance = forms.reduce((s, x) => s + (x - mean) ** 2, 0) / 49;
    expect(Math.abs(value - mean)).toBeLessThan(1e-12);
    expect(Math.abs(standardError - Math.sqrt(variance / 50))).toBeLessThan(1e-12);
  });

  it("gives the same with products of many vectors at once", () => {
    const dense = denseOperator(symmetric(60, 5));
    const many: Multiplication = {
      dimension: 60,
      multiply: () => expect.unreachable(),
      multiplyMany: (V) => product(dense.matrix, V),
    };
    const once = hutchinsonTrace(dense, stream(3), { products: 50 });
    const together = hutchinsonTrace(many, stream(3), { products: 50 });
    expect(Math.abs(once.value - together.value)).toBeLessThan(1e-12);
    expect(together.products).toBe(50);
    const wrong: Multiplication = { ...many, multiplyMany: () => symmetric(3) };
    expect(() => hutchinsonTrace(wrong, stream(3), { products: 5 })).toThrow(
      "products 3 × 3, expected 60 × 5",
    );
  });

  it("is exact for a diagonal matrix, and from D products on for any", () => {
    const diagonal = diagonalOperator(Float64Array.from({ length: 90 }, (_, i) => i));
    const few = hutchinsonTrace(diagonal, stream(1), { products: 2 });
    expect([few.value, few.standardError, few.products]).toEqual([4005, 0, 2]);
    const A = symmetric(90, 2);
    for (const products of [90, 1000]) {
      const all = hutchinsonTrace(denseOperator(A), stream(1), { products });
      expect(Math.abs(all.value - denseOperator(A).trace())).toBeLessThan(1e-12);
      expect([all.standardError, all.products]).toEqual([0, 90]);
    }
    const one = hutchinsonTrace(diagonalOperator(Float64Array.of(7)), stream(1), { products: 2 });
    expect(one).toEqual({ value: 7, standardError: 0, products: 1 });
  });

  it("depends on the generator alone", () => {
    const A = denseOperator(symmetric(60, 5));
    const options = { products: 10 };
    expect(hutchinsonTrace(A, stream(4), options)).toEqual(hutchinsonTrace(A, stream(4), options));
    expect(hutchinsonTrace(A, stream(5), options)).not.toEqual(
      hutchinsonTrace(A, stream(4), options),
    );
  });

  it("refuses bad input", () => {
    const A = denseOperator(symmetric(60, 5));
    for (const products of [1, 0, -3, 2.5, Number.NaN]) {
      expect(() => hutchinsonTrace(A, stream(0), { products })).toThrow(
        `Hutchinson's trace: ${products} products, expected an integer of at least 2`,
      );
    }
    const empty: Multiplication = { dimension: 0, multiply: (v) => v };
    expect(() => hutchinsonTrace(empty, stream(0), { products: 4 })).toThrow(ShapeError);
    const nan = matrixFree(60, (v) => v.map((x, i) => (i === 7 ? Infinity : x)));
    expect(() => hutchinsonTrace(nan, stream(0), { products: 4 })).toThrow(
      "Hutchinson's trace, product 1 with the operator: entry 7 is Infinity, expected a finite number",
    );
    const manyNan: Multiplication = {
      dimension: 60,
      multiply: (v) => v,
      multiplyMany: (V) => ({
        ...V,
        data: V.data.map((x, t) => (t % V.cols === 2 ? Number.NaN : x)),
      }),
    };
    expect(() => hutchinsonTrace(manyNan, stream(0), { products: 4 })).toThrow(
      "product 3 with the operator: entry 0 is NaN",
    );
    const triangular = tabulate(60, (i, j) => (i >= j ? 1 : 0));
    const skewed = matrixFree(60, (v) => product(triangular, matrix(60, 1, v)).data);
    for (const products of [4, 60]) {
      expect(() => hutchinsonTrace(skewed, stream(0), { products })).toThrow(DomainError);
      expect(() => hutchinsonTrace(skewed, stream(0), { products })).toThrow("not symmetric");
    }
  });
});

describe("hutchinsonDiagonal", () => {
  it("is unbiased, with the variance Σ_{j≠i} a_ij² / m in entry i, and says so", () => {
    const A = withEigenvalues(spectra.indefinite);
    const products = 20;
    const truth = A.diagonal();
    const estimates = Array.from({ length: REPLICATIONS }, (_, r) =>
      hutchinsonDiagonal(A, stream(6, r), { products }),
    );
    truth.forEach((entry, i) => {
      const found = simulate(REPLICATIONS, entry, (r) => ({
        value: estimates[r].value[i],
        standardError: estimates[r].standardError[i],
      }));
      const row = A.matrix.data.subarray(i * 48, (i + 1) * 48);
      const variance = (row.reduce((s, a) => s + a * a, 0) - entry ** 2) / products;
      // 48 entries are looked at: 5 standard deviations of each
      expect(Math.abs(found.bias)).toBeLessThan(5);
      expect(Math.abs(found.error / Math.sqrt(variance) - 1)).toBeLessThan(0.1);
      expect(Math.abs(found.length - 1)).toBeLessThan(5 * found.lengthError);
    });
  });

  it("is exact for a diagonal matrix, and from D products on for any", () => {
    const entries = Float64Array.from({ length: 90 }, (_, i) => i);
    const few = hutchinsonDiagonal(diagonalOperator(entries), stream(1), { products: 2 });
    expect(few).toEqual({ value: entries, standardError: new Float64Array(90), products: 2 });
    const A = denseOperator(symmetric(90, 2));
    const all = hutchinsonDiagonal(A, stream(1), { products: 120 });
    expect(distance(all.value, A.diagonal())).toBe(0);
    expect([Math.max(...all.standardError), all.products]).toEqual([0, 90]);
  });

  it("refuses bad input", () => {
    const A = denseOperator(fromRows([[2]]));
    expect(() => hutchinsonDiagonal(A, stream(0), { products: 1 })).toThrow(
      "Hutchinson's diagonal: 1 products, expected an integer of at least 2",
    );
    expect([...hutchinsonDiagonal(A, stream(0), { products: 2 }).value]).toEqual([2]);
  });
});
